import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { createBlobStore, type BlobStore, type BlobStoreDeps } from '../files/blob-store.ts';
import { StoreFailure } from '../ports.ts';
import type { Unsent } from '../store/unsent.ts';

/** What an account that is opened once more has from before, and nobody keeps (safety R20). */
export type LeftBehind = {
  readonly unsent: Unsent;
  /** The bytes that it names. */
  readonly blobs: BlobStore;
};

export type OpeningBlobs = {
  /** What is left behind, as it is named under this key of the history: its bytes are there then. */
  readonly unsentUnder: ((key: Uint8Array | null) => Promise<Unsent>) | undefined;
  /** Last. @param key null: the history is in memory only. */
  readonly open: (key: Uint8Array | null) => Promise<BlobStore>;
};

/**
 * The bytes of an account's files and images, kept as its history is: under its key, or for this run only, under a key
 * that nobody keeps, in a folder of their own: what was kept earlier stays for when its key is to be had again.
 * @param dir the account's folder.
 */
export function openingBlobs(
  dir: string,
  left: LeftBehind | undefined,
  deps: Pick<BlobStoreDeps, 'random' | 'nowMs' | 'log'>,
): OpeningBlobs {
  const unkept = path.join(dir, 'media-unkept');
  let kept: BlobStore | null = null;
  const openKept = async (key: Uint8Array): Promise<BlobStore> =>
    (kept ??= await createBlobStore({ ...deps, dir: path.join(dir, 'media'), key, isKept: true }));
  return {
    unsentUnder:
      left && (async (key) => (key === null ? left.unsent : carry(left.unsent, left.blobs, await openKept(key)))),
    open: async (key) => {
      if (key === null) {
        await kept?.dispose();
        if (left !== undefined) return left.blobs;
        return createBlobStore({ ...deps, dir: unkept, key: deps.random.bytes(32), isKept: false });
      }
      const blobs = await openKept(key);
      if (left !== undefined) await left.blobs.dispose();
      // Left by a crash. Nothing waits for it.
      else void rm(unkept, { recursive: true, force: true }).catch(() => deps.log('media-not-emptied'));
      return blobs;
    },
  };
}

/** Copies the bytes that are named, and names them as they are named there. What is lost is named as it was. */
async function carry(unsent: Unsent, from: BlobStore, to: BlobStore): Promise<Unsent> {
  const moved = new Map<BlobId, BlobId>();
  async function move(id: BlobId | null): Promise<BlobId | null> {
    if (id === null || moved.has(id)) return id && (moved.get(id) ?? id);
    const written = await to.write(from.read(id), { maxBytes: Number.MAX_SAFE_INTEGER });
    // What is not to be had any more will be missed when its turn comes; what does not fit stays where it is.
    if (!written.ok && written.error !== 'source-failed')
      throw new StoreFailure(
        written.error === 'disk-full' ? 'disk-full' : 'store-unavailable',
        'media not taken along',
      );
    const name = written.ok ? written.value.blobId : id;
    moved.set(id, name);
    return name;
  }
  const messages: Unsent['messages'][number][] = [];
  for (const message of unsent.messages) {
    const { bytes } = message;
    if (bytes === null) messages.push(message);
    else {
      const [blobId, thumbId] = [await move(bytes.blobId), await move(bytes.thumbId)];
      messages.push({ ...message, bytes: { ...bytes, blobId, thumbId } });
    }
  }
  const staged: Unsent['staged'][number][] = [];
  for (const { peerId, row } of unsent.staged) staged.push({ peerId, row: { ...row, blobId: await move(row.blobId) } });
  return { ...unsent, messages, staged };
}
