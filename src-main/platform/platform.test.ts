import { expect, test } from 'vitest';
import { maxWireInt } from '../../src-shared/kernel/ids.ts';
import { createSystemClock } from './system-clock.ts';
import { createSystemRandom } from './system-random.ts';

const many = Array.from({ length: 2_000 });

test('fractions lie in [0, 1) and wire integers in 1…2^31−1', () => {
  const random = createSystemRandom();
  for (const _ of many) {
    const fraction = random.fraction();
    expect(fraction >= 0 && fraction < 1).toBe(true);
    const int = random.wireInt();
    expect(Number.isInteger(int) && int >= 1 && int <= maxWireInt).toBe(true);
  }
  expect(new Set(many.map(() => random.wireInt())).size).toBeGreaterThan(1_990);
});

test('bytes and names are as long as asked for and never the same', () => {
  const random = createSystemRandom();
  expect(random.bytes(32)).toHaveLength(32);
  expect(random.bytes(32)).not.toEqual(random.bytes(32));
  expect(random.uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
});

test('a timer fires once, and not at all after it was cancelled', async () => {
  const clock = createSystemClock();
  const fired: string[] = [];
  const cancel = clock.setTimer(0, () => fired.push('cancelled'));
  cancel();
  cancel();
  await new Promise<void>((resolve) => {
    clock.setTimer(-5, () => fired.push('first'));
    clock.setTimer(2, resolve);
  });
  expect(fired).toEqual(['first']);
});

test('a delay longer than the system knows does not fire at once', async () => {
  const clock = createSystemClock();
  let hasFired = false;
  const cancel = clock.setTimer(2 ** 40, () => (hasFired = true));
  await new Promise<void>((resolve) => clock.setTimer(5, resolve));
  cancel();
  expect(hasFired).toBe(false);
});

test('monotonic time never goes back', () => {
  const clock = createSystemClock();
  let last = clock.monotonicMs();
  for (const _ of many) {
    const now = clock.monotonicMs();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});
