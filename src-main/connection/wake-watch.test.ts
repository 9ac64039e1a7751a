import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from './testing/fake-clock.ts';
import { createWakeWatch, type WakeWatch } from './wake-watch.ts';

let clock: FakeClock;
let isOnline: boolean;
let addresses: string;
let wakings: number;
let watch: WakeWatch;
beforeEach(() => {
  clock = createFakeClock();
  isOnline = true;
  addresses = '192.168.1.5';
  wakings = 0;
  watch = createWakeWatch({
    clock,
    isOnline: () => isOnline,
    addresses: () => addresses,
    onWake: () => (wakings += 1),
  });
});
const eightHoursMs = 8 * 3_600_000;

describe('waking', () => {
  test('is nothing while time passes as it should', async () => {
    await clock.advance(600_000);
    expect(wakings).toBe(0);
  });

  test('is noticed by itself when timers come hours late', async () => {
    await clock.advance(12_000);
    await clock.jump(eightHoursMs);
    expect(wakings).toBe(1);
    await clock.advance(60_000);
    expect(wakings).toBe(1);
  });

  test('is noticed by itself where the monotonic clock slept too', async () => {
    await clock.advance(12_000);
    clock.shiftWall(eightHoursMs);
    await clock.advance(5_000);
    expect(wakings).toBe(1);
    await clock.advance(60_000);
    expect(wakings).toBe(1);
  });

  test('is not seen in a clock that is set back, nor in a busy moment', async () => {
    clock.shiftWall(-eightHoursMs);
    await clock.advance(10_000);
    await clock.jump(14_000);
    expect(wakings).toBe(0);
  });

  test('is what the system says, as often as it says so', () => {
    watch.woke();
    watch.woke();
    expect(wakings).toBe(2);
  });

  test('follows on a sleep that was announced, even where its end is not and the clocks show nothing', async () => {
    watch.suspended();
    expect(wakings).toBe(0);
    await clock.advance(5_000);
    expect(wakings).toBe(1);
    await clock.advance(60_000);
    expect(wakings).toBe(1);
    watch.suspended();
    watch.woke();
    await clock.advance(60_000);
    expect(wakings).toBe(2);
  });
});

describe('another network', () => {
  test('is a waking once it is there, not when it goes', async () => {
    isOnline = false;
    await clock.advance(20_000);
    expect(wakings).toBe(0);
    isOnline = true;
    await clock.advance(5_000);
    expect(wakings).toBe(1);
  });

  test('is a waking when the addresses change, within ten seconds', async () => {
    await clock.advance(20_000);
    addresses = '10.0.0.7';
    await clock.advance(10_000);
    expect(wakings).toBe(1);
    await clock.advance(60_000);
    expect(wakings).toBe(1);
  });
});
