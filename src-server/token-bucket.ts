/**
 * A rate limit that delays instead of refusing, for requests that have no failure reply: `burst` at once, then
 * `perSecond`.
 */
export type TokenBucket = {
  /** Takes one and returns how long to wait before going on, 0 mostly. */
  take(): number;
  /** Takes one if there is one. */
  tryTake(): boolean;
};

/** @param nowMs a clock that may jump; a jump back costs nothing but the refill. */
export function createTokenBucket(perSecond: number, burst: number, nowMs: () => number): TokenBucket {
  let tokens = burst;
  let filledAtMs = nowMs();

  function refill(): void {
    const now = nowMs();
    tokens = Math.min(burst, tokens + (Math.max(0, now - filledAtMs) / 1000) * perSecond);
    filledAtMs = now;
  }

  return {
    take() {
      refill();
      tokens -= 1;
      return tokens >= 0 ? 0 : Math.ceil((-tokens / perSecond) * 1000);
    },
    tryTake() {
      refill();
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
