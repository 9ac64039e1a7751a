import { open, utimes, type FileHandle } from 'node:fs/promises';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import {
  chunkBytes,
  createChunkCipher,
  headerBytes,
  isSealedFor,
  plainSizeOf,
  saltOf,
  storedChunkBytes,
  type BlobKeys,
} from './blob-cipher.ts';
import { positionOf } from './blob-writer.ts';

/** Plain bytes from `start` to before `end`; what is beyond the end of the bytes is left out. */
export type ByteRange = { readonly start: number; readonly end: number };

/** The bytes are gone, or are not what was written. */
export class BlobDamaged extends Error {
  override readonly name = 'BlobDamaged';
  readonly reason: 'missing' | 'damaged';
  constructor(reason: 'missing' | 'damaged') {
    super(`a blob is ${reason}`);
    this.reason = reason;
  }
}

/** A read marks a file as used, but not each of many. */
const touchEveryMs = 60 * 60 * 1_000;

/**
 * Plain bytes, a piece of at most 64 KiB at a time, each checked before it is handed out.
 * @throws BlobDamaged, or the file system's error where the disk cannot be read.
 */
export async function* readBlob(
  file: string,
  id: BlobId,
  keys: BlobKeys,
  nowMs: () => number,
  range: ByteRange = { start: 0, end: Number.MAX_SAFE_INTEGER },
): AsyncGenerator<Uint8Array> {
  const handle = await openExisting(file);
  try {
    const { size, mtimeMs } = await handle.stat();
    const header = await readInto(handle, Buffer.allocUnsafe(headerBytes), 0);
    const plainBytes = plainSizeOf(size);
    const salt = saltOf(header);
    if (plainBytes === null || salt === null || !isSealedFor(header, id, keys)) throw new BlobDamaged('damaged');
    if (nowMs() - mtimeMs > touchEveryMs) await touch(file, nowMs());
    const cipher = createChunkCipher(salt, keys);
    // One for all: what is read from a disk comes faster than garbage goes.
    const stored = Buffer.allocUnsafe(storedChunkBytes);
    const lastChunk = Math.max(0, Math.ceil((size - headerBytes) / storedChunkBytes) - 1);
    const start = Math.max(0, range.start);
    const end = Math.min(plainBytes, range.end);
    if (start >= end && plainBytes > 0) return;
    for (let chunk = Math.floor(start / chunkBytes); chunk <= lastChunk; chunk += 1) {
      const first = chunk * chunkBytes;
      if (first >= end && chunk > 0) return;
      const plain = cipher.open(await readInto(handle, stored, positionOf(chunk)), chunk, chunk === lastChunk);
      if (plain === null) throw new BlobDamaged('damaged');
      const part = plain.subarray(Math.max(0, start - first), Math.max(0, end - first));
      if (part.length > 0) yield part;
    }
  } finally {
    await handle.close();
  }
}

async function openExisting(file: string): Promise<FileHandle> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') throw new BlobDamaged('missing');
    throw error;
  }
}

/** As much of `bytes` as there is in the file from there on. */
async function readInto(handle: FileHandle, bytes: Uint8Array, position: number): Promise<Uint8Array> {
  const { length } = bytes;
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}

/** Where that cannot be noted, the age of a file is only its age. */
async function touch(file: string, nowMs: number): Promise<void> {
  const usedAt = new Date(nowMs);
  await utimes(file, usedAt, usedAt).catch(() => undefined);
}
