import type { Cancel, Clock } from '../ports.ts';
import { maxLatenessMs } from './timings.ts';

/**
 * A timer for what the other side owes. One that fires late says nothing about it (safety R32): we slept or were busy,
 * and what it waits for may lie unread in the system's buffer. Then the time is given once more.
 */
export function setPunctualTimer(clock: Clock, delayMs: number, callback: () => void): Cancel {
  let cancel: Cancel = () => {};
  function arm(): void {
    const dueMs = clock.monotonicMs() + delayMs;
    cancel = clock.setTimer(delayMs, () => {
      if (clock.monotonicMs() - dueMs > maxLatenessMs) arm();
      else callback();
    });
  }
  arm();
  return () => cancel();
}
