import type { ImageHeader } from '../../../src-shared/media/image-header.ts';

type Size = { readonly width: number; readonly height: number };

/** Half as wide again as the largest place in the list, for sharp screens. */
const maxThumb: Size = { width: 480, height: 960 };
/** A JPEG is made of blocks of 8 × 8 pixels, and can be decoded at one eighth to seven eighths of its size. */
const jpegSteps = 8;

/** The size of the small copy of a picture: never larger than the picture, never empty. In pixels. */
export function thumbSizeOf(picture: Size): Size {
  return scaled(picture, thumbScale(picture), Math.round);
}

/**
 * The size to ask a decoder for where only a small copy is wanted: not below that of the copy, and what the decoder can
 * do in passing. Twelve megapixels then never are in memory. Null: only the whole can be had.
 */
export function decodedSizeOf(picture: Pick<ImageHeader, 'type' | 'width' | 'height'>): Size | null {
  if (picture.type !== 'jpeg') return null;
  const steps = Math.ceil(thumbScale(picture) * jpegSteps);
  return steps >= jpegSteps ? null : scaled(picture, steps / jpegSteps, Math.ceil);
}

function thumbScale({ width, height }: Size): number {
  return Math.min(1, maxThumb.width / width, maxThumb.height / height);
}

function scaled({ width, height }: Size, scale: number, whole: (value: number) => number): Size {
  return { width: Math.max(1, whole(width * scale)), height: Math.max(1, whole(height * scale)) };
}
