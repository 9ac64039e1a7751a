/** Lets `burst` through at once and `perSecond` of them over time. */
export type Rate = { readonly burst: number; readonly perSecond: number };

/**
 * A token bucket.
 * @param monotonicMs milliseconds that never go back.
 * @returns takes one and says whether there was one.
 */
export function createRateLimiter(rate: Rate, monotonicMs: () => number): () => boolean {
  let tokens = rate.burst;
  let lastMs = monotonicMs();
  return () => {
    const nowMs = monotonicMs();
    tokens = Math.min(rate.burst, tokens + ((nowMs - lastMs) / 1_000) * rate.perSecond);
    lastMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
