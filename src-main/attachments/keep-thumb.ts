import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ParsedRequestOf } from '../../src-shared/ipc/contract.ts';
import { readImageHeader } from '../../src-shared/media/image-header.ts';
import { thumbSizeOf } from '../../src-shared/media/thumb-size.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import { shapeOfBlob } from '../transfers/image-shape.ts';

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
  { blobId, width, height, isDamaged, bytes }: ParsedRequestOf<'attachments:keepThumb'>,
): Promise<Result<Record<string, never>>> {
  const header = readImageHeader(bytes);
  if (header === null || header === 'more' || header.type !== 'webp' || header.isAnimated) return refused;
  const size = thumbSizeOf({ width, height });
  if (Math.abs(header.width - size.width) > 1 || Math.abs(header.height - size.height) > 1) return refused;
  if ((await blobs.sizeOf(blobId)) === null) return err(appError('not-found'));
  if ((await shapeOfBlob(blobs, blobId)) === null) return refused;
  const written = await blobs.write(once(bytes), { maxBytes: bytes.length });
  if (!written.ok) return err(appError(written.error === 'disk-full' ? 'disk-full' : 'unexpected'));
  publish(await store.setThumb({ blobId, thumbId: written.value.blobId, width, height, isDamaged }));
  return ok({});
}

const refused = err(appError('invalid-request'));

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
