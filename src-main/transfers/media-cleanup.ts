import type { BlobId } from '../../src-shared/kernel/ids.ts';
import type { ListedBlob } from '../files/blob-folder.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Cancel, Clock, Logger, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';

/** What the files and images of one account may take on this computer. What is only here is kept beyond it. */
const quotaBytes = 2 * 2 ** 30;
/** The program has better things to do just after it started. */
const firstAfterMs = 60_000;
const everyMs = 60 * 60 * 1_000;
/** Looked at or written so lately, nothing goes: it is on screen, or a message is about to name it. */
const minAgeMs = 60 * 60 * 1_000;
/** Removed together; in between, others have their turn. */
const batchSize = 50;
const betweenBatchesMs = 50;

export type MediaCleanup = { readonly dispose: () => void };

/**
 * Removes bytes that no message names any more, and, above the quota, downloads that nobody went on with, then bytes that
 * the server has too, the ones unused for longest first; their messages show that they are on the server again. Once a while, a few at a time.
 */
export function createMediaCleanup(deps: {
  readonly store: Pick<Store, 'listBlobs' | 'listEvictable' | 'dropBlobs'>;
  readonly blobs: Pick<BlobStore, 'list' | 'remove' | 'trimPartials'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
}): MediaCleanup {
  const { store, blobs, clock, log } = deps;
  let isDisposed = false;
  let cancel: Cancel = clock.setTimer(firstAfterMs, () => void run());

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      cancel = clock.setTimer(betweenBatchesMs, resolve);
    });

  async function inBatches(ids: readonly BlobId[], work: (batch: readonly BlobId[]) => Promise<void>): Promise<void> {
    for (let start = 0; start < ids.length; start += batchSize) {
      if (start > 0) await pause();
      if (isDisposed) return;
      await work(ids.slice(start, start + batchSize));
    }
  }

  async function clean(): Promise<void> {
    const usedBeforeMs = clock.nowMs() - minAgeMs;
    // In this order: what is written and named between the two is too young to go.
    const listed = await blobs.list();
    const named = new Set(await store.listBlobs({}));
    const old = listed.filter(({ usedAtMs }) => usedAtMs < usedBeforeMs);
    const orphans = idsOf(old.filter(({ blobId }) => !named.has(blobId)));
    await inBatches(orphans, (batch) => blobs.remove(batch, usedBeforeMs));

    const kept = listed.filter(({ blobId }) => named.has(blobId));
    const keptBytes = kept.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    // Half a file is of less use than a whole one.
    const partialBytes = await blobs.trimPartials({ maxBytes: Math.max(0, quotaBytes - keptBytes), usedBeforeMs });
    const tooMuch = keptBytes + partialBytes - quotaBytes;
    const evictable = tooMuch > 0 ? new Set(await store.listEvictable({})) : new Set<BlobId>();
    const evicted = idsOf(
      oldestOf(
        old.filter(({ blobId }) => evictable.has(blobId)),
        tooMuch,
      ),
    );
    let droppedCount = 0;
    await inBatches(evicted, async (batch) => {
      const { dropped, changes } = await store.dropBlobs({ blobIds: batch });
      droppedCount += dropped.length;
      deps.publish(changes);
      await blobs.remove(dropped, usedBeforeMs);
    });
    log('media-cleaned', { orphans: orphans.length, evicted: droppedCount });
  }

  async function run(): Promise<void> {
    try {
      await clean();
    } catch (error) {
      // What is left over is found the next time.
      log('media-not-cleaned', { error: error instanceof Error ? error.name : 'unknown' });
    }
    if (!isDisposed) cancel = clock.setTimer(everyMs, () => void run());
  }

  return {
    dispose: () => {
      isDisposed = true;
      cancel();
    },
  };
}

const idsOf = (listed: readonly ListedBlob[]): BlobId[] => listed.map(({ blobId }) => blobId);

/** Those unused for longest, until they are so many bytes together. */
function oldestOf(listed: readonly ListedBlob[], bytes: number): ListedBlob[] {
  const oldest: ListedBlob[] = [];
  let left = bytes;
  for (const blob of listed.toSorted((one, other) => one.usedAtMs - other.usedAtMs)) {
    if (left <= 0) break;
    oldest.push(blob);
    left -= blob.storedBytes;
  }
  return oldest;
}
