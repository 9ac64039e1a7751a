import type { Clock } from '../ports.ts';

/** A clock that stands still until it is moved. */
export type FakeClock = Clock & {
  /** Moves on and runs everything that falls due, in its order. */
  readonly advance: (ms: number) => void;
};

type Timer = { dueMs: number; readonly periodMs: number | null; readonly work: () => void };

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  const timers = new Set<Timer>();

  function add(delayMs: number, periodMs: number | null, work: () => void): () => void {
    const timer = { dueMs: now + delayMs, periodMs, work };
    timers.add(timer);
    return () => timers.delete(timer);
  }

  return {
    nowMs: () => now,
    after: (delayMs, work) => add(delayMs, null, work),
    every: (periodMs, work) => add(periodMs, periodMs, work),
    advance(ms) {
      const endMs = now + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        now = next.dueMs;
        if (next.periodMs === null) timers.delete(next);
        else next.dueMs += next.periodMs;
        next.work();
      }
      now = endMs;
    },
  };
}
