import type { Clock } from '../../ports.ts';

/** A real clock in which `speed` seconds pass in one: the times of the link, tried on real sockets in little time. */
export function createFastClock(speed: number): Clock {
  return {
    nowMs: () => Date.now() * speed,
    monotonicMs: () => performance.now() * speed,
    setTimer: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs / speed);
      return () => clearTimeout(timer);
    },
  };
}
