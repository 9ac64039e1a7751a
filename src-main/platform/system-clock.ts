import type { Clock } from '../ports.ts';

/** The longest delay that Node's timers take; beyond it they fire at once. */
const maxDelayMs = 2 ** 31 - 1;

/** The computer's own clock. */
export function createSystemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, Math.min(Math.max(0, delayMs), maxDelayMs));
      return () => clearTimeout(timer);
    },
  };
}
