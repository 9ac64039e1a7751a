import type { StoreContext } from '../context.ts';

/**
 * The numbers of the index's entries. The index hands them out smallest first, so they count backwards in time, in
 * quarters of a second: what is newest is found first, and nothing has to be sorted.
 */
const quarterMs = 250;
/** About the year 2500. */
const horizon = 2 ** 36;

/** Where a message of this time (milliseconds since 1970) sorts among the entries. */
export function sortKeyOf(atMs: number): number {
  return Math.min(Math.max(horizon - Math.floor(atMs / quarterMs), 1), 2 * horizon);
}

/**
 * The number of a new entry: its time's, or where that is taken the next free one, a little older. Halves its way to
 * the end of what is taken, so that a history whose messages all have one time takes no longer.
 */
export function freeDocId({ db }: StoreContext, atMs: number): number {
  const isTaken = (id: number): boolean =>
    db.get('SELECT 1 AS one FROM search_docs WHERE doc_id = ?', [id]) !== undefined;
  const wanted = sortKeyOf(atMs);
  if (!isTaken(wanted)) return wanted;
  let taken = wanted;
  let step = 1;
  while (isTaken(taken + step)) {
    taken += step;
    step *= 2;
  }
  let free = taken + step;
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (isTaken(middle)) taken = middle;
    else free = middle;
  }
  return free;
}
