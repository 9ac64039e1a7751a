import { createHash, type Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import {
  blobIdOf,
  chunkBytes,
  createChunkCipher,
  headerBytes,
  openHeader,
  saltOf,
  sealedHeader,
  storedChunkBytes,
  type BlobKeys,
} from './blob-cipher.ts';

/** Bytes that are kept. */
export type StoredBlob = {
  readonly blobId: BlobId;
  readonly sizeBytes: number;
  /** Of the plain bytes, hexadecimal. */
  readonly sha256: string;
};

/** Seals bytes into an open file, one piece in memory. Its calls come one after the other. */
export type BlobWriter = {
  /** Bytes taken so far, also those that are not on disk yet. */
  readonly sizeBytes: () => number;
  /** @throws the file system's error. */
  readonly push: (bytes: Uint8Array) => Promise<void>;
  /** Writes what is left and the seal, and syncs. @throws the file system's error. */
  readonly finish: () => Promise<StoredBlob>;
};

/** Begins an empty file. */
export async function beginBlob(file: FileHandle, salt: Uint8Array, keys: BlobKeys): Promise<BlobWriter> {
  await file.write(openHeader(salt), 0, headerBytes, 0);
  return createBlobWriter(file, salt, keys, { chunks: 0, hash: createHash('sha256') });
}

/**
 * Goes on with a file that was begun: its complete pieces are read, checked and kept; whatever follows them is cut off.
 * @returns null where there is nothing to go on with: then it is begun anew, under another salt.
 */
export async function continueBlob(file: FileHandle, keys: BlobKeys): Promise<BlobWriter | null> {
  const header = Buffer.alloc(headerBytes);
  const { bytesRead } = await file.read(header, 0, headerBytes, 0);
  const salt = saltOf(header.subarray(0, bytesRead));
  if (salt === null) return null;
  const cipher = createChunkCipher(salt, keys);
  const hash = createHash('sha256');
  const stored = Buffer.alloc(storedChunkBytes);
  let chunks = 0;
  for (;;) {
    const { bytesRead: length } = await file.read(stored, 0, storedChunkBytes, positionOf(chunks));
    const plain = length < storedChunkBytes ? null : cipher.open(stored, chunks, false);
    if (plain === null) break;
    hash.update(plain);
    chunks += 1;
  }
  if (chunks === 0) return null;
  await file.truncate(positionOf(chunks));
  return createBlobWriter(file, salt, keys, { chunks, hash });
}

function createBlobWriter(
  file: FileHandle,
  salt: Uint8Array,
  keys: BlobKeys,
  begun: { chunks: number; hash: Hash },
): BlobWriter {
  const { hash } = begun;
  const cipher = createChunkCipher(salt, keys);
  const pending = Buffer.alloc(chunkBytes);
  let { chunks } = begun;
  let filled = 0;

  async function writeChunk(isLast: boolean): Promise<void> {
    const plain = pending.subarray(0, filled);
    const parts = cipher.seal(plain, chunks, isLast);
    await writeAll(file, parts, positionOf(chunks));
    hash.update(plain);
    chunks += 1;
    filled = 0;
  }

  return {
    sizeBytes: () => chunks * chunkBytes + filled,
    push: async (bytes) => {
      for (let taken = 0; taken < bytes.length;) {
        // A full piece waits until there is more: it may be the last.
        if (filled === chunkBytes) await writeChunk(false);
        const part = bytes.subarray(taken, taken + chunkBytes - filled);
        pending.set(part, filled);
        filled += part.length;
        taken += part.length;
      }
    },
    finish: async () => {
      const sizeBytes = chunks * chunkBytes + filled;
      await writeChunk(true);
      const digest = hash.digest();
      const id = blobIdOf(digest, keys);
      await file.write(sealedHeader(salt, id, keys), 0, headerBytes, 0);
      await file.sync();
      return { blobId: id, sizeBytes, sha256: digest.toString('hex') };
    },
  };
}

/** Where on disk a piece begins. */
export function positionOf(chunk: number): number {
  return headerBytes + chunk * storedChunkBytes;
}

/** A disk that is nearly full takes a part and says so only in the count. */
async function writeAll(file: FileHandle, parts: readonly Uint8Array[], start: number): Promise<void> {
  const { bytesWritten } = await file.writev(parts, start);
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (bytesWritten === total) return;
  const rest = Buffer.concat(parts).subarray(bytesWritten);
  let position = start + bytesWritten;
  for (let done = 0; done < rest.length;) {
    const written = await file.write(rest, done, rest.length - done, position);
    done += written.bytesWritten;
    position += written.bytesWritten;
  }
}
