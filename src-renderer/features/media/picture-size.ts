import type { ImageHeader } from '../../../src-shared/media/image-header.ts';
import { thumbScaleOf } from '../../../src-shared/media/thumb-size.ts';
import type { Box } from './image-box.ts';

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

/** Which part of a picture is drawn, and on how many pixels. */
export type Drawing = Size & {
  readonly from: Size & { readonly x: number; readonly y: number };
};

/**
 * How a picture is drawn in its place: filling it, its middle and its top, with as many pixels as the screen has there
 * and never more than the picture. `whole`: all of it, as it is.
 * @param pixelRatio pixels of the screen for one of the page.
 */
export function drawingOf(picture: Size, place: Box | 'whole', pixelRatio: number): Drawing {
  if (place === 'whole') return { ...picture, from: { x: 0, y: 0, ...picture } };
  const scale = Math.max(place.width / picture.width, place.height / picture.height);
  const from = {
    width: Math.min(picture.width, place.width / scale),
    height: Math.min(picture.height, place.height / scale),
  };
  const drawn = Math.min(1, scale * pixelRatio);
  return {
    width: Math.max(1, Math.round(from.width * drawn)),
    height: Math.max(1, Math.round(from.height * drawn)),
    from: { x: (picture.width - from.width) / 2, y: 0, ...from },
  };
}
