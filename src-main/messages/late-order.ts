import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { Changes } from '../store/operations.ts';
import type { OutboxQueue } from './outbox-queue.ts';

export type LateOrder = {
  /** A message to them is sent again. */
  readonly noteResent: (peerId: UserId) => void;
  /** Something changed in conversations: what came in while something was going out may be stored before or after it. */
  readonly observe: (changes: Pick<Changes, 'messages' | 'reordered'>) => void;
  /** A message to them has left the queue. */
  readonly onDone: (peerId: UserId) => void;
};

/**
 * Remembers in which conversations the server may have laid messages down in another order than we, and has their
 * history loaded once more when all that was going out is through (safety §4.2 step 7).
 */
export function createLateOrder(
  self: UserId,
  queue: Pick<OutboxQueue, 'isEmptyFor'>,
  loadAgain: (peerId: UserId) => void,
): LateOrder {
  const uncertain = new Set<UserId>();
  const note = (peerId: UserId): void => {
    if (!queue.isEmptyFor(peerId)) uncertain.add(peerId);
  };
  return {
    noteResent: note,
    observe: ({ messages, reordered }) => {
      for (const { peerId, senderId } of messages) if (senderId !== self) note(peerId);
      for (const peerId of reordered) note(peerId);
    },
    onDone: (peerId) => {
      if (uncertain.has(peerId) && queue.isEmptyFor(peerId)) {
        uncertain.delete(peerId);
        loadAgain(peerId);
      }
    },
  };
}
