import {
  exifSegment,
  gif,
  gifFrame,
  gifHead,
  join,
  jpeg,
  jpegFrame,
  png,
  pngChunk,
  u32be,
  vp8,
  vp8l,
  vp8x,
  webp,
  webpFrame,
} from '../../src-shared/media/testing/sample-images.ts';

/** A small file that would take much memory or time where somebody decoded it (safety T3). */
export type Bomb = {
  readonly says: string;
  readonly bytes: Uint8Array;
  /** How large the whole is. */ readonly sizeBytes: number;
};

const times = (count: number, part: Uint8Array): Uint8Array[] => Array.from({ length: count }, () => part);
const frameControl = (width: number, height: number): Uint8Array =>
  pngChunk('fcTL', [...u32be(0), ...u32be(width), ...u32be(height), ...new Uint8Array(14)]);
const animation = pngChunk('acTL', [...u32be(1_000), ...u32be(0)]);

const sizes: readonly (readonly [number, number])[] = [
  [65_535, 65_535],
  [16_385, 1],
  [1, 16_385],
  [10_001, 5_000],
  [16_384, 16_384],
  [30_000, 30_000],
];
const bombs: readonly (readonly [string, Uint8Array])[] = [
  ...sizes.map(([width, height]) => [`PNG ${width} × ${height}`, png(width, height)] as const),
  ...sizes.map(([width, height]) => [`JPEG ${width} × ${height}`, jpeg(width, height)] as const),
  ...sizes.map(([width, height]) => [`GIF ${width} × ${height}`, gif(width, height)] as const),
  ['PNG of the largest size', png(0x7fff_ffff, 0x7fff_ffff)],
  ['JPEG on its side', jpeg(20_000, 10, exifSegment(6))],
  ['progressive JPEG', join([0xff, 0xd8], jpegFrame(65_500, 65_500, 0xc2))],
  ['GIF with a picture far larger than itself', join(gifHead(1, 1), gifFrame(65_535, 65_535))],
  ['GIF of 1,000 pictures', gif(4_000, 4_000, ...times(1_000, gifFrame(4_000, 4_000)))],
  ['GIF of 1,000 pictures that say they are small', gif(10, 10, ...times(1_000, gifFrame(4_000, 4_000)))],
  ['PNG of 1,000 pictures', png(4_000, 4_000, animation, ...times(1_000, frameControl(4_000, 4_000)))],
  ['WebP 16,383 × 16,383', webp(vp8(16_383, 16_383))],
  ['WebP without loss 16,384 × 16,384', webp(vp8l(16_384, 16_384))],
  ['WebP of the largest size', webp(vp8x(2 ** 24, 2 ** 24, 0), vp8(1, 1))],
  ['WebP of 200 pictures', webp(vp8x(4_000, 4_000, 2), ...times(200, webpFrame(4_000, 4_000)))],
];

/** 30. */
export const imageBombs: readonly Bomb[] = [
  ...bombs.map(([says, bytes]) => ({ says, bytes, sizeBytes: bytes.length })),
  { says: 'a PNG of 21 MB', bytes: png(100, 100), sizeBytes: 21_000_000 },
];
