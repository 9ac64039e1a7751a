import { messageId, type MessageId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { Random } from '../ports.ts';
import type { OutboxItem } from '../store/operations.ts';

/** A queued message as the outbox holds it in memory. */
export type Queued = Omit<OutboxItem, 'state' | 'attempts'> & {
  /** `acked`: the server has confirmed it and the store is about to note that. */
  state: OutboxItem['state'] | 'acked';
  attempts: number;
  /** Connections in a row that ended with this one first in flight. */
  closes: number;
};

/** Offered to the store, which takes the first that is unused: four misses among 2^31 do not happen by chance. */
const candidateIds = 4;

export function freshMessageIds(random: Random): MessageId[] {
  return Array.from({ length: candidateIds }, () => messageId(random.wireInt()));
}

/**
 * What may be sent next, in order: first in, first out within each conversation; a message in doubt holds up its
 * own conversation and no other; no more than `window` in flight altogether (safety §4.2 step 2).
 * @param queue everything not yet confirmed, in order of writing.
 */
export function chooseSendable(queue: readonly Queued[], window: number): Queued[] {
  let room = window - queue.filter((item) => item.state === 'in-flight').length;
  const heldUp = new Set<UserId>();
  const chosen: Queued[] = [];
  for (const item of queue) {
    if (item.state === 'in-doubt') heldUp.add(item.peerId);
    if (item.state !== 'queued' || heldUp.has(item.peerId)) continue;
    if (room <= 0) break;
    chosen.push(item);
    room -= 1;
  }
  return chosen;
}
