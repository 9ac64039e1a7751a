import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Clock } from '../ports.ts';

/** Together less than the other side may be silent for: the connection outlives them. */
const pausesMs = [500, 2_000, 5_000] as const;

/**
 * The bytes of a blob, read on from where the disk refused them, after a pause: too many open files, a drive that wakes.
 * @param signal ends a pause.
 * @throws BlobDamaged at once; the file system's error where the last pause was in vain.
 */
export async function* readPatiently(
  { blobs, clock }: { readonly blobs: Pick<BlobStore, 'read'>; readonly clock: Pick<Clock, 'setTimer'> },
  blobId: BlobId,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  let failures = 0;
  for (;;) {
    try {
      for await (const piece of blobs.read(blobId, { start: done, end: Number.MAX_SAFE_INTEGER })) {
        done += piece.length;
        failures = 0;
        yield piece;
      }
      return;
    } catch (error) {
      const pauseMs = pausesMs[failures];
      if (error instanceof BlobDamaged || pauseMs === undefined || signal.aborted) throw error;
      failures += 1;
      await pause(clock, pauseMs, signal);
    }
  }
}

function pause(clock: Pick<Clock, 'setTimer'>, pauseMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(pauseMs, end);
    signal.addEventListener('abort', end);
  });
}
