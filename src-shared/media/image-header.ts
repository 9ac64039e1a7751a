import { gifHeader, pngHeader, webpHeader } from './animated-headers.ts';
import { createByteReader } from './byte-reader.ts';
import { jpegHeader } from './jpeg-header.ts';
import { imageTypeOf, type ImageType } from './sniff.ts';

/** What an image says of itself before anything decodes it. */
export type ImageHeader = {
  readonly type: ImageType;
  /** Pixels as it is shown, after its own rotation. At least 1. */
  readonly width: number;
  readonly height: number;
  /** How its pixels are turned for that, 1…8 (Exif 2.32, tag 0112). */
  readonly orientation: number;
  readonly isAnimated: boolean;
  /** Place, camera, author, comments: something that is taken out unless it is to stay. */
  readonly hasMetadata: boolean;
  /** Pixels of the pictures of an animation as far as they were looked at; else of the one. */
  readonly drawnPixels: number;
};

/** As many of an image's first bytes tell its size, but for very few. */
export const imageHeaderBytes = 64 * 1024;

/**
 * Reads the header of an image from its first bytes. `more`: they are sound and it goes on behind them. Null: no image,
 * or one that is damaged. Total; reads nothing beyond the bytes and takes time linear in them (safety T3).
 */
export function readImageHeader(firstBytes: Uint8Array): ImageHeader | 'more' | null {
  const type = imageTypeOf(firstBytes);
  if (type === null) return null;
  const found = readers[type](createByteReader(firstBytes));
  if (found === null || found === 'more') return found;
  return found.width < 1 || found.height < 1 ? null : { type, ...found };
}

const readers = { png: pngHeader, jpeg: jpegHeader, gif: gifHeader, webp: webpHeader };

/** The most that is given to a decoder (safety T3). */
const maxSide = 16_384;
const maxPixels = 50_000_000;
const maxEncodedBytes = 20_000_000;
/** Shown in a conversation without being asked for: a phone's photograph is 4032 × 3024. */
const maxInlineSide = 4_096;
/** The pictures of an animation in its first 64 KiB: 40 at the full size shown inline, or a bomb. */
const maxDrawnPixels = 40 * maxInlineSide * maxInlineSide;

/**
 * Whether an image may be decoded (safety T3), told by its header alone. `inline`: shown where it stands. `large`:
 * within what a decoder may be given, but only made small, or shown when asked for. `refused`: never decoded; a file.
 */
export function imageVerdict(
  { width, height, drawnPixels }: Pick<ImageHeader, 'width' | 'height' | 'drawnPixels'>,
  encodedBytes: number,
): 'inline' | 'large' | 'refused' {
  if (width > maxSide || height > maxSide || width * height > maxPixels) return 'refused';
  if (encodedBytes > maxEncodedBytes || drawnPixels > maxDrawnPixels) return 'refused';
  return width > maxInlineSide || height > maxInlineSide ? 'large' : 'inline';
}
