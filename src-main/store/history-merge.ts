import { maxPageSize } from '../../src-shared/domain/limits.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { createChangeSet, type ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation } from './conversations.ts';
import { matchByContent, matchById, placesOf, type Matched } from './history-match.ts';
import { inServerOrder, withLocalRows } from './history-order.ts';
import { listKnownRows, listWaiting, type KnownRow } from './known-rows.ts';
import { insertRow, insertRows, type NewRow } from './message-writes.ts';
import type { MergeReport, StoreOperations } from './operations.ts';
import { planOrder } from './order-plan.ts';
import { applyPushed, newRowOf } from './pushed.ts';
import { failureCodes, hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';
import { confirmRow, fileIncoming } from './wire-match.ts';

/** Lays a MESSAGES_LOADED into the store; see `mergeHistory` in operations.ts for what it promises. */
export function mergeHistory(
  context: StoreContext,
  { peerId, messages, mayMatchContent, confirmedSince, nowMs }: Parameters<StoreOperations['mergeHistory']>[0],
): MergeReport {
  const changes = createChangeSet(context);
  const incoming = fileIncoming(context.self, messages);
  const history = incoming.filter((entry) => entry.peerId === peerId);
  const foreign = incoming.filter((entry) => entry.peerId !== peerId);
  // Rows of another pair say nothing about the order or the completeness of their own conversation.
  applyPushed(context, foreign, nowMs, changes);
  ensureConversation(context, peerId, nowMs);
  const known = listKnownRows(context, peerId);
  const waiting = listWaiting(context, peerId);
  const ordered = inServerOrder(history, {
    positionOf: placesOf(known),
    // An id that we drew by chance says nothing of the order.
    serverNumberOf: ({ id }) => (mayMatchContent ? id : null),
  });
  const matched = matchById(context, ordered, known);
  if (mayMatchContent) matchByContent(matched, known, waiting);
  const bound = new Set(matched.map(({ row }) => row));
  const doubtful = known.filter((row) => waiting.get(row.row_id)?.state === outboxCodes.inDoubt && !bound.has(row));

  for (const { row, incoming } of matched)
    if (row !== null) confirmRow({ context, changes }, row, incoming, waiting.get(row.row_id));
  const report = {
    isAnchored: isAnchored(known, bound, doubtful[0]),
    unboundInDoubt: doubtful.map((row) => row.row_id),
  };
  if (report.isAnchored) {
    const since = new Set<number>(confirmedSince);
    const settled = known.filter((row) => !waiting.has(row.row_id) && !since.has(row.message_id));
    markMissing(context, peerId, settled, bound, changes);
  }
  arrange(context, peerId, { matched, known, bound, nowMs }, changes);
  return { ...report, changes: changes.build() };
}

type Rows = ReadonlySet<KnownRow | null>;

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

/**
 * Own messages that the server had and has no more are kept and marked, never sent again by themselves (safety A4,
 * R36). Only those after the first row that is there: a server may hand out the newest part only.
 */
function markMissing(
  context: StoreContext,
  peerId: UserId,
  known: readonly KnownRow[],
  bound: Rows,
  changes: ChangeSet,
): void {
  const first = known.findIndex((row) => isProven(row) && bound.has(row));
  if (first === -1) return;
  for (const row of known.slice(first)) {
    if (bound.has(row) || row.is_mine === 0 || !isProven(row) || row.failure !== null) continue;
    if (row.state !== stateCodes.sent && row.state !== stateCodes.read) continue;
    context.db.run('UPDATE messages SET failure = ? WHERE row_id = ?', [failureCodes['not-on-server'], row.row_id]);
    changes.message(peerId, row.row_id);
  }
}

/** Gives every row its place and adds the new ones. The common case, news at the end, touches only the news. */
function arrange(
  context: StoreContext,
  peerId: UserId,
  input: { matched: readonly Matched[]; known: readonly KnownRow[]; bound: Rows; nowMs: number },
  changes: ChangeSet,
): void {
  const { db } = context;
  const { known, bound, nowMs } = input;
  const merged = withLocalRows(
    known,
    input.matched,
    (entry) => entry.row,
    (row) => bound.has(row),
  );
  const rowOf = (entry: (typeof merged)[number]): KnownRow | null => ('local' in entry ? entry.local : entry.row);
  const marks = db.get<Marks>(
    'SELECT last_position, cleared_position, peer_cleared_position FROM conversations WHERE peer_id = ?',
    [peerId],
  );
  const lastPosition = marks?.last_position ?? 0;
  const { positions, isRenumbered } = planOrder(
    merged.map((entry) => rowOf(entry)?.position ?? null),
    lastPosition,
  );
  const newPositionOf = new Map<number, number>();
  for (const [index, entry] of merged.entries()) {
    const row = rowOf(entry);
    const position = positions[index] ?? 0;
    if (row === null || row.position === position) continue;
    newPositionOf.set(row.position, position);
    db.run('UPDATE messages SET position = ? WHERE row_id = ?', [position, row.row_id]);
    changes.reordered(peerId);
  }
  // Numbering anew moves the marks along with the rows they stood at.
  const moved = (mark: number | null): number | null =>
    mark === null || !isRenumbered ? mark : highestUpTo(known, mark, newPositionOf);
  const clearedPosition = moved(marks?.cleared_position ?? null);
  const news: NewRow[] = [];
  for (const [index, entry] of merged.entries()) {
    if ('local' in entry || entry.row !== null) continue;
    const position = positions[index] ?? 0;
    const isCleared = clearedPosition !== null && position <= clearedPosition;
    news.push(newRowOf(entry.incoming, { position, isVariant: entry.isVariant, isCleared, nowMs }));
  }
  if (news.length > maxPageSize) {
    insertRows(context, news);
    changes.reordered(peerId);
  } else for (const row of news) changes.message(peerId, insertRow(context, row));
  db.run(
    'UPDATE conversations SET last_position = ?, cleared_position = ?, peer_cleared_position = ? WHERE peer_id = ?',
    [
      isRenumbered ? (positions.at(-1) ?? 0) : Math.max(lastPosition, positions.at(-1) ?? 0),
      clearedPosition,
      moved(marks?.peer_cleared_position ?? null),
      peerId,
    ],
  );
}

type Marks = { last_position: number; cleared_position: number | null; peer_cleared_position: number | null };

function highestUpTo(known: readonly KnownRow[], mark: number, newPositionOf: ReadonlyMap<number, number>): number {
  let highest = 0;
  for (const row of known)
    if (row.position <= mark) highest = Math.max(highest, newPositionOf.get(row.position) ?? row.position);
  return highest;
}
