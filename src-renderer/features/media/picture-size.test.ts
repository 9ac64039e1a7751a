import { describe, expect, it } from 'vitest';
import { thumbSizeOf } from '../../../src-shared/media/thumb-size.ts';
import { boxOf } from './image-box.ts';
import { decodedSizeOf, drawingOf } from './picture-size.ts';

describe('what the decoder of a JPEG is asked for', () => {
  it.each([
    [4_032, 3_024, 504, 378],
    [3_024, 4_032, 756, 1_008],
    [1_001, 701, 501, 351],
    [16_000, 3_000, 2_000, 375],
    [8_000, 800, 1_000, 100],
  ])('of %i × %i pixels is the next eighth that is no smaller than the copy', (width, height, asked, askedHeight) => {
    const picture = { type: 'jpeg', width, height } as const;
    const decoded = decodedSizeOf(picture);
    expect(decoded).toEqual({ width: asked, height: askedHeight });
    expect(decoded?.width).toBeGreaterThanOrEqual(thumbSizeOf(picture).width);
    // Below an eighth it would refuse.
    expect(decoded?.width).toBeGreaterThanOrEqual(width / 8);
  });

  it('is the whole where the copy is nearly as large', () => {
    expect(decodedSizeOf({ type: 'jpeg', width: 500, height: 400 })).toBeNull();
  });

  it('is the whole for everything else, which has no eighths', () => {
    expect(decodedSizeOf({ type: 'png', width: 4_032, height: 3_024 })).toBeNull();
  });
});

describe('a picture in its place', () => {
  const place = { width: 320, height: 240 };

  it.each([
    [1, 320, 240],
    [1.25, 400, 300],
    [2, 480, 360],
  ])('has as many pixels as the screen has there at %f, and no more than it has itself', (ratio, width, height) => {
    const drawing = drawingOf({ width: 480, height: 360 }, place, ratio);
    expect(drawing).toEqual({ width, height, from: { x: 0, y: 0, width: 480, height: 360 } });
  });

  it.each([
    ['lies', { width: 960, height: 96 }, { width: 320, height: 64, from: { x: 240, y: 0, width: 480, height: 96 } }],
    [
      'stands',
      { width: 144, height: 1_728 },
      { width: 96, height: 280, from: { x: 0, y: 0, width: 144, height: 420 } },
    ],
  ])('fills it with its middle and its top where it is a panorama that %s', (_what, picture, drawing) => {
    expect(drawingOf(picture, boxOf(picture.width * 10, picture.height * 10), 1)).toEqual(drawing);
  });

  it.each([7, 7.5, 8, 12, 30])('is sharp at 1.5 where it is %f times as wide as high', (shape) => {
    const picture = { width: Math.round(800 * shape), height: 800 };
    const thumb = thumbSizeOf(picture);
    const box = boxOf(picture.width, picture.height);
    const drawing = drawingOf(thumb, box, 1.5);
    expect(drawing.width).toBeGreaterThanOrEqual(box.width * 1.5 - 1);
    expect(drawing.height).toBeGreaterThanOrEqual(box.height * 1.5 - 1);
  });

  it('that is smaller than it is as it is', () => {
    const picture = { width: 20, height: 12 };
    expect(drawingOf(picture, 'whole', 2)).toEqual({ width: 20, height: 12, from: { x: 0, y: 0, ...picture } });
  });
});
