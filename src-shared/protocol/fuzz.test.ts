import { expect, test } from 'vitest';
import { fuzzDecoder } from './fuzz.ts';

test('120,000 random and spoilt frames do nothing but decode or be turned down, each in under 50 ms', () => {
  const report = fuzzDecoder({ structured: 20_000, mutated: 100_000, seed: 14_514, nowMs: () => performance.now() });
  expect(report.faults).toEqual([]);
  expect(report.slowestMs).toBeLessThan(50);
  // The frames must reach every branch, not fail at the first brace.
  expect(report.taken.client).toBeGreaterThan(1_500);
  expect(report.taken.server).toBeGreaterThan(15_000);
  expect(report.rejects['invalid-payload']).toBeGreaterThan(10_000);
}, 60_000);
