import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ParsedRequestOf } from '../../src-shared/ipc/contract.ts';
import { readImageHeader } from '../../src-shared/media/image-header.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import { shapeOfBlob } from '../transfers/image-shape.ts';

/** What the window makes: 480 × 960 at most. */
const maxThumb = { width: 480, height: 960 };

type KeepThumbDeps = {
  readonly blobs: Pick<BlobStore, 'write' | 'sizeOf' | 'read'>;
  readonly store: Pick<Store, 'setThumb'>;
  readonly publish: (changes: Changes) => void;
};

/**
 * Keeps the small copy that the window made of a picture. What it says is checked: a still WebP of that size, of the
 * shape that it says the picture has, and a picture that may be shown (safety T2, T3).
 */
export async function keepThumb(
  { blobs, store, publish }: KeepThumbDeps,
  { blobId, width, height, bytes }: ParsedRequestOf<'attachments:keepThumb'>,
): Promise<Result<Record<string, never>>> {
  const header = readImageHeader(bytes);
  if (header === null || header === 'more' || header.type !== 'webp' || header.isAnimated) return refused;
  if (header.width > maxThumb.width || header.height > maxThumb.height) return refused;
  const scale = Math.min(1, maxThumb.width / width, maxThumb.height / height);
  const isOfShape =
    Math.abs(header.width - Math.max(1, width * scale)) <= 1 &&
    Math.abs(header.height - Math.max(1, height * scale)) <= 1;
  if (!isOfShape) return refused;
  if ((await blobs.sizeOf(blobId)) === null) return err(appError('not-found'));
  if ((await shapeOfBlob(blobs, blobId)) === null) return refused;
  const written = await blobs.write(once(bytes), { maxBytes: bytes.length });
  if (!written.ok) return err(appError(written.error === 'disk-full' ? 'disk-full' : 'unexpected'));
  publish(await store.setThumb({ blobId, thumbId: written.value.blobId, width, height }));
  return ok({});
}

const refused = err(appError('invalid-request'));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
