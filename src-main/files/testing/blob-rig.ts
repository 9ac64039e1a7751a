import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSystemRandom } from '../../platform/system-random.ts';
import { createBlobStore, type BlobStore } from '../blob-store.ts';
import type { StoredBlob } from '../blob-writer.ts';

/** Blob stores on one folder of their own, one after the other as in several runs of the program. */
export function createBlobRig() {
  const root = mkdtempSync(path.join(tmpdir(), 'kith-blobs-'));
  const dir = path.join(root, 'media');
  const rig = {
    root,
    dir,
    nowMs: Date.parse('2026-01-01T00:00:00Z'),
    open: (change: { key?: Uint8Array; isKept?: boolean } = {}): Promise<BlobStore> =>
      createBlobStore({
        dir,
        key: new Uint8Array(32).fill(7),
        isKept: true,
        random: createSystemRandom(),
        nowMs: () => rig.nowMs,
        log: () => {},
        ...change,
      }),
    remove: (): void => rmSync(root, { recursive: true, force: true }),
  };
  return rig;
}

export const noLimit = { maxBytes: Number.MAX_SAFE_INTEGER };

/** Bytes that differ everywhere, so that no piece can pass for another. */
export function bytesOf(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i += 1) words[i] = state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return new Uint8Array(words.buffer, 0, length);
}

export async function* source(bytes: Uint8Array, pieceBytes = 10_000): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) yield bytes.subarray(start, start + pieceBytes);
}

export async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return new Uint8Array(Buffer.concat(parts));
}

/** Told much faster than by `toEqual`. */
export const isSame = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

export async function put(store: BlobStore, bytes: Uint8Array): Promise<StoredBlob> {
  const stored = await store.write(source(bytes), noLimit);
  if (!stored.ok) throw new Error(stored.error);
  return stored.value;
}
