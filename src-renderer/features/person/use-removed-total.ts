import { useEffect, useState } from 'react';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

/** How many messages of a conversation can be brought back; asked anew whenever that may have changed. */
export function useRemovedTotal(bridge: Bridge, peerId: UserId): number {
  const [known, setKnown] = useState<{ readonly peerId: UserId; readonly total: number } | null>(null);
  useEffect(() => {
    let isCurrent = true;
    let mayGrowLess = false;
    let isAsking = false;
    let isOutdated = false;
    /** One question at a time: however much happens meanwhile, one more is enough, and no older answer comes last. */
    const ask = async (): Promise<void> => {
      isOutdated = isAsking;
      if (isAsking) return;
      isAsking = true;
      const listed = await bridge['messages:listRemoved']({ peerId, after: null, limit: 0 }).catch(() => null);
      isAsking = false;
      if (!isCurrent) return;
      if (listed?.ok === true) {
        mayGrowLess = listed.value.total > 0;
        setKnown({ peerId, total: listed.value.total });
      }
      if (isOutdated) await ask();
    };
    const askIf = (isConcerned: boolean): void => {
      if (isConcerned) void ask();
    };
    void ask();
    const stops = [
      bridge.on['messages:removed']((removed) => askIf(removed.some((one) => one.peerId === peerId))),
      bridge.on['messages:reordered']((conversation) => askIf(conversation.peerId === peerId)),
      // What is brought back comes like any other message.
      bridge.on['messages:upserted']((list) => askIf(mayGrowLess && list.some((one) => one.peerId === peerId))),
    ];
    return () => {
      isCurrent = false;
      for (const stop of stops) stop();
    };
  }, [bridge, peerId]);
  return known?.peerId === peerId ? known.total : 0;
}
