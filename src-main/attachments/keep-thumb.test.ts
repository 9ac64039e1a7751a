import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { blobId, type BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import { png, vp8x, webp, webpFrame, vp8 } from '../../src-shared/media/testing/sample-images.ts';
import type { Changes } from '../store/operations.ts';
import { createMemoryBlobs, type MemoryBlobs } from '../testing/memory-blobs.ts';
import { keepThumb } from './keep-thumb.ts';

const animated = 0x02;
let blobs: MemoryBlobs;
let picture: BlobId;
let kept: unknown[];

const keep = (rest: { bytes?: Uint8Array; blobId?: BlobId; width?: number; height?: number; isDamaged?: boolean }) =>
  keepThumb(
    {
      blobs,
      store: {
        setThumb: async (input) => {
          kept.push(input);
          return {} as Changes;
        },
      },
      publish: () => {},
    },
    {
      blobId: picture,
      width: 4000,
      height: 3000,
      isDamaged: false,
      bytes: new Uint8Array(webp(vp8(480, 360))),
      ...(rest as { bytes?: Uint8Array<ArrayBuffer> }),
    },
  );

beforeEach(async () => {
  blobs = createMemoryBlobs();
  kept = [];
  picture = await keepBytes(png(4000, 3000));
});

async function keepBytes(bytes: Uint8Array): Promise<BlobId> {
  const written = await blobs.write(
    (async function* () {
      yield bytes;
    })(),
    { maxBytes: 1_000_000 },
  );
  if (!written.ok) throw new Error('not written');
  return written.value.blobId;
}

describe('the small copy of a picture', () => {
  it('is kept where it is a WebP of the shape that it says', async () => {
    expect(await keep({})).toEqual(ok({}));
    const thumbId = [...blobs.kept.keys()].find((id) => id !== picture);
    expect(kept).toEqual([{ blobId: picture, thumbId, width: 4000, height: 3000, isDamaged: false }]);
  });

  it('says that a part of the picture is missing', async () => {
    expect(await keep({ isDamaged: true })).toEqual(ok({}));
    expect(kept).toMatchObject([{ blobId: picture, isDamaged: true }]);
  });

  it('is kept where it is as large as a panorama needs', async () => {
    const panorama = await keepBytes(png(8000, 800));
    const rest = { width: 8000, height: 800 };
    expect(await keep({ blobId: panorama, ...rest, bytes: webp(vp8(960, 96)) })).toEqual(ok({}));
    expect(await keep({ blobId: panorama, ...rest, bytes: webp(vp8(480, 48)) })).toEqual(
      err(appError('invalid-request')),
    );
  });

  it.each([
    ['no WebP', { bytes: png(480, 360) }],
    ['no picture', { bytes: new Uint8Array([1, 2, 3]) }],
    ['larger than one', { bytes: webp(vp8(1000, 750)) }],
    ['moving', { bytes: webp(vp8x(480, 360, animated), webpFrame(480, 360)) }],
    ['of another shape', { width: 3000, height: 4000 }],
    ['of no picture’s size', { width: 65_000, height: 10 }],
  ])('is refused where it is %s', async (_, rest) => {
    expect(await keep(rest)).toEqual(err(appError('invalid-request')));
    expect(kept).toEqual([]);
    expect(blobs.kept.size).toBe(1);
  });

  it('is refused where the picture is not here', async () => {
    expect(await keep({ blobId: blobId('f'.repeat(64)) })).toEqual(err(appError('not-found')));
  });

  it.each([
    ['a file', new TextEncoder().encode('<svg/>')],
    ['a picture that nobody should decode', png(60_000, 60_000)],
  ])('is refused for %s', async (_, bytes) => {
    expect(await keep({ blobId: await keepBytes(bytes) })).toEqual(err(appError('invalid-request')));
    expect(kept).toEqual([]);
  });

  it('that finds no room on the disk says so', async () => {
    blobs.failNext = 'disk-full';
    expect(await keep({})).toEqual(err(appError('disk-full')));
    expect(kept).toEqual([]);
  });
});
