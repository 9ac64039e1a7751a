import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { StoreContext } from './context.ts';
import { matchByContent, matchById, placesOf, showsKeptId, type Matched } from './history-match.ts';
import { inServerOrder, isOrderTold, withLocalRows } from './history-order.ts';
import { listKnownRows, listWaiting, type KnownRow, type Waiting } from './known-rows.ts';
import { planOrder } from './order-plan.ts';
import { hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';
import { isPause, type Steps } from './steps.ts';
import type { Following } from './touches.ts';
import { needsConfirming, type Incoming } from './wire-match.ts';

/** A row with something to be brought up to date, and its place in the outbox, where it has one. */
export type Confirmation = {
  readonly row: KnownRow;
  readonly incoming: Incoming;
  readonly waiting: Waiting | undefined;
};

/** Where a row goes: a known one that moves, or a new one. */
export type Placement =
  | { readonly position: number; readonly moved: KnownRow }
  | { readonly position: number; readonly news: Incoming; readonly isVariant: boolean; readonly isCleared: boolean };

export type Marks = {
  readonly last_position: number;
  readonly cleared_position: number | null;
  readonly peer_cleared_position: number | null;
};

/** What laying a history into a conversation will change. */
export type MergePlan = {
  readonly confirmations: readonly Confirmation[];
  /** Own rows that the server had and has no more. */
  readonly missing: readonly RowId[];
  /** Only rows that are new or move, the last first. */
  readonly placements: readonly Placement[];
  readonly newCount: number;
  readonly marksBefore: Marks;
  readonly marksAfter: Marks;
  readonly isAnchored: boolean;
  readonly unboundInDoubt: readonly RowId[];
  readonly keepsOwnId: boolean;
};

export type PlanInput = {
  readonly peerId: UserId;
  /** As the server gave it, this conversation's only. */
  readonly history: readonly Incoming[];
  readonly mayMatchContent: boolean;
  readonly confirmedSince: ReadonlySet<number>;
  /** What changed since the merge began: the history may be older than that. */
  readonly since: Pick<Following, 'has'>;
};

/** Finds out what a history changes, without changing anything. It holds as long as nobody touches the conversation. */
export function* planMerge(context: StoreContext, input: PlanInput): Steps<MergePlan> {
  const { peerId } = input;
  const known = yield* listKnownRows(context, peerId);
  const waiting = listWaiting(context, peerId);
  const hints = { positionOf: placesOf(known), serverNumberOf: serverNumbers(input.mayMatchContent) };
  const ordered = inServerOrder(input.history, hints);
  yield;
  const matched = yield* matchById(context, ordered, known);
  const keepsOwnId = showsKeptId(matched, waiting);
  yield;
  if (input.mayMatchContent && !keepsOwnId)
    yield* matchByContent(context, matched, known, waiting, isOrderTold(input.history, hints));
  const bound = new Set(matched.map(({ row }) => row));
  const doubtful = known.filter((row) => waiting.get(row.row_id)?.state === outboxCodes.inDoubt && !bound.has(row));
  yield;
  const anchored = isAnchored(known, bound, doubtful[0]);
  const confirmations = yield* listConfirmations(matched, waiting);
  const settled = known.filter(
    (row) => !waiting.has(row.row_id) && !input.confirmedSince.has(row.message_id) && !input.since.has(row.row_id),
  );
  const missing = anchored ? listMissing(settled, bound) : [];
  yield;
  // Of a history that may have a gap, nobody knows what it would say of them.
  const isLater = ({ row_id, is_mine, message_id }: KnownRow): boolean =>
    anchored && (isStillToGo(waiting.get(row_id)) || (is_mine === 1 && input.confirmedSince.has(message_id)));
  const order = yield* planPlaces(context, peerId, matched, known, isLater);
  return {
    ...order,
    confirmations,
    missing,
    isAnchored: anchored,
    unboundInDoubt: doubtful.map((row) => row.row_id),
    keepsOwnId,
  };
}

/** An id that we drew by chance says nothing of the order. */
export function serverNumbers(mayMatchContent: boolean): (entry: Incoming) => number | null {
  return ({ id }) => (mayMatchContent ? id : null);
}

type Rows = ReadonlySet<KnownRow | null>;

const isStillToGo = (place: Waiting | undefined): boolean => place !== undefined && place.state !== outboxCodes.parked;

/** Was on the server, as far as we know, when we last heard of it. */
const isProven = (row: KnownRow): boolean => row.proof !== proofCodes.none && row.hidden !== hiddenCodes.cleared;

/**
 * Absence counts only beside something older that is there. Where nothing older was known, anything known will do,
 * and where nothing at all is known to be on the server, there is nothing that could be missing (safety A7).
 */
function isAnchored(known: readonly KnownRow[], bound: Rows, oldestDoubt: KnownRow | undefined): boolean {
  const proven = known.filter(isProven);
  const older = proven.filter((row) => oldestDoubt === undefined || row.position < oldestDoubt.position);
  const anchors = older.length > 0 ? older : proven;
  return anchors.length === 0 || anchors.some((row) => bound.has(row));
}

function* listConfirmations(
  matched: readonly Matched[],
  waiting: ReadonlyMap<RowId, Waiting>,
): Steps<readonly Confirmation[]> {
  const confirmations: Confirmation[] = [];
  for (const [index, { row, incoming }] of matched.entries()) {
    if (isPause(index)) yield;
    if (row === null) continue;
    const place = waiting.get(row.row_id);
    if (needsConfirming(row, incoming, place)) confirmations.push({ row, incoming, waiting: place });
  }
  return confirmations;
}

/**
 * Own messages that the server had and has no more are kept and marked, never sent again by themselves (safety A4,
 * R36). Only those after the first row that is there: a server may hand out the newest part only.
 */
function listMissing(settled: readonly KnownRow[], bound: Rows): RowId[] {
  const first = settled.findIndex((row) => isProven(row) && bound.has(row));
  if (first === -1) return [];
  return settled
    .slice(first)
    .filter((row) => !bound.has(row) && row.is_mine === 1 && isProven(row) && row.failure === null)
    .filter((row) => row.state === stateCodes.sent || row.state === stateCodes.read)
    .map((row) => row.row_id);
}

/** Gives every row its place. The common case, news at the end, moves nothing. */
function* planPlaces(
  { db }: StoreContext,
  peerId: UserId,
  matched: readonly Matched[],
  known: readonly KnownRow[],
  isLater: (row: KnownRow) => boolean,
): Steps<Pick<MergePlan, 'placements' | 'newCount' | 'marksBefore' | 'marksAfter'>> {
  const marksBefore = readMarks(db, peerId);
  const wasCleared = (marksBefore.cleared_position ?? marksBefore.peer_cleared_position) !== null;
  const merged = yield* withLocalRows(known, matched, (entry) => entry.row, {
    // News laid before them could come to stand before the mark, among what was cleared.
    isLater: (row) => !wasCleared && isLater(row),
    wasCleared,
  });
  const lastPosition = marksBefore.last_position;
  const { positions, isRenumbered } = yield* planOrder(
    merged.map((entry) => ('local' in entry ? entry.local.position : (entry.row?.position ?? null))),
    lastPosition,
  );
  const placements: Placement[] = [];
  const newPositionOf = new Map<KnownRow, number>();
  let newCount = 0;
  for (const [index, entry] of merged.entries()) {
    if (isPause(index)) yield;
    const position = positions[index] ?? 0;
    const row = 'local' in entry ? entry.local : entry.row;
    if (row !== null) {
      if (row.position === position) continue;
      newPositionOf.set(row, position);
      placements.push({ position, moved: row });
    } else if (!('local' in entry)) {
      newCount += 1;
      placements.push({ position, news: entry.incoming, isVariant: entry.isVariant, isCleared: false });
    }
  }
  // Numbering anew moves the marks along with the rows they stood at.
  const moved = (mark: number | null): number | null =>
    mark === null || !isRenumbered ? mark : highestUpTo(known, mark, newPositionOf);
  const marksAfter = {
    last_position: Math.max(lastPosition, positions.at(-1) ?? 0),
    cleared_position: moved(marksBefore.cleared_position),
    peer_cleared_position: moved(marksBefore.peer_cleared_position),
  };
  const isCleared = ({ position }: Placement): boolean =>
    marksAfter.cleared_position !== null && position <= marksAfter.cleared_position;
  return {
    placements: placements
      .toReversed()
      .map((place) => ('news' in place && isCleared(place) ? { ...place, isCleared: true } : place)),
    newCount,
    marksBefore,
    marksAfter,
  };
}

export function readMarks(db: StoreContext['db'], peerId: UserId): Marks {
  const marks = db.get<Marks>(
    'SELECT last_position, cleared_position, peer_cleared_position FROM conversations WHERE peer_id = ?',
    [peerId],
  );
  return marks ?? { last_position: 0, cleared_position: null, peer_cleared_position: null };
}

function highestUpTo(known: readonly KnownRow[], mark: number, newPositionOf: ReadonlyMap<KnownRow, number>): number {
  let highest = 0;
  for (const row of known) {
    if (row.position > mark) continue;
    highest = Math.max(highest, newPositionOf.get(row) ?? row.position);
  }
  return highest;
}
