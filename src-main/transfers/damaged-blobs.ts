import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Logger, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';

/**
 * The same blobs; but where a read finds one gone or damaged, the messages that can have its bytes from elsewhere let go
 * of it, so that they are fetched again, and written over what is there. Messages whose bytes are only here keep it.
 * Each once: a disk that damages whatever it is given is not filled again and again.
 */
export function withDamageNoted(
  blobs: BlobStore,
  deps: {
    readonly store: Pick<Store, 'dropDamaged'>;
    readonly log: Logger;
    readonly publish: (changes: Changes) => void;
  },
): BlobStore {
  const dropped = new Set<BlobId>();

  async function note(blobId: BlobId): Promise<void> {
    if (dropped.has(blobId)) return;
    const changes = await deps.store.dropDamaged({ blobId });
    if (changes.messages.length === 0) return;
    dropped.add(blobId);
    deps.log('damaged-blob-dropped');
    deps.publish(changes);
  }

  async function* read(...[blobId, range]: Parameters<BlobStore['read']>): AsyncGenerator<Uint8Array> {
    try {
      yield* blobs.read(blobId, range);
    } catch (error) {
      // A store that is away finds it the next time. Who reads is told of the damage.
      if (error instanceof BlobDamaged) await note(blobId).catch(() => deps.log('damaged-blob-kept'));
      throw error;
    }
  }
  return { ...blobs, read };
}
