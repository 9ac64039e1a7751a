import type { ImageHeader } from '../../../src-shared/media/image-header.ts';
import { thumbScaleOf } from '../../../src-shared/media/thumb-size.ts';

type Size = { readonly width: number; readonly height: number };

/** A JPEG is made of blocks of 8 × 8 pixels, and can be decoded at one eighth to seven eighths of its size. */
const jpegSteps = 8;

/**
 * The size to ask a decoder for where only a small copy is wanted: not below that of the copy, and what the decoder can
 * do in passing. Twelve megapixels then never are in memory. Null: only the whole can be had.
 */
export function decodedSizeOf({ type, width, height }: Pick<ImageHeader, 'type' | 'width' | 'height'>): Size | null {
  if (type !== 'jpeg') return null;
  const steps = Math.ceil(thumbScaleOf({ width, height }) * jpegSteps);
  if (steps >= jpegSteps) return null;
  const scaled = (side: number): number => Math.max(1, Math.ceil((side * steps) / jpegSteps));
  return { width: scaled(width), height: scaled(height) };
}
