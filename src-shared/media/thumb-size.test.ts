import { expect, it } from 'vitest';
import { thumbSizeOf } from './thumb-size.ts';

it.each([
  ['a photograph', 4_032, 3_024, 480, 360],
  ['one that stands', 3_024, 4_032, 480, 640],
  ['one that is small already', 320, 200, 320, 200],
  ['a thin line', 16_000, 1, 3_072, 1],
])('the small copy of %s keeps its shape and its measure', (_what, width, height, thumbWidth, thumbHeight) => {
  expect(thumbSizeOf({ width, height })).toEqual({ width: thumbWidth, height: thumbHeight });
});

it.each([
  ['lies', 8_000, 800, 960, 96],
  ['lies', 16_000, 600, 2_560, 96],
  ['stands', 800, 9_600, 144, 1_728],
])('the small copy of a panorama that %s fills the smallest place on a sharp screen', (_what, ...sizes) => {
  const [width, height, thumbWidth, thumbHeight] = sizes;
  expect(thumbSizeOf({ width, height })).toEqual({ width: thumbWidth, height: thumbHeight });
});

it('the small copy of the longest of panoramas has an end', () => {
  expect(thumbSizeOf({ width: 16_384, height: 300 })).toEqual({ width: 3_072, height: 56 });
});
