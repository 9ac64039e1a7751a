import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from 'node:crypto';
import { blobId, type BlobId } from '../../src-shared/kernel/ids.ts';

/**
 * How bytes lie on this computer's disk: a header, then pieces of 64 KiB, each sealed by itself with AES-256-GCM under
 * a key of this one file. A piece's nonce is its number and whether it is the last (the STREAM construction), so any
 * range can be read alone, and no piece can be changed, moved, left out or cut off unnoticed. The header binds the file
 * to its name: one file cannot stand in for another.
 */

/** Plain bytes of every piece but the last, which has as many as are left. */
export const chunkBytes = 64 * 1024;
const tagBytes = 16;
/** A piece as it lies on disk. */
export const storedChunkBytes = chunkBytes + tagBytes;

const magic = Buffer.from('KithBl1\n');
const saltBytes = 16;
const sealBytes = 32;
const sealStart = magic.length + saltBytes;
export const headerBytes = sealStart + sealBytes;

/** What is derived from an account's one stored key (safety §5.5): each use has a key of its own. */
export type BlobKeys = {
  readonly nameKey: KeyObject;
  readonly blobKey: KeyObject;
  readonly sealKey: KeyObject;
};

/** @throws when the key is not 32 bytes long, which is a bug of the caller. */
export function deriveBlobKeys(key: Uint8Array): BlobKeys {
  if (key.length !== 32) throw new Error('the media key must be 32 bytes long');
  const derive = (use: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', key, '', `kith media ${use} v1`, 32)));
  return { nameKey: derive('name'), blobKey: derive('blob'), sealKey: derive('seal') };
}

/** The name of these bytes: whoever lacks the key cannot find out whether a file that they know is kept here. */
export function blobIdOf(sha256: Uint8Array, { nameKey }: BlobKeys): BlobId {
  return blobId(createHmac('sha256', nameKey).update(sha256).digest('hex'));
}

/** The name of what is not complete yet, made of the caller's. */
export function partialNameOf(name: string, { nameKey }: BlobKeys): string {
  return createHmac('sha256', nameKey).update(`partial ${name}`).digest('hex');
}

/** Seals and opens the pieces of one file. */
export type ChunkCipher = {
  /** The two parts of a piece as they lie on disk: the sealed bytes and their tag. */
  readonly seal: (plain: Uint8Array, number: number, isLast: boolean) => [Uint8Array, Uint8Array];
  /** Null where it is not this piece, or was changed. */
  readonly open: (stored: Uint8Array, number: number, isLast: boolean) => Uint8Array | null;
};

/** @param salt 16 bytes, of this file alone: the nonces of two files are the same. */
export function createChunkCipher(salt: Uint8Array, { blobKey }: BlobKeys): ChunkCipher {
  const key = createSecretKey(new Uint8Array(hkdfSync('sha256', blobKey, salt, 'kith media file v1', 32)));
  return {
    seal: (plain, number, isLast) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(number, isLast));
      const sealed = cipher.update(plain);
      cipher.final();
      return [sealed, cipher.getAuthTag()];
    },
    open: (stored, number, isLast) => {
      if (stored.length < tagBytes) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, nonceOf(number, isLast), { authTagLength: tagBytes });
      decipher.setAuthTag(stored.subarray(stored.length - tagBytes));
      const plain = decipher.update(stored.subarray(0, stored.length - tagBytes));
      try {
        decipher.final();
      } catch {
        return null;
      }
      return plain;
    },
  };
}

function nonceOf(number: number, isLast: boolean): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(number, 7);
  nonce[11] = isLast ? 1 : 0;
  return nonce;
}

/** The header of a file that has no name yet: nothing reads it but who goes on writing. */
export function openHeader(salt: Uint8Array): Uint8Array {
  return Buffer.concat([magic, salt, Buffer.alloc(sealBytes)]);
}

/** The header of the file of this name. */
export function sealedHeader(salt: Uint8Array, id: BlobId, keys: BlobKeys): Uint8Array {
  return Buffer.concat([magic, salt, sealOf(salt, id, keys)]);
}

/** The salt of a header of ours; null for anything else. */
export function saltOf(header: Uint8Array): Uint8Array | null {
  if (header.length < headerBytes || Buffer.compare(header.subarray(0, magic.length), magic) !== 0) return null;
  return header.subarray(magic.length, sealStart);
}

/** Whether this header belongs to the file of this name. */
export function isSealedFor(header: Uint8Array, id: BlobId, keys: BlobKeys): boolean {
  const salt = saltOf(header);
  return salt !== null && timingSafeEqual(header.subarray(sealStart, headerBytes), sealOf(salt, id, keys));
}

function sealOf(salt: Uint8Array, id: BlobId, { sealKey }: BlobKeys): Uint8Array {
  return createHmac('sha256', sealKey).update(salt).update(id).digest();
}

/** How many plain bytes a whole file of `storedBytes` holds; null where no file of ours has that length. */
export function plainSizeOf(storedBytes: number): number | null {
  const body = storedBytes - headerBytes;
  const chunks = Math.ceil(body / storedChunkBytes);
  const plain = body - chunks * tagBytes;
  return chunks < 1 || plain < (chunks - 1) * chunkBytes ? null : plain;
}
