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
 * Lays rows that the server does not have beside those that it has: each stays behind all that it followed. What is
 * stored behind everything in this history, because it is still to be sent or was confirmed since, goes last, and what
 * was laid behind it stays behind it. Where the first history comes to rows that were written without one, they are the
 * news.
 * @param known all rows by position.
 * @param keyOf the row that an entry is; null: it is new.
 * @param isLater the server has this row behind all of `serverOrder`, or will have it there.
 * @param wasCleared the server had a history and forgot it: what it has now is newer than all that.
 */
export function* withLocalRows<K, E>(
  known: readonly K[],
  serverOrder: readonly E[],
  keyOf: (entry: E) => K | null,
  { isLater, wasCleared }: { readonly isLater: (row: K) => boolean; readonly wasCleared: boolean },
): Steps<(E | { readonly local: K })[]> {
  const placeOf = new Map<K, number>();
  for (const [place, entry] of serverOrder.entries()) {
    const key = keyOf(entry);
    if (key !== null) placeOf.set(key, place);
  }
  const first: { readonly local: K }[] = [];
  const last: { readonly local: K }[] = [];
  const behind = new Map<number, { readonly local: K }[]>();
  let group = first;
  let furthest = -1;
  for (const [index, row] of known.entries()) {
    if (isPause(index)) yield;
    const place = placeOf.get(row);
    if (place === undefined) (last.length > 0 || isLater(row) ? last : group).push({ local: row });
    else if (place > furthest) {
      furthest = place;
      group = [];
      behind.set(place, group);
    }
  }
  const isFirstHistory = placeOf.size === 0 && !wasCleared;
  const merged: (E | { readonly local: K })[] = isFirstHistory ? [] : [...first];
  for (const [place, entry] of serverOrder.entries()) {
    if (isPause(place)) yield;
    merged.push(entry, ...(behind.get(place) ?? []));
  }
  if (isFirstHistory) merged.push(...first);
  merged.push(...last);
  return merged;
}
