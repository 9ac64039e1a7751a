import fc from 'fast-check';
import { expect, test } from 'vitest';
import { minSize, parseWindowState, placeWindow, type Rectangle } from './window-state.ts';

const laptop: Rectangle = { x: 0, y: 25, width: 1440, height: 875 };
const monitor: Rectangle = { x: 1440, y: 0, width: 2560, height: 1440 };
const bytes = (value: unknown): Uint8Array =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));

test('the first start puts the window in the middle of the first screen', () => {
  expect(placeWindow(null, [laptop, monitor])).toEqual({ x: 160, y: 83, width: 1120, height: 760 });
});

test('a remembered place that is still on a screen is kept exactly', () => {
  const place = { x: 1600, y: 100, width: 900, height: 700 };
  expect(placeWindow(place, [laptop, monitor])).toEqual(place);
});

test('a window whose screen is gone comes back in the middle of the first one, in its size', () => {
  const place = { x: 1600, y: 100, width: 900, height: 700 };
  expect(placeWindow(place, [laptop])).toEqual({ x: 270, y: 113, width: 900, height: 700 });
});

test('a window that overhangs is moved in', () => {
  expect(placeWindow({ x: -300, y: -50, width: 900, height: 700 }, [laptop])).toEqual({
    x: 0,
    y: 25,
    width: 900,
    height: 700,
  });
  expect(placeWindow({ x: 1400, y: 880, width: 900, height: 700 }, [laptop])).toEqual({
    x: 540,
    y: 200,
    width: 900,
    height: 700,
  });
});

test('a window larger than the screen shrinks to it', () => {
  expect(placeWindow({ x: 0, y: 0, width: 5000, height: 5000 }, [laptop])).toEqual(laptop);
});

const rectangle = fc.record({
  x: fc.integer({ min: -5000, max: 5000 }),
  y: fc.integer({ min: -5000, max: 5000 }),
  width: fc.integer({ min: 1, max: 6000 }),
  height: fc.integer({ min: 1, max: 6000 }),
});
const screen = fc.record({
  x: fc.integer({ min: -4000, max: 4000 }),
  y: fc.integer({ min: -4000, max: 4000 }),
  width: fc.integer({ min: 800, max: 4000 }),
  height: fc.integer({ min: 600, max: 3000 }),
});

test('wherever it was, the whole window lies on one screen and is not below its minimum', () => {
  fc.assert(
    fc.property(fc.option(rectangle), fc.array(screen, { minLength: 1, maxLength: 4 }), (remembered, areas) => {
      const placed = placeWindow(remembered, areas as [Rectangle, ...Rectangle[]]);
      expect(placed.width).toBeGreaterThanOrEqual(minSize.width);
      expect(placed.height).toBeGreaterThanOrEqual(minSize.height);
      const isInside = areas.some(
        (area) =>
          placed.x >= area.x &&
          placed.y >= area.y &&
          placed.x + placed.width <= area.x + area.width &&
          placed.y + placed.height <= area.y + area.height,
      );
      expect(isInside).toBe(true);
      expect(placeWindow(placed, areas as [Rectangle, ...Rectangle[]])).toEqual(placed);
    }),
  );
});

test('on a screen below the minimum the top left corner shows', () => {
  expect(placeWindow(null, [{ x: 10, y: 20, width: 640, height: 400 }])).toEqual({ x: 10, y: 20, ...minSize });
});

test('a remembered state is read back', () => {
  const state = { bounds: { x: 1, y: 2, width: 800, height: 600 }, isMaximized: true };
  expect(parseWindowState(bytes(state))).toEqual(state);
});

test.each([
  '',
  'null',
  '{',
  '{}',
  '[]',
  '{"bounds":{"x":1,"y":2,"width":3},"isMaximized":false}',
  '{"bounds":{"x":1e400,"y":2,"width":3,"height":4},"isMaximized":false}',
  '{"bounds":{"x":0.5,"y":2,"width":3,"height":4},"isMaximized":false}',
  '{"bounds":{"x":"1","y":2,"width":3,"height":4},"isMaximized":false}',
])('a damaged state %j is as good as none', (text) => {
  expect(parseWindowState(bytes(text))).toBeNull();
});

test('a missing state is none', () => {
  expect(parseWindowState(null)).toBeNull();
});
