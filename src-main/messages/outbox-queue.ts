import { messageId, type MessageId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Random } from '../ports.ts';
import type { OutboxItem } from '../store/operations.ts';

/** A message on its way out as the program holds it in memory. */
export type Queued = Omit<OutboxItem, 'state' | 'attempts' | 'kind' | 'attachment'> & {
  /** `acked`: the server has confirmed it and the store is about to note that. */
  state: OutboxItem['state'] | 'acked';
  /** Handed to the present connection. */
  isWritten: boolean;
  /** It was under way when the server closed a connection: sent alone from now on, until it is through. */
  isSuspect: boolean;
  /** Connections in a row that the server closed with this one first in flight. */
  closes: number;
  /** How often it was written and not acknowledged in time. */
  silences: number;
};

/** Everything not yet confirmed, in the order of writing. */
export type OutboxQueue = {
  readonly items: () => Queued[];
  readonly get: (rowId: RowId) => Queued | undefined;
  readonly find: (messageId: MessageId) => Queued | undefined;
  readonly add: (item: Queued) => void;
  /**
   * Takes what the same command again has found, unless it is done with: its first answer was lost with the store's
   * process, and those behind it must wait for it.
   */
  readonly adopt: (message: MessageView) => void;
  readonly remove: (rowId: RowId) => void;
  readonly clear: () => void;
};

export function createOutboxQueue(): OutboxQueue {
  const byRow = new Map<RowId, Queued>();
  const byId = new Map<MessageId, Queued>();
  const add = (item: Queued): void => {
    byRow.set(item.rowId, item);
    byId.set(item.messageId, item);
  };
  return {
    items: () => [...byRow.values()],
    get: (rowId) => byRow.get(rowId),
    find: (id) => byId.get(id),
    add,
    adopt: (message) => {
      if (message.state === 'queued') add(newlyQueued({ ...message, state: 'queued' }));
      if (message.state === 'sending') add(newlyQueued({ ...message, state: 'in-doubt' }));
    },
    remove: (rowId) => {
      const item = byRow.get(rowId);
      if (item === undefined) return;
      byRow.delete(rowId);
      byId.delete(item.messageId);
    },
    clear: () => {
      byRow.clear();
      byId.clear();
    },
  };
}

/** A message that has just come into the queue. */
export function newlyQueued(item: Pick<OutboxItem, 'rowId' | 'peerId' | 'messageId' | 'text' | 'state'>): Queued {
  const { rowId, peerId, messageId: id, text, state } = item;
  return { rowId, peerId, messageId: id, text, state, isWritten: false, isSuspect: false, closes: 0, silences: 0 };
}

/** Offered to the store, which takes the first that is unused: four misses among 2^31 do not happen by chance. */
const candidateIds = 4;

export function freshMessageIds(random: Random): MessageId[] {
  return Array.from({ length: candidateIds }, () => messageId(random.wireInt()));
}

/**
 * What may be sent next, in order: first in, first out within each conversation; a message in doubt holds up its
 * own conversation and no other; no more than `window` in flight altogether (safety §4.2 step 2).
 * @param queue everything not yet confirmed, in order of writing.
 * @param beingSent conversations in which a message is just being committed as in flight, once for each.
 */
export function chooseSendable(queue: readonly Queued[], window: number, beingSent: readonly UserId[] = []): Queued[] {
  let room = window - beingSent.length - queue.filter((item) => item.state === 'in-flight').length;
  const heldUp = new Set<UserId>(beingSent);
  const chosen: Queued[] = [];
  for (const item of queue) {
    if (room <= 0) break;
    if (item.state === 'in-doubt') heldUp.add(item.peerId);
    if (item.state !== 'queued' || heldUp.has(item.peerId)) continue;
    chosen.push(item);
    room -= 1;
  }
  return chosen;
}
