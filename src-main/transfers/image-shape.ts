import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { imageVerdict, type ImageHeader } from '../../src-shared/media/image-header.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { headerOf } from '../files/header-of.ts';

/** Bytes that may be an image, wherever they lie. `read` may throw where they are gone or damaged. */
export type ImageBytes = {
  readonly sizeBytes: number;
  /** Plain bytes from `start` to before `end`. */
  readonly read: (start: number, end: number) => AsyncIterable<Uint8Array>;
};

/** What a blob holds; null: it is not here. */
export async function bytesOfBlob(
  blobs: Pick<BlobStore, 'read' | 'sizeOf'>,
  blobId: BlobId,
): Promise<ImageBytes | null> {
  const sizeBytes = await blobs.sizeOf(blobId);
  return sizeBytes === null ? null : { sizeBytes, read: (start, end) => blobs.read(blobId, { start, end }) };
}

/**
 * What an image says of itself in its header, read before anything decodes it. Null where the bytes are no PNG, JPEG,
 * GIF or WebP, or one that nobody should decode: those are shown as a file (safety T2, T3).
 */
export async function imageShapeOf({ sizeBytes, read }: ImageBytes): Promise<ImageHeader | null> {
  const header = await headerOf(sizeBytes, (start, length) => joined(read(start, start + length)));
  return header === null || imageVerdict(header, sizeBytes) === 'refused' ? null : header;
}

/** {@link imageShapeOf} of a blob; null also where it is gone or damaged. */
export async function shapeOfBlob(
  blobs: Pick<BlobStore, 'read' | 'sizeOf'>,
  blobId: BlobId,
): Promise<ImageHeader | null> {
  try {
    const bytes = await bytesOfBlob(blobs, blobId);
    return bytes === null ? null : await imageShapeOf(bytes);
  } catch (error) {
    if (error instanceof BlobDamaged) return null;
    throw error;
  }
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return Buffer.concat(parts);
}
