import { expect, it } from 'vitest';
import { aMessage } from '../../testing/views.ts';
import { boxOf, createImageBoxes } from './image-box.ts';

it.each([
  ['a photo', 6000, 4000, 320, 213],
  ['a portrait', 3000, 4000, 210, 280],
  ['a picture that fits as it is', 200, 100, 200, 100],
  ['an icon', 16, 16, 96, 64],
  ['a very long screenshot', 1_000, 20_000, 96, 280],
  ['a very wide panorama', 20_000, 1_000, 320, 64],
])('gives %s of %i × %i a box of %i × %i', (_, width, height, boxWidth, boxHeight) => {
  expect(boxOf(width, height)).toEqual({ width: boxWidth, height: boxHeight });
});

it('keeps the box that a picture had when its size becomes known', () => {
  const boxFor = createImageBoxes();
  const attachment = {
    blobId: null,
    thumbId: null,
    width: null,
    height: null,
    source: 'server',
    isDamaged: false,
    foreignHost: '',
  } as const;
  const unknown = aMessage(2, 'a.png', { kind: 'image', attachment });
  const before = boxFor(unknown);
  expect(boxFor({ ...unknown, attachment: { ...attachment, width: 100, height: 4000 } })).toBe(before);
});
