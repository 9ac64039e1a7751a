import { StoreFailure, type Clock, type Store } from '../ports.ts';
import { noAttachment } from '../store/attachments.ts';
import type { Changes, OutboxItem } from '../store/operations.ts';
import { outboxCodes } from '../store/schema.ts';
import type { Unsent } from '../store/unsent.ts';
import { newlyQueued, type OutboxQueue, type Queued } from './outbox-queue.ts';

/**
 * Makes the queue what the store has. What is known of a message here is kept: it is never ahead of what the store has
 * committed. Messages that the store has never heard of go into it first: it may have begun a new file, and then nobody
 * else has them.
 */
export async function readQueueAnew(deps: {
  readonly queue: OutboxQueue;
  readonly store: Pick<Store, 'markInDoubt' | 'getOutbox' | 'takeUnsent'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly publish: (changes: Changes) => void;
  readonly onGone: (item: Queued) => void;
  readonly onCome: (item: Queued) => void;
}): Promise<void> {
  const { queue, store } = deps;
  try {
    await store.markInDoubt({});
  } catch (error) {
    // A full disk, perhaps. What it was to note is taken as noted, and is so before a history is asked for it.
    if (!(error instanceof StoreFailure)) throw error;
  }
  let stored = await store.getOutbox({});
  const ids = new Set(stored.map((row) => row.messageId));
  const missing = queue.items().filter((item) => item.state !== 'acked' && !ids.has(item.messageId));
  if (missing.length > 0) {
    const nowMs = deps.clock.nowMs();
    const messages = missing.map((item) => unsentOf(item, nowMs));
    deps.publish(await store.takeUnsent({ unsent: { messages, drafts: [], staged: [] }, nowMs }));
    stored = await store.getOutbox({});
  }
  const known = new Map(queue.items().map((item) => [item.rowId, item]));
  const isKnown = (row: OutboxItem): boolean => known.get(row.rowId)?.messageId === row.messageId;
  const kept = new Set(stored.filter(isKnown).map((row) => row.rowId));
  for (const item of known.values()) if (!kept.has(item.rowId)) deps.onGone(item);
  queue.clear();
  for (const row of stored) {
    const item = (kept.has(row.rowId) ? known.get(row.rowId) : undefined) ?? newlyQueued(row);
    if (!kept.has(row.rowId) && item.state === 'in-flight') item.state = 'in-doubt';
    // Proven absent, and the answer that said so was lost. Anything else the store may have noted too late.
    if (item.state === 'in-doubt' && row.state === 'queued') item.state = 'queued';
    queue.add(item);
    if (!kept.has(row.rowId)) deps.onCome(item);
  }
}

/** A message for a database that may not know it. What was under way will have been so. */
function unsentOf(item: Queued, atMs: number): Unsent['messages'][number] {
  const { peerId, messageId, kind, text, attachment } = item;
  const { blobId = null, sizeBytes = null } = attachment ?? {};
  const bytes = kind === 'text' ? null : { ...noAttachment, blobId, blobBytes: sizeBytes, sizeBytes };
  const outboxState = item.state === 'queued' ? outboxCodes.queued : outboxCodes.inDoubt;
  // Nobody knows any more how often it was written: before a person has it sent again, the server is asked.
  return { peerId, messageId, kind, text, bytes, outboxState, attempts: 1, failure: null, atMs };
}
