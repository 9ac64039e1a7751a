import type { Clock } from '../../ports.ts';

export type FakeClock = Clock & {
  /** Lets time pass: timers run in order, each followed by everything it set in motion. */
  readonly advance: (durationMs: number) => Promise<void>;
  /** The time jumps, as when a computer sleeps or is busy: timers run afterwards, late. */
  readonly jump: (durationMs: number) => Promise<void>;
  /** Someone sets the clock on the wall; or the computer slept, where the monotonic clock stands still meanwhile. */
  readonly shiftWall: (byMs: number) => void;
  readonly pendingTimers: () => number;
};

type Timer = { readonly dueMs: number; readonly callback: () => void };

/** A clock that stands still until told otherwise. */
export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsedMs = 0;
  let wallMs = startMs;
  const timers = new Set<Timer>();
  const nextDue = (limitMs: number): Timer | undefined =>
    [...timers].filter((timer) => timer.dueMs <= limitMs).sort((one, other) => one.dueMs - other.dueMs)[0];

  async function runUntil(limitMs: number): Promise<void> {
    await settle();
    for (let timer = nextDue(limitMs); timer !== undefined; timer = nextDue(limitMs)) {
      timers.delete(timer);
      elapsedMs = Math.max(elapsedMs, timer.dueMs);
      timer.callback();
      await settle();
    }
    elapsedMs = Math.max(elapsedMs, limitMs);
  }

  return {
    nowMs: () => wallMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    setTimer: (delayMs, callback) => {
      const timer = { dueMs: elapsedMs + delayMs, callback };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    advance: (durationMs) => runUntil(elapsedMs + durationMs),
    jump: async (durationMs) => {
      elapsedMs += durationMs;
      await runUntil(elapsedMs);
    },
    shiftWall: (byMs) => {
      wallMs += byMs;
    },
    pendingTimers: () => timers.size,
  };
}

/** Lets everything happen that is only waiting for promises. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
