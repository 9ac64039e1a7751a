import { describe, expect, test } from 'vitest';
import { createHeartbeat } from './heartbeat.ts';
import { createFakeClock } from './testing/fake-clock.ts';

function setUp() {
  const clock = createFakeClock();
  const seen = { pings: 0, deaths: 0, otherAsks: 0, roundTripsMs: [] as number[], diedAtMs: 0 };
  const line = {
    answersPings: true,
    latencyMs: 20,
    bytesRead: 0,
    bytesTaken: 0,
    canAskOtherwise: false,
    isPaused: false,
    isUploading: false,
  };
  const heartbeat = createHeartbeat({
    clock,
    ping: () => {
      seen.pings += 1;
      line.bytesTaken += 6;
      if (!line.answersPings) return;
      clock.setTimer(line.latencyMs, () => {
        if (!line.answersPings) return;
        line.bytesRead += 2;
        heartbeat.ponged();
      });
    },
    bytesRead: () => line.bytesRead,
    bytesTaken: () => line.bytesTaken,
    isPaused: () => line.isPaused,
    isUploading: () => line.isUploading,
    onRoundTrip: (durationMs) => seen.roundTripsMs.push(durationMs),
    askOtherwise: () => {
      if (line.canAskOtherwise) seen.otherAsks += 1;
      return line.canAskOtherwise;
    },
    onDead: () => {
      seen.deaths += 1;
      seen.diedAtMs = clock.monotonicMs();
    },
  });
  return { clock, seen, line, heartbeat };
}

describe('the heartbeat', () => {
  test('pings at once and then every fifteen seconds while pongs come', async () => {
    const { clock, seen, heartbeat } = setUp();
    heartbeat.start();
    await clock.advance(60_000);
    expect(seen.pings).toBe(4);
    expect(seen.deaths).toBe(0);
    expect(seen.roundTripsMs).toEqual([20, 20, 20, 20]);
  });

  test.each([0, 1_000, 7_000, 14_900, 15_000])(
    'notices within 25 seconds a line that went dead %i ms after a pong',
    async (afterMs) => {
      const { clock, seen, line, heartbeat } = setUp();
      heartbeat.start();
      await clock.advance(line.latencyMs + afterMs);
      line.answersPings = false;
      const deadSinceMs = clock.monotonicMs();
      await clock.advance(26_000);
      expect(seen.deaths).toBe(1);
      expect(seen.diedAtMs - deadSinceMs).toBeLessThanOrEqual(25_000);
    },
  );

  test('does not take for dead a line that is not listened to, and judges it once it is', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.isPaused = true;
    line.answersPings = false;
    heartbeat.start();
    await clock.advance(60_000);
    heartbeat.nudge();
    await clock.advance(6_000);
    expect(seen.deaths).toBe(0);
    line.isPaused = false;
    await clock.advance(25_000);
    expect(seen.deaths).toBe(1);
  });

  test('takes any byte that comes in as life, and asks again at once', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.answersPings = false;
    heartbeat.start();
    for (let round = 0; round < 6; round += 1) {
      line.bytesRead += 1;
      await clock.advance(10_000);
    }
    expect(seen.deaths).toBe(0);
    await clock.advance(20_000);
    expect(seen.deaths).toBe(1);
  });

  test('takes outgoing bytes that move as life, and their standstill of twenty seconds as death', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    heartbeat.start();
    await clock.advance(100);
    line.answersPings = false;
    for (let second = 0; second < 60; second += 1) {
      line.bytesTaken += 50_000;
      await clock.advance(1_000);
    }
    expect(seen.deaths).toBe(0);
    await clock.advance(20_000);
    expect(seen.deaths).toBe(1);
  });

  test('takes the pongs within an upload as life, and 25 seconds without one as death, whatever waits to be taken', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    heartbeat.start();
    await clock.advance(100);
    line.answersPings = false;
    line.isUploading = true;
    for (let pongs = 0; pongs < 30; pongs += 1) {
      await clock.advance(2_600);
      line.bytesRead += 2;
      heartbeat.ponged();
    }
    expect(seen.deaths).toBe(0);
    const lastPongMs = clock.monotonicMs();
    await clock.advance(26_000);
    expect(seen.deaths).toBe(1);
    expect(seen.diedAtMs - lastPongMs).toBeLessThanOrEqual(25_000);
  });

  test.each([0, 5_000, 14_900])(
    'leaves a server twenty seconds for a large file after its last pong, %i ms after the one before',
    async (apartMs) => {
      const { clock, seen, line, heartbeat } = setUp();
      heartbeat.start();
      await clock.advance(line.latencyMs);
      line.answersPings = false;
      await clock.advance(apartMs);
      heartbeat.ponged();
      await clock.advance(20_000);
      expect(seen.deaths).toBe(0);
    },
  );

  test('bears twenty seconds in which an upload stands still where pongs never come, and no thirty', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.answersPings = false;
    // What it asks would wait behind the upload.
    line.canAskOtherwise = true;
    line.isUploading = true;
    heartbeat.start();
    for (let refills = 0; refills < 10; refills += 1) {
      line.bytesTaken += 850_000;
      await clock.advance(17_000);
    }
    expect(seen).toMatchObject({ deaths: 0, otherAsks: 0 });
    const lastTakenMs = clock.monotonicMs() - 17_000;
    await clock.advance(30_000);
    expect(seen.deaths).toBe(1);
    expect(seen.diedAtMs - lastTakenMs).toBeLessThanOrEqual(30_000);
  });

  test('does not take its own pings, or a few small frames, for bytes that move', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.answersPings = false;
    heartbeat.start();
    line.bytesTaken += 500;
    await clock.advance(10_000);
    expect(seen.deaths).toBe(1);
  });

  test('asks again instead of giving up when its own timer came late', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.answersPings = false;
    heartbeat.start();
    await clock.jump(18_000);
    expect(seen.deaths).toBe(0);
    expect(seen.pings).toBe(2);
    line.answersPings = true;
    await clock.jump(8 * 3_600_000);
    await clock.advance(1_000);
    expect(seen.deaths).toBe(0);
  });

  test('gives five seconds after a nudge, however often it is nudged', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    heartbeat.start();
    await clock.advance(1_000);
    line.answersPings = false;
    heartbeat.nudge();
    for (let second = 0; second < 4; second += 1) {
      await clock.advance(1_000);
      heartbeat.nudge();
    }
    expect(seen.deaths).toBe(0);
    await clock.advance(1_000);
    expect(seen.deaths).toBe(1);
  });

  test('asks in another way where no pong was ever seen, but trusts pongs where there were some', async () => {
    const without = setUp();
    without.line.answersPings = false;
    without.line.canAskOtherwise = true;
    without.heartbeat.start();
    await without.clock.advance(10_000);
    expect(without.seen).toMatchObject({ otherAsks: 1, deaths: 0 });

    const withPongs = setUp();
    withPongs.line.canAskOtherwise = true;
    withPongs.heartbeat.start();
    await withPongs.clock.advance(1_000);
    withPongs.line.answersPings = false;
    await withPongs.clock.advance(25_000);
    expect(withPongs.seen).toMatchObject({ otherAsks: 0, deaths: 1 });
  });

  test('does nothing more once stopped', async () => {
    const { clock, seen, line, heartbeat } = setUp();
    line.answersPings = false;
    heartbeat.start();
    heartbeat.stop();
    await clock.advance(60_000);
    expect(seen).toMatchObject({ pings: 1, deaths: 0 });
    expect(clock.pendingTimers()).toBe(0);
  });
});
