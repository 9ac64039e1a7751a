import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { blobId, type BlobId } from '../../src-shared/kernel/ids.ts';

/** What lies in the folder of an account's blobs: blobs under their ids, and what is not one yet. */

/** A blob that is being written. */
export const partSuffix = '.part';
/** A download that may be gone on with. */
export const partialSuffix = '.partial';
const keepPartialMs = 14 * 24 * 60 * 60 * 1_000;

export type ListedBlob = { readonly blobId: BlobId; readonly storedBytes: number; readonly usedAtMs: number };

/** Removes what a crash left half-written, and downloads that nobody went on with. Never fails. */
export async function sweepFolder(dir: string, inUse: ReadonlySet<string>, nowMs: () => number): Promise<void> {
  for (const name of await readdir(dir).catch(() => [])) {
    const file = path.join(dir, name);
    if (inUse.has(file)) continue;
    const isStale =
      name.endsWith(partSuffix) ||
      (name.endsWith(partialSuffix) && nowMs() - ((await stat(file).catch(() => null))?.mtimeMs ?? 0) > keepPartialMs);
    if (isStale && !inUse.has(file)) await rm(file, { force: true }).catch(() => undefined);
  }
}

/** The blobs that are here. Never fails: what cannot be looked at is not listed. */
export async function listFolder(dir: string): Promise<readonly ListedBlob[]> {
  const found: ListedBlob[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    if (!/^[0-9a-f]{64}$/.test(name)) continue;
    const file = await stat(path.join(dir, name)).catch(() => null);
    if (file !== null) found.push({ blobId: blobId(name), storedBytes: file.size, usedAtMs: Math.round(file.mtimeMs) });
  }
  return found;
}

/**
 * Removes downloads that wait to be gone on with, the one untouched for longest first, until all that are there have at
 * most `maxBytes` together. One that is in use or was touched since `usedBeforeMs` stays. Never fails.
 * @returns bytes of those that are left.
 */
export async function trimPartials(
  dir: string,
  inUse: ReadonlySet<string>,
  { maxBytes, usedBeforeMs }: { readonly maxBytes: number; readonly usedBeforeMs: number },
): Promise<number> {
  const found: { readonly file: string; readonly bytes: number; readonly usedAtMs: number }[] = [];
  for (const name of await readdir(dir).catch(() => [])) {
    if (!name.endsWith(partialSuffix)) continue;
    const file = path.join(dir, name);
    const stats = await stat(file).catch(() => null);
    if (stats !== null) found.push({ file, bytes: stats.size, usedAtMs: stats.mtimeMs });
  }
  let left = found.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { file, bytes, usedAtMs } of found.toSorted((one, other) => one.usedAtMs - other.usedAtMs)) {
    if (left <= maxBytes || usedAtMs >= usedBeforeMs) break;
    if (inUse.has(file)) continue;
    const isGone = await rm(file, { force: true }).then(
      () => true,
      () => false,
    );
    if (isGone) left -= bytes;
  }
  return left;
}
