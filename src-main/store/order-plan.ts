import { positionStep } from './schema.ts';
import { isPause, type Steps } from './steps.ts';

/**
 * Gives every entry of a conversation a position, in the order given, moving as few as possible: the longest run of
 * entries whose present positions already rise keeps them, the others are laid in between. Where they find no room,
 * all are numbered anew, after everything there was, so that they can be moved one by one from the last to the first and
 * are in order all the while. Pure; O(n log n).
 * @param current present position of each entry in the order wanted; null for a new one. No number twice.
 * @param lastPosition the largest ever given out; new entries at the end go after it.
 * @returns one position for each entry, strictly rising, and whether all are new.
 */
export function* planOrder(
  current: readonly (number | null)[],
  lastPosition: number,
): Steps<{ readonly positions: number[]; readonly isRenumbered: boolean }> {
  const keeps = yield* risingEntries(current);
  const positions: number[] = [];
  let passed = 0;
  for (let start = 0; start < current.length;) {
    passed += 1;
    if (isPause(passed)) yield;
    const own = keeps[start] === true ? (current[start] ?? null) : null;
    if (own !== null) {
      positions.push(own);
      start += 1;
      continue;
    }
    let end = start + 1;
    while (end < current.length && keeps[end] !== true) end += 1;
    const count = end - start;
    const before = positions.at(-1) ?? null;
    const after = current[end] ?? null;
    if (after === null) {
      const base = Math.max(lastPosition, before ?? 0);
      for (let i = 1; i <= count; i += 1) positions.push(base + i * positionStep);
    } else {
      const base = before ?? after - (count + 1) * positionStep;
      const gap = (after - base) / (count + 1);
      if (gap < 1)
        return { positions: current.map((_, i) => lastPosition + (i + 1) * positionStep), isRenumbered: true };
      for (let i = 1; i <= count; i += 1) positions.push(base + Math.floor(i * gap));
    }
    start = end;
  }
  return { positions, isRenumbered: false };
}

/** Marks a longest rising subsequence of the numbers (patience sorting). */
function* risingEntries(values: readonly (number | null)[]): Steps<boolean[]> {
  const keeps = values.map(() => false);
  const tails: number[] = [];
  const previous = new Map<number, number>();
  for (const [index, value] of values.entries()) {
    if (isPause(index)) yield;
    if (value === null) continue;
    const slot = firstNotBelow(tails, values, value);
    const before = tails[slot - 1];
    if (before !== undefined) previous.set(index, before);
    tails[slot] = index;
  }
  for (let index = tails.at(-1); index !== undefined; index = previous.get(index)) keeps[index] = true;
  return keeps;
}

function firstNotBelow(tails: readonly number[], values: readonly (number | null)[], value: number): number {
  let low = 0;
  let high = tails.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = values[tails[middle] ?? 0] ?? 0;
    if (other < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
