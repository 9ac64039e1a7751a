import { messageId, type MessageId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Random } from '../ports.ts';
import type { OutboxItem } from '../store/operations.ts';

/** A message on its way out as the program holds it in memory. */
export type Queued = Omit<OutboxItem, 'state' | 'attempts'> & {
  /** `acked`: the server has confirmed it and the store is about to note that. */
  state: OutboxItem['state'] | 'acked';
  /** Handed to the present connection: for a file, its first byte. */
  isWritten: boolean;
  /** To its last byte. */
  isWhole: boolean;
  /** Bytes of a file that the present connection took so far. */
  sentBytes: number;
  /** It was under way when the server closed a connection: sent alone from now on, until it is through. */
  isSuspect: boolean;
  /** Connections in a row that the server closed with this one first in flight. */
  closes: number;
  /** Connections that ended in the middle of it since the one that got furthest, and how far that was. */
  cutOffs: number;
  furthestBytes: number;
  /** A person asked for it again: it is tried whatever was learnt of the server. */
  isInsistedOn: boolean;
  /** How often it was written and not acknowledged in time. */
  silences: number;
  /** The person wants it to go before other files: the largest was asked for last. 0: they did not. */
  hurry: number;
};

/** Everything not yet confirmed, in the order of writing. */
export type OutboxQueue = {
  readonly items: () => Queued[];
  readonly get: (rowId: RowId) => Queued | undefined;
  readonly find: (messageId: MessageId) => Queued | undefined;
  readonly isEmptyFor: (peerId: UserId) => boolean;
  readonly add: (item: Queued) => void;
  /**
   * Takes what the same command again has found, unless it is done with: its first answer was lost with the store's
   * process, and those behind it must wait for it.
   */
  readonly adopt: (message: MessageView) => void;
  readonly remove: (rowId: RowId) => void;
  /** Puts these into this order, in the places that they have among the others. */
  readonly arrange: (order: readonly RowId[]) => void;
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
    isEmptyFor: (peerId) => {
      for (const item of byRow.values()) if (item.peerId === peerId) return false;
      return true;
    },
    add,
    adopt: (message) => {
      if (message.state === 'queued') add(newlyQueued(outboxItemOf(message, 'queued')));
      if (message.state === 'sending') add(newlyQueued(outboxItemOf(message, 'in-doubt')));
    },
    remove: (rowId) => {
      const item = byRow.get(rowId);
      if (item === undefined) return;
      byRow.delete(rowId);
      byId.delete(item.messageId);
    },
    arrange: (order) => {
      const known = order.flatMap((rowId) => byRow.get(rowId) ?? []);
      const places = new Set(known);
      const next = known.values();
      const items = [...byRow.values()].map((item) => (places.has(item) ? (next.next().value ?? item) : item));
      byRow.clear();
      for (const item of items) byRow.set(item.rowId, item);
    },
    clear: () => {
      byRow.clear();
      byId.clear();
    },
  };
}

/** A message that has just come into the queue. */
export function newlyQueued(item: Omit<OutboxItem, 'attempts'>): Queued {
  const { rowId, peerId, messageId: id, kind, text, attachment, state } = item;
  return {
    rowId,
    peerId,
    messageId: id,
    kind,
    text,
    attachment,
    state,
    isWritten: false,
    isWhole: false,
    sentBytes: 0,
    isSuspect: false,
    closes: 0,
    cutOffs: 0,
    furthestBytes: 0,
    isInsistedOn: false,
    silences: 0,
    hurry: 0,
  };
}

/** A message of mine as the outbox has it. */
export function outboxItemOf(message: MessageView, state: OutboxItem['state']): Omit<OutboxItem, 'attempts'> {
  const { rowId, peerId, messageId: id, kind, text, sizeBytes } = message;
  const blobId = message.attachment?.blobId ?? null;
  const attachment = blobId === null || sizeBytes === null ? null : { blobId, sizeBytes };
  return { rowId, peerId, messageId: id, kind, text, attachment, state };
}

export const isFile = (item: Pick<Queued, 'kind'>): boolean => item.kind !== 'text';

/** Offered to the store, which takes the first that is unused: four misses among 2^31 do not happen by chance. */
const candidateIds = 4;

export function freshMessageIds(random: Random): MessageId[] {
  return Array.from({ length: candidateIds }, () => messageId(random.wireInt()));
}

/**
 * What may be sent next, in order: first in, first out within each conversation; a message in doubt holds up its
 * own conversation and no other; no more than `window` in flight altogether (safety §4.2 step 2). A file goes alone,
 * since nothing else can be written meanwhile: after the texts of other conversations, the smallest first (safety R27),
 * but for those that the person wants to go before others.
 * @param queue everything not yet confirmed, in order of writing.
 * @param beingSent conversations in which a message is just being committed as in flight, once for each.
 * @param beingArranged conversations of which nothing may go for now.
 */
export function chooseSendable(
  queue: readonly Queued[],
  window: number,
  beingSent: readonly UserId[] = [],
  beingArranged: readonly UserId[] = [],
): Queued[] {
  const flying = queue.filter((item) => item.state === 'in-flight');
  if (flying.some(isFile)) return [];
  let room = window - beingSent.length - flying.length;
  const heldUp = new Set<UserId>([...beingSent, ...beingArranged]);
  const chosen: Queued[] = [];
  const files: Queued[] = [];
  for (const item of queue) {
    if (room <= 0) break;
    if (item.state === 'in-doubt') heldUp.add(item.peerId);
    if (item.state !== 'queued' || heldUp.has(item.peerId)) continue;
    if (isFile(item)) {
      files.push(item);
      heldUp.add(item.peerId);
    } else {
      chosen.push(item);
      room -= 1;
    }
  }
  if (chosen.length + beingSent.length + flying.length > 0) return chosen;
  const size = (item: Queued): number => item.attachment?.sizeBytes ?? 0;
  return files.toSorted((one, other) => other.hurry - one.hurry || size(one) - size(other)).slice(0, 1);
}
