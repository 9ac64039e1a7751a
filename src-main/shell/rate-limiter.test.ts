import { expect, test } from 'vitest';
import { createRateLimiter } from './rate-limiter.ts';

test('a burst passes, then as many as the rate allows', () => {
  let nowMs = 0;
  const take = createRateLimiter({ burst: 3, perSecond: 2 }, () => nowMs);
  expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  nowMs += 400;
  expect(take()).toBe(false);
  nowMs += 100;
  expect([take(), take()]).toEqual([true, false]);
});

test('a long rest allows one burst, not more', () => {
  let nowMs = 0;
  const take = createRateLimiter({ burst: 2, perSecond: 100 }, () => nowMs);
  nowMs += 3_600_000;
  expect([take(), take(), take()]).toEqual([true, true, false]);
});
