/**
 * Puts a history in the order oldest first: the server's own order, reversed where its readable timestamps run
 * backwards (protocol reading, LOAD_MESSAGES). Clocks of different messages are never compared to sort them.
 */
export function inServerOrder<T extends { readonly timestampMs: number | null }>(history: readonly T[]): readonly T[] {
  let rises = 0;
  let falls = 0;
  let last: number | null = null;
  for (const { timestampMs } of history) {
    if (timestampMs === null) continue;
    if (last !== null && timestampMs > last) rises += 1;
    if (last !== null && timestampMs < last) falls += 1;
    last = timestampMs;
  }
  return falls > rises ? history.toReversed() : history;
}

/**
 * Lays rows that the server does not have beside those that it has: each stays right after the one it followed.
 * @param known all rows by position; `isOnServer` tells which of them are in `serverOrder` too.
 */
export function withLocalRows<K, E>(
  known: readonly K[],
  serverOrder: readonly E[],
  keyOf: (entry: E) => K | null,
  isOnServer: (row: K) => boolean,
): (E | { readonly local: K })[] {
  const first: { readonly local: K }[] = [];
  const after = new Map<K, { readonly local: K }[]>();
  let group = first;
  for (const row of known) {
    if (isOnServer(row)) {
      group = [];
      after.set(row, group);
    } else group.push({ local: row });
  }
  const merged: (E | { readonly local: K })[] = [...first];
  for (const entry of serverOrder) {
    merged.push(entry);
    const key = keyOf(entry);
    for (const local of key === null ? [] : (after.get(key) ?? [])) merged.push(local);
  }
  return merged;
}
