/**
 * Slows down guessing (safety T19): after `free` failures of a key each further try must wait 1, 2, 4 … seconds,
 * at most `maxDelayMs`. A key is a name with an address, or an address alone; it is forgotten after `forgetAfterMs`
 * without a failure.
 */
export type Attempts = {
  /** How long this key must still wait, 0 when it may try. */
  delayMs(key: string): number;
  noteFailure(key: string): void;
  noteSuccess(key: string): void;
};

/** Keys remembered at most: the oldest give way, so that guessing cannot fill the memory. */
const maxKeys = 20_000;

export function createAttempts(
  rules: { readonly free: number; readonly maxDelayMs: number; readonly forgetAfterMs: number },
  nowMs: () => number,
): Attempts {
  const failures = new Map<string, { count: number; lastMs: number }>();

  function current(key: string): { count: number; lastMs: number } | undefined {
    const entry = failures.get(key);
    if (entry === undefined || nowMs() - entry.lastMs < rules.forgetAfterMs) return entry;
    failures.delete(key);
    return undefined;
  }

  return {
    delayMs(key) {
      const entry = current(key);
      if (entry === undefined || entry.count < rules.free) return 0;
      const delayMs = Math.min(rules.maxDelayMs, 1000 * 2 ** (entry.count - rules.free));
      return Math.max(0, entry.lastMs + delayMs - nowMs());
    },
    noteFailure(key) {
      const count = (current(key)?.count ?? 0) + 1;
      // Set anew, so that the map stays in the order of the last failure.
      failures.delete(key);
      failures.set(key, { count, lastMs: nowMs() });
      if (failures.size <= maxKeys) return;
      const oldest = failures.keys().next();
      if (oldest.done !== true) failures.delete(oldest.value);
    },
    noteSuccess(key) {
      failures.delete(key);
    },
  };
}
