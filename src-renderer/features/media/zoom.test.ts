import fc from 'fast-check';
import { expect, it } from 'vitest';
import { atRest, fitScale, pannedBy, rotated, zoomedAt } from './zoom.ts';

const stage = { width: 800, height: 600 };
const photo = { width: 4000, height: 3000 };

it('fits a picture into the stage as it lies, and never enlarges it', () => {
  expect(fitScale(stage, photo, 0)).toBe(0.2);
  expect(fitScale(stage, photo, 90)).toBe(0.15);
  expect(fitScale(stage, { width: 10, height: 10 }, 0)).toBe(1);
});

it('keeps what is under the pointer there while it zooms', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 2, max: 20, noNaN: true }),
      fc.integer({ min: -300, max: 300 }),
      fc.integer({ min: -200, max: 200 }),
      (factor, x, y) => {
        const zoomed = zoomedAt(atRest, factor, { x, y }, stage, photo);
        const scale = zoomed.scale ?? 0;
        // The point of the picture that was under the pointer, in pixels of the picture from its middle.
        expect((x - zoomed.x) / scale).toBeCloseTo(x / 0.2, 3);
        expect((y - zoomed.y) / scale).toBeCloseTo(y / 0.2, 3);
      },
    ),
  );
});

it('ends at eight times its own size, and at the size that fits', () => {
  expect(zoomedAt(atRest, 1_000, { x: 0, y: 0 }, stage, photo).scale).toBe(8);
  expect(zoomedAt({ ...atRest, scale: 2, x: 50 }, 0.001, { x: 0, y: 0 }, stage, photo)).toEqual(atRest);
});

it('is moved no further than its edges', () => {
  const large = { ...atRest, scale: 1 };
  expect(pannedBy(large, { x: 9_999, y: -9_999 }, stage, photo)).toMatchObject({ x: 1_600, y: -1_200 });
  expect(pannedBy(atRest, { x: 100, y: 100 }, stage, photo)).toMatchObject({ x: 0, y: 0 });
});

it('turns clockwise and is whole again after each turn', () => {
  expect(rotated({ ...atRest, scale: 3, x: 9 })).toEqual({ ...atRest, rotation: 90 });
  expect(rotated({ ...atRest, rotation: 270 }).rotation).toBe(0);
});
