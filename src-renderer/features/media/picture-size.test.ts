import { describe, expect, it } from 'vitest';
import { thumbSizeOf } from '../../../src-shared/media/thumb-size.ts';
import { decodedSizeOf } from './picture-size.ts';

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
