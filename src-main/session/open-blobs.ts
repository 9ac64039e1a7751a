import { rm } from 'node:fs/promises';
import path from 'node:path';
import { createBlobStore, type BlobStore, type BlobStoreDeps } from '../files/blob-store.ts';

/**
 * The bytes of an account's files and images, kept as its history is: under its key, or for this run only, under a key
 * that nobody keeps, in a folder of their own: what was kept earlier stays for when its key is to be had again.
 * @param dir the account's folder.
 * @param key the history's key; null where it is in memory only.
 */
export async function openBlobs(
  dir: string,
  key: Uint8Array | null,
  deps: Pick<BlobStoreDeps, 'random' | 'nowMs' | 'log'>,
): Promise<BlobStore> {
  const unkept = path.join(dir, 'media-unkept');
  if (key === null) return createBlobStore({ ...deps, dir: unkept, key: deps.random.bytes(32), isKept: false });
  // Left by a crash. Nothing waits for it.
  void rm(unkept, { recursive: true, force: true }).catch(() => deps.log('media-not-emptied'));
  return createBlobStore({ ...deps, dir: path.join(dir, 'media'), key, isKept: true });
}
