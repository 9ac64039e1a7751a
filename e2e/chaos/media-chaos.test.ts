import { expect, it } from 'vitest';
import { cleanNames } from './file-names.ts';
import { readCrowdedImages, readSpoiltImages } from './image-headers.ts';
import { pathAttacks } from './path-attacks.ts';
import { classify } from './polyglots.ts';

/** The long runs, shortened; `npm run chaos` has the long ones. */

it('whatever a file is called, what is made of it is one name in its own folder', () => {
  expect(pathAttacks).toHaveLength(300);
  const report = cleanNames(3_000, 7);
  expect(report.faults).toEqual([]);
});

it('whatever an image says of itself, it is read to its end and no further, and stripped the same in any pieces', () => {
  const report = readSpoiltImages(4_000, 7);
  expect(report.faults).toEqual([]);
  expect(report.sound).toBeGreaterThan(500);
  expect(report.sound).toBeLessThan(3_500);
});

it('an image of thousands of parts takes no longer than one of few', () => {
  // A busy computer is slow; what is meant is a hundred times that.
  expect(readCrowdedImages()).toBeLessThan(2_000);
});

it('a file that is two things at once is one of them, and an image bomb is told by its header', async () => {
  const report = await classify(1);
  expect(report).toMatchObject({ polyglots: 60, bombs: 30, faults: [] });
});
