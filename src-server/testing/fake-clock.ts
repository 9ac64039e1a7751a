import type { Clock } from '../ports.ts';

/** A clock that stands still until it is moved. */
export type FakeClock = Clock & {
  /** Moves on and runs what falls due, in its order; what is periodic runs once, at the end. */
  readonly advance: (ms: number) => void;
};

type Timer = { readonly dueMs: number; readonly work: () => void };

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let now = startMs;
  const timers = new Set<Timer>();
  const periodic = new Set<() => void>();

  return {
    nowMs: () => now,
    after(delayMs, work) {
      const timer = { dueMs: now + delayMs, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    every(_, work) {
      periodic.add(work);
      return () => periodic.delete(work);
    },
    advance(ms) {
      const endMs = now + ms;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.dueMs <= endMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        timers.delete(next);
        now = next.dueMs;
        next.work();
      }
      now = endMs;
      for (const work of periodic) work();
    },
  };
}
