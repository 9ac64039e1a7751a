import type { RowId } from '../../src-shared/kernel/ids.ts';
import type { StoreContext } from './context.ts';
import { serverIdOf, type KnownRow, type Waiting } from './known-rows.ts';
import { hiddenCodes, kindCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';
import { isPause, type Steps } from './steps.ts';
import { entryTest, findSame, type Incoming } from './wire-match.ts';

/** One entry of a history beside the row it is, or null where it is new. */
export type Matched = {
  readonly incoming: Incoming;
  row: KnownRow | null;
  /** Another message is known under this sender and id. */
  readonly isVariant: boolean;
};

/**
 * Finds for each entry of a history the row it is, by id. An entry told twice counts once.
 * @param known all rows of the conversation.
 */
export function* matchById(
  context: StoreContext,
  history: readonly Incoming[],
  known: readonly KnownRow[],
): Steps<Matched[]> {
  const rowsById = yield* indexById(known);
  const taken = new Map<KnownRow, Incoming>();
  const newById = new Map<number, Incoming[]>();
  const matched: Matched[] = [];
  for (const [index, incoming] of history.entries()) {
    if (isPause(index)) yield;
    const key = keyOf(incoming.isMine, incoming.id);
    const candidates = rowsById.get(key) ?? [];
    const free = candidates.filter((candidate) => !taken.has(candidate));
    const row = free.length === 0 ? undefined : findSame(context, incoming, free);
    const twins = newById.get(key) ?? [];
    if (row !== undefined) taken.set(row, incoming);
    else if (candidates.some((candidate) => isSameMessage(taken.get(candidate), incoming))) continue;
    else if (twins.some((twin) => isSameMessage(twin, incoming))) continue;
    else newById.set(key, [...twins, incoming]);
    const isVariant = twins.length > 0 || candidates.some((candidate) => candidate.message_id === incoming.id);
    matched.push({ incoming, row: row ?? null, isVariant });
  }
  return matched;
}

/** Ids of different senders are never compared (safety A26), so the sender is part of the key. */
const keyOf = (isMine: number, id: number): number => id * 2 + isMine;

/** Tells where we have an entry, going by the id that the server knows. */
export function placesOf(known: readonly KnownRow[]): (entry: Incoming) => number | null {
  // Hardly ever asked.
  let places: Map<number, number> | null = null;
  return ({ isMine, id }) => {
    places ??= new Map(known.map((row) => [keyOf(row.is_mine, serverIdOf(row)), row.position]));
    return places.get(keyOf(isMine, id)) ?? null;
  };
}

const isSameMessage = (one: Incoming | undefined, other: Incoming): boolean =>
  one !== undefined && one.id === other.id && one.body.kind === other.body.kind && one.body.tag === other.body.tag;

function* indexById(known: readonly KnownRow[]): Steps<Map<number, KnownRow[]>> {
  const rowsById = new Map<number, KnownRow[]>();
  const add = (key: number, row: KnownRow): void => {
    const rows = rowsById.get(key);
    if (rows === undefined) rowsById.set(key, [row]);
    else rows.push(row);
  };
  // First by the id that the server knows, then by the one that it may know as well.
  for (const [index, row] of known.entries()) {
    if (isPause(index)) yield;
    add(keyOf(row.is_mine, serverIdOf(row)), row);
  }
  for (const row of known) if (serverIdOf(row) !== row.message_id) add(keyOf(row.is_mine, row.message_id), row);
  return rowsById;
}

/** An entry that nobody has claimed, and where in the history it stands. */
type Free = { readonly entry: Matched; readonly at: number };

/**
 * Binds own rows to entries of mine that nobody claimed, by content (safety §4.2 step 5): confirmed rows before those
 * under way or in doubt, in order, each entry once; files by their names and hashes. An entry that stands before something which was already there
 * when the row was written is older than the row, whatever it says, unless nothing tells what stands before what. Only
 * for servers that never kept our ids.
 */
export function* matchByContent(
  context: StoreContext,
  matched: readonly Matched[],
  known: readonly KnownRow[],
  waiting: ReadonlyMap<RowId, Waiting>,
  isOrderTold: boolean,
): Steps<void> {
  const free = new Map<number, Free[]>();
  const freeFiles: Free[] = [];
  for (const [at, entry] of matched.entries()) {
    if (isPause(at)) yield;
    if (entry.row !== null || entry.incoming.isMine === 0) continue;
    if (entry.incoming.body.attachment !== null) {
      freeFiles.push({ entry, at });
      continue;
    }
    const same = free.get(entry.incoming.body.tag);
    if (same === undefined) free.set(entry.incoming.body.tag, [{ entry, at }]);
    else same.push({ entry, at });
  }
  if (free.size + freeFiles.length === 0) return;
  const candidates = yield* candidatesOf(matched, known, waiting);
  for (const [index, { row, lastOlder, firstNewer }] of candidates.entries()) {
    if (isPause(index)) yield;
    const isText = row.kind === kindCodes.text;
    const mayBe = entryTest(context, row);
    const fits = ({ entry, at }: Free): boolean =>
      entry.row === null && ((at > lastOlder && at < firstNewer) || !isOrderTold) && mayBe(entry.incoming);
    const same = (isText ? free.get(row.content_tag) : freeFiles) ?? [];
    if (isLost(row)) {
      // Whatever was not deleted goes first.
      const fitting = same.filter(fits);
      const isRival = (other: KnownRow): boolean => {
        if (isLost(other) || (other.kind === kindCodes.text) !== isText) return false;
        const isAsWell = entryTest(context, other);
        return fitting.some(({ entry }) => isAsWell(entry.incoming));
      };
      if (fitting.length <= candidates.slice(index + 1).filter((one) => isRival(one.row)).length) continue;
    }
    const found = same.find(fits);
    if (found !== undefined) found.entry.row = row;
  }
}

/**
 * Whether a message of mine came back under the very id that was chosen here and that the server has been given: then
 * it keeps our ids (safety §4.2 step 5).
 */
export function showsKeptId(matched: readonly Matched[], waiting: ReadonlyMap<RowId, Waiting>): boolean {
  return matched.some(({ row, incoming }) => {
    if (row === null || row.is_mine === 0 || row.is_written_here === 0 || row.server_id !== null) return false;
    if (row.message_id !== incoming.id) return false;
    return row.proof !== proofCodes.none || mayHaveBeenSent(waiting.get(row.row_id));
  });
}

/** Where in the history the last row stands that is older than this one, and the first that is newer, where that counts. */
type Candidate = { readonly row: KnownRow; readonly lastOlder: number; readonly firstNewer: number };

/**
 * What was written here is older where it stands before; what came from the server, where it had come before the row
 * was written: a message that I had written already may have been told later and stand before all the same.
 */
function* candidatesOf(
  matched: readonly Matched[],
  known: readonly KnownRow[],
  waiting: ReadonlyMap<RowId, Waiting>,
): Steps<Candidate[]> {
  const indexOf = new Map(matched.map(({ row }, index) => [row, index]));
  const lastCome = lastComeBefore(known, indexOf);
  /** Those that were deleted are among them: they were not waited for. */
  const confirmed: Candidate[] = [];
  const doubtful: Candidate[] = [];
  let lastWritten = -1;
  for (const [place, row] of known.entries()) {
    if (isPause(place)) yield;
    const index = indexOf.get(row);
    if (index !== undefined) {
      if (row.proof !== proofCodes.none && row.is_written_here === 1) lastWritten = Math.max(lastWritten, index);
      continue;
    }
    if (row.is_mine === 0 || row.is_written_here === 0 || row.server_id !== null) continue;
    if (row.hidden === hiddenCodes.cleared) continue;
    const isConfirmed = row.proof === proofCodes.acknowledged;
    const isDoubtful = row.proof === proofCodes.none && mayHaveBeenSent(waiting.get(row.row_id));
    if (!isConfirmed && !isDoubtful && !isLost(row)) continue;
    const firstNewer = isLost(row) ? firstAfter(row, known, indexOf) : Infinity;
    const candidate = { row, lastOlder: Math.max(lastWritten, lastCome(row.row_id)), firstNewer };
    (isDoubtful ? doubtful : confirmed).push(candidate);
  }
  // In the order of writing: a history that did not have them yet may have moved them past each other.
  const byWriting = (one: Candidate, other: Candidate): number => one.row.row_id - other.row.row_id;
  return [...confirmed.toSorted(byWriting), ...doubtful.toSorted(byWriting)];
}

/** Where in the history the last of those rows stands that had come from the server before this one was made here. */
function lastComeBefore(
  known: readonly KnownRow[],
  indexOf: ReadonlyMap<KnownRow | null, number>,
): (rowId: RowId) => number {
  const come = known
    .filter((row) => row.is_written_here === 0 && row.proof !== proofCodes.none && indexOf.has(row))
    .toSorted((one, other) => one.row_id - other.row_id);
  let last = -1;
  const lastUpTo = come.map((row) => (last = Math.max(last, indexOf.get(row) ?? -1)));
  return (rowId) => {
    let low = 0;
    let high = come.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((come[middle]?.row_id ?? 0) < rowId) low = middle + 1;
      else high = middle;
    }
    return lastUpTo[low - 1] ?? -1;
  };
}

/** Deleted while it was under way or in doubt: what the server has of it is not to come back as another message. */
function isLost(row: KnownRow): boolean {
  return row.hidden === hiddenCodes.deleted && row.state === stateCodes.sending && row.proof === proofCodes.none;
}

/** It came to the server before what I wrote here later, or never: the same words behind that are another device's. */
function firstAfter(lost: KnownRow, known: readonly KnownRow[], indexOf: ReadonlyMap<KnownRow | null, number>): number {
  let first = Infinity;
  for (const row of known) {
    const isNewer = row.row_id > lost.row_id && row.is_written_here === 1 && row.proof !== proofCodes.none;
    if (isNewer) first = Math.min(first, indexOf.get(row) ?? Infinity);
  }
  return first;
}

/** What was never written to a socket is on no server. */
function mayHaveBeenSent(waiting: Waiting | undefined): boolean {
  if (waiting === undefined) return false;
  if (waiting.state === outboxCodes.inFlight || waiting.state === outboxCodes.inDoubt) return true;
  return waiting.state === outboxCodes.parked && waiting.attempts > 0;
}
