import type { MessageId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { Cancel, Clock, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';

/** Marks go out in small lots, so that a long absence read at one go does not hold up a message for seconds. */
const lotSize = 20;
const lotPauseMs = 200;

export type ReadMarks = {
  /** Notes that these were read, and tells the server, now or after the next log-in. @throws StoreFailure */
  readonly mark: (peerId: UserId, rowIds: readonly RowId[]) => Promise<void>;
  /** MARK_READ has no reply: what no load has confirmed yet is told again (safety A22). @throws StoreFailure */
  readonly resend: () => Promise<void>;
  readonly dispose: () => void;
};

/** What I have read, and that the server learns of it. */
export function createReadMarks(deps: {
  readonly store: Pick<Store, 'markRead' | 'getUnconfirmedReads'>;
  readonly link: Pick<Link, 'send' | 'state'>;
  readonly clock: Clock;
  readonly publish: (changes: Changes) => void;
}): ReadMarks {
  const { link, clock } = deps;
  /** In the order of reading, each once. The store knows them too: what is lost here is told after the next log-in. */
  const waiting = new Set<MessageId>();
  let cancelPause: Cancel | null = null;
  let isWriting = false;

  async function writeLot(): Promise<void> {
    if (isWriting || cancelPause !== null || waiting.size === 0) return;
    isWriting = true;
    for (const messageId of [...waiting].slice(0, lotSize)) {
      waiting.delete(messageId);
      if (link.state().phase !== 'ready') waiting.clear();
      else await link.send({ kind: 'mark-read', messageId });
    }
    isWriting = false;
    if (waiting.size === 0) return;
    cancelPause = clock.setTimer(lotPauseMs, () => {
      cancelPause = null;
      void writeLot();
    });
  }

  function tell(messageIds: readonly MessageId[]): void {
    for (const messageId of messageIds) waiting.add(messageId);
    void writeLot();
  }

  return {
    mark: async (peerId, rowIds) => {
      const changes = await deps.store.markRead({ peerId, rowIds });
      deps.publish(changes);
      tell(changes.messages.filter((message) => message.senderId === peerId).map((message) => message.messageId));
    },
    resend: async () => tell(await deps.store.getUnconfirmedReads({})),
    dispose: () => {
      waiting.clear();
      cancelPause?.();
    },
  };
}
