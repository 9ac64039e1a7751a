import { isPause, type Steps } from './steps.ts';

/** What an entry of a history tells about its place. */
type Placed = { readonly timestampMs: number | null; readonly isMine: number };

/** Where the array says nothing of its direction by itself: each is asked only when the one before it is silent. */
export type OrderHints<T> = {
  /** Where we have this entry, or null where it is new. */
  readonly positionOf: (entry: T) => number | null;
  /** The number a server counts up for each message, or null where ids are not of its own making. */
  readonly serverNumberOf: (entry: T) => number | null;
};

/**
 * Puts a history in the order oldest first: the server's own order, reversed where its readable timestamps run
 * backwards (protocol reading, LOAD_MESSAGES). Where all are of one second or none can be read, what we have of it
 * tells, and then the ids that the server gave; positions and ids are compared within what one person wrote only
 * (safety A26). Clocks of different messages are never compared to sort them.
 */
export function inServerOrder<T extends Placed>(history: readonly T[], hints: OrderHints<T>): readonly T[] {
  return directionIn(history, hints) < 0 ? history.toReversed() : history;
}

/** Whether anything tells which end of a history is the newest. */
export function isOrderTold<T extends Placed>(history: readonly T[], hints: OrderHints<T>): boolean {
  return directionIn(history, hints) !== 0;
}

function directionIn<T extends Placed>(history: readonly T[], hints: OrderHints<T>): number {
  const ofEach = [history.filter((entry) => entry.isMine === 1), history.filter((entry) => entry.isMine === 0)];
  const sumOf = (valueOf: (entry: T) => number | null): number =>
    ofEach.reduce((sum, entries) => sum + directionOf(entries.map(valueOf)), 0);
  return (
    directionOf(history.map(({ timestampMs }) => timestampMs)) || sumOf(hints.positionOf) || sumOf(hints.serverNumberOf)
  );
}

/** How many more rises than falls there are from one known value to the next. */
function directionOf(values: readonly (number | null)[]): number {
  let direction = 0;
  let last: number | null = null;
  for (const value of values) {
    if (value === null) continue;
    if (last !== null) direction += Math.sign(value - last);
    last = value;
  }
  return direction;
}

/**
 * Lays rows that the server does not have beside those that it has: each stays right after the one it followed. What
 * is still to be sent will be stored behind everything in this history, so it goes last, and what was laid behind it
 * stays behind it. Where the first history comes to rows that were written without one, they are the news.
 * @param known all rows by position; `isOnServer` tells which of them are in `serverOrder` too.
 * @param isToBeSent the server will get this row, and has not got it so far.
 * @param wasCleared the server had a history and forgot it: what it has now is newer than all that.
 */
export function* withLocalRows<K, E>(
  known: readonly K[],
  serverOrder: readonly E[],
  keyOf: (entry: E) => K | null,
  { isOnServer, isToBeSent, wasCleared }: LocalRules<K>,
): Steps<(E | { readonly local: K })[]> {
  const first: { readonly local: K }[] = [];
  const last: { readonly local: K }[] = [];
  const after = new Map<K, { readonly local: K }[]>();
  let group = first;
  for (const [index, row] of known.entries()) {
    if (isPause(index)) yield;
    if (isOnServer(row)) {
      group = [];
      after.set(row, group);
    } else (last.length > 0 || isToBeSent(row) ? last : group).push({ local: row });
  }
  const isFirstHistory = after.size === 0 && !wasCleared;
  const merged: (E | { readonly local: K })[] = isFirstHistory ? [] : [...first];
  for (const [index, entry] of serverOrder.entries()) {
    if (isPause(index)) yield;
    merged.push(entry);
    const key = keyOf(entry);
    for (const local of key === null ? [] : (after.get(key) ?? [])) merged.push(local);
  }
  if (isFirstHistory) merged.push(...first);
  merged.push(...last);
  return merged;
}

type LocalRules<K> = {
  readonly isOnServer: (row: K) => boolean;
  readonly isToBeSent: (row: K) => boolean;
  readonly wasCleared: boolean;
};
