import { describe, expect, test } from 'vitest';
import { createBackoff } from './backoff.ts';

const withFraction = (fraction: number) => createBackoff({ fraction: () => fraction });

describe('the back-off', () => {
  test('doubles the ceiling of each wait from half a second and stops at half a minute', () => {
    const backoff = withFraction(0.999_999);
    const delays = Array.from({ length: 9 }, () => backoff.nextDelayMs(0));
    expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  test('draws each wait anew from the whole range below the ceiling', () => {
    const fractions = [0, 0.5, 0.25];
    const backoff = createBackoff({ fraction: () => fractions.shift() ?? 0 });
    expect([backoff.nextDelayMs(0), backoff.nextDelayMs(0), backoff.nextDelayMs(0)]).toEqual([0, 500, 500]);
  });

  test('starts anew only after a connection that was logged in for thirty seconds', () => {
    const backoff = withFraction(0.5);
    backoff.nextDelayMs(0);
    backoff.nextDelayMs(0);
    backoff.loggedIn(1_000);
    expect(backoff.nextDelayMs(30_999)).toBe(1_000);
    backoff.loggedIn(40_000);
    expect(backoff.nextDelayMs(70_000)).toBe(250);
  });

  test('does not count the time after a connection that never logged in', () => {
    const backoff = withFraction(0.5);
    backoff.loggedIn(0);
    backoff.nextDelayMs(1_000);
    expect(backoff.nextDelayMs(100_000)).toBe(500);
  });

  test('grows to the cap it is given', () => {
    const backoff = withFraction(0.999_999);
    for (let attempt = 0; attempt < 12; attempt += 1) backoff.nextDelayMs(0, 300_000);
    expect(backoff.nextDelayMs(0, 300_000)).toBe(300_000);
  });
});
