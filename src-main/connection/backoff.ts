import type { Random } from '../ports.ts';
import { firstDelayMs, maxDelayMs, stableAfterMs } from './timings.ts';

export type Backoff = {
  /** How long to wait now, in milliseconds: full jitter below 500 ms · 2^n and below `capMs`. */
  readonly nextDelayMs: (nowMs: number, capMs?: number) => number;
  /** Notes that a log-in succeeded at `nowMs` (monotonic). */
  readonly loggedIn: (nowMs: number) => void;
  /** Begins again with short waits: the person asked, or the network came back (safety R13). */
  readonly reset: () => void;
};

/**
 * Decides the waits between attempts (safety R5). Only a connection that was logged in for 30 s takes it back to the
 * beginning: a server that accepts and then falls over is not hammered.
 */
export function createBackoff(random: Pick<Random, 'fraction'>): Backoff {
  let attempt = 0;
  let loggedInAtMs: number | null = null;
  return {
    nextDelayMs: (nowMs, capMs = maxDelayMs) => {
      if (loggedInAtMs !== null && nowMs - loggedInAtMs >= stableAfterMs) attempt = 0;
      loggedInAtMs = null;
      const ceilingMs = Math.min(capMs, firstDelayMs * 2 ** attempt);
      attempt += 1;
      return Math.round(random.fraction() * ceilingMs);
    },
    loggedIn: (nowMs) => {
      loggedInAtMs = nowMs;
    },
    reset: () => {
      attempt = 0;
    },
  };
}
