import { framesPerSecond, maxFrameBurst } from './timings.ts';

/** A token bucket for what comes in (safety T16). */
export type Pace = {
  /** One more frame came. @returns the milliseconds for which no more should be read, 0: none. */
  readonly count: (nowMs: number) => number;
};

export function createPace(): Pace {
  let tokens = maxFrameBurst;
  let countedAtMs = -Infinity;
  return {
    count: (nowMs) => {
      tokens = Math.min(maxFrameBurst, tokens + ((nowMs - countedAtMs) / 1_000) * framesPerSecond) - 1;
      countedAtMs = nowMs;
      return tokens > 0 ? 0 : Math.ceil(((1 - tokens) / framesPerSecond) * 1_000);
    },
  };
}
