import { maxPageSize } from '../../src-shared/domain/limits.ts';
import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation } from './conversations.ts';
import type { Confirmation, Marks, MergePlan, Placement } from './history-plan.ts';
import { findKnownRows } from './known-rows.ts';
import { insertRow, insertRows, type NewRow } from './message-writes.ts';
import { findWaiting, newRowOf } from './pushed.ts';
import { failureCodes, stateCodes } from './schema.ts';
import type { Following } from './touches.ts';
import { confirmRow, findSame } from './wire-match.ts';

export type MergeWriter = {
  /** Settles what waits for an answer and sets the room aside. Nothing may have changed since the plan was begun. */
  readonly begin: (plan: MergePlan) => void;
  /** Rows still to be written. */
  readonly left: () => number;
  /** Writes some of them. @returns how many of the new messages are there now. */
  readonly writeBatch: () => number;
};

type MergeWriterInput = {
  readonly peerId: UserId;
  readonly nowMs: number;
  readonly since: Following;
  readonly changes: ChangeSet;
  /** Rows written in one transaction. */
  readonly batchRows: number;
};

type Task = Confirmation | { readonly missing: RowId } | Placement;

/** Carries a plan out. What others do to the conversation meanwhile is newer than the history and stands. */
export function createMergeWriter(context: StoreContext, input: MergeWriterInput): MergeWriter {
  const { db } = context;
  const { peerId, nowMs, since, changes, batchRows } = input;
  let tasks: readonly Task[] = [];
  let next = 0;
  let added = 0;
  let isToldRowByRow = true;
  let marks: { readonly before: Marks; readonly after: Marks } | null = null;
  /** How often the conversation had been touched when we last wrote; then whether anyone else did since. */
  let countAfterUs = 0;
  let isDisturbed = false;

  /** A history takes no place in the disk's queue: lost with the power, it is loaded again. */
  function lazily(work: () => void): void {
    db.exec('PRAGMA synchronous = NORMAL');
    try {
      db.transaction(work);
    } finally {
      db.exec('PRAGMA synchronous = FULL');
    }
    countAfterUs = since.count();
  }

  function begin(plan: MergePlan): void {
    const urgent = plan.confirmations.filter((one) => one.waiting !== undefined);
    const rest = plan.confirmations.filter((one) => one.waiting === undefined);
    tasks = [...rest, ...plan.missing.map((missing) => ({ missing })), ...plan.placements];
    marks = { before: plan.marksBefore, after: plan.marksAfter };
    isToldRowByRow = plan.newCount <= maxPageSize;
    const fits = tasks.length + urgent.length <= batchRows;
    db.transaction(() => {
      ensureConversation(context, peerId, nowMs);
      for (const { row, incoming, waiting } of urgent) confirmRow({ context, changes, nowMs }, row, incoming, waiting);
      if (plan.marksAfter.last_position !== plan.marksBefore.last_position)
        db.run('UPDATE conversations SET last_position = ? WHERE peer_id = ?', [plan.marksAfter.last_position, peerId]);
      if (fits) writeNext();
    });
    countAfterUs = since.count();
  }

  /** The next batch, in a transaction of the caller's. */
  function writeNext(): void {
    const isCleared = since.isCleared();
    const news: NewRow[] = [];
    for (const task of tasks.slice(next, next + batchRows)) {
      if ('missing' in task) markMissing(task.missing);
      else if ('moved' in task) move(task);
      else if ('row' in task) confirm(task);
      else takeNews(task, isCleared, news);
    }
    next += batchRows;
    if (isToldRowByRow) for (const row of news) changes.message(peerId, insertRow(context, row));
    else if (news.length > 0) {
      insertRows(context, news.toReversed());
      changes.reordered(peerId);
    }
    if (next >= tasks.length) moveMarks();
  }

  /** A row that someone has just changed is left to the next history. */
  function confirm({ row, incoming, waiting }: Confirmation): void {
    if (!isDisturbed || !since.has(row.row_id)) confirmRow({ context, changes, nowMs }, row, incoming, waiting);
  }

  function markMissing(row: RowId): void {
    if (isDisturbed && since.has(row)) return;
    const { changes: count } = db.run(
      'UPDATE messages SET failure = ? WHERE row_id = ? AND failure IS NULL AND state IN (?, ?)',
      [failureCodes['not-on-server'], row, stateCodes.sent, stateCodes.read],
    );
    if (count > 0) changes.message(peerId, row);
  }

  function move({ position, moved }: Extract<Placement, { moved: unknown }>): void {
    // Where it is no longer there, it was retried and belongs at the end.
    const { changes: count } = db.run('UPDATE messages SET position = ? WHERE row_id = ? AND position = ?', [
      position,
      moved.row_id,
      moved.position,
    ]);
    if (count > 0) changes.reordered(peerId);
  }

  /** `isCleared`: all was cleared while the history was being laid down, and it is older than that. */
  function takeNews(task: Extract<Placement, { news: unknown }>, isCleared: boolean, news: NewRow[]): void {
    const { position, news: incoming } = task;
    added += 1;
    let { isVariant } = task;
    if (isDisturbed) {
      // It may have been pushed meanwhile.
      const candidates = findKnownRows(context, peerId, incoming.isMine, incoming.id);
      const same = findSame(context, incoming, candidates);
      if (same !== undefined)
        return confirmRow({ context, changes, nowMs }, same, incoming, findWaiting(context, same.row_id));
      isVariant ||= candidates.some((row) => row.message_id === incoming.id);
    }
    news.push(newRowOf(incoming, { position, isVariant, isCleared: isCleared || task.isCleared, nowMs }));
  }

  /** Last, because until then the rows stand where they stood; not where all has been cleared meanwhile. */
  function moveMarks(): void {
    if (marks === null) return;
    for (const mark of ['cleared_position', 'peer_cleared_position'] as const) {
      if (marks.before[mark] === marks.after[mark]) continue;
      db.run(`UPDATE conversations SET ${mark} = ? WHERE peer_id = ? AND ${mark} = ?`, [
        marks.after[mark],
        peerId,
        marks.before[mark],
      ]);
    }
  }

  return {
    begin,
    left: () => Math.max(0, tasks.length - next),
    writeBatch: () => {
      isDisturbed ||= since.count() !== countAfterUs;
      lazily(writeNext);
      return added;
    },
  };
}
