import { useEffect, useState } from 'react';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { createReadTracker, type ReadTracker } from './read-tracker.ts';

/**
 * Tells main which messages of a conversation were read: on screen for half a second in a focused window
 * of an unlocked screen.
 * @returns a stable function that is told which unread messages are on screen.
 */
export function useMarkRead(peerId: UserId, bridge: Bridge): ReadTracker['show'] {
  const [tracker] = useState(() =>
    createReadTracker(async (rowIds) => (await bridge['messages:markRead']({ peerId, rowIds: [...rowIds] })).ok),
  );
  useEffect(() => {
    let isLocked = false;
    const look = (): void =>
      tracker.setLooking(!isLocked && document.visibilityState === 'visible' && document.hasFocus());
    look();
    const unsubscribe = bridge.on['app:screenLocked']((event) => {
      ({ isLocked } = event);
      look();
    });
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      unsubscribe();
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      document.removeEventListener('visibilitychange', look);
      tracker.stop();
    };
  }, [tracker, bridge]);
  return tracker.show;
}
