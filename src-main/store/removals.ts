import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation, readLastPosition, takeNextPosition } from './conversations.ts';
import { hiddenCodes, outboxCodes } from './schema.ts';

/** So long what was removed here can be brought back. */
export const keptMs = 30 * 24 * 60 * 60 * 1_000;
/** So far apart are two looks for what can no more be. */
const forgetEveryMs = 7 * 24 * 60 * 60 * 1_000;

/** Hides a message. Its row stays for good, without its text some time after 30 days: else the next history would bring it back. */
export function deleteMessage(context: StoreContext, row: RowId, nowMs: number, changes: ChangeSet): void {
  const { db } = context;
  const deleted = db.get<{ peer_id: number; at_ms: number }>(
    'UPDATE messages SET hidden = ?, hidden_at_ms = ? WHERE row_id = ? AND hidden = 0 RETURNING peer_id, at_ms',
    [hiddenCodes.deleted, nowMs, row],
  );
  if (deleted === undefined) return;
  const peerId = deleted.peer_id as UserId;
  db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
  keepPlaceInList(context, peerId, deleted.at_ms);
  changes.removed(peerId, row);
}

export type Clearing = { readonly peerId: UserId; readonly upToPosition: number | undefined; readonly nowMs: number };

/**
 * My history on the server is gone: everything up to a position is hidden, but what is still to be sent. What was in
 * doubt is closed, because it can no more be found out (safety A8). The position stays as a mark: what a history
 * brings before it later is hidden too.
 */
export function clearMine(context: StoreContext, { peerId, upToPosition, nowMs }: Clearing, changes: ChangeSet): void {
  const { db } = context;
  ensureConversation(context, peerId, nowMs);
  const upTo = upToPosition ?? readLastPosition(context, peerId);
  const closed = db.all<{ row_id: number }>(
    `SELECT row_id FROM outbox JOIN messages USING (row_id)
     WHERE outbox.peer_id = ? AND outbox.state IN (?, ?) AND position <= ?`,
    [peerId, outboxCodes.inFlight, outboxCodes.inDoubt, upTo],
  );
  for (const { row_id: row } of closed) {
    db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
    changes.removed(peerId, row as RowId);
  }
  db.run(
    `UPDATE conversations SET cleared_position = max(coalesce(cleared_position, 0), ?),
       peer_cleared_position = CASE WHEN peer_cleared_position > ? THEN peer_cleared_position END
     WHERE peer_id = ?`,
    [upTo, upTo, peerId],
  );
  const last = db.get<{ at_ms: number }>(
    'SELECT at_ms FROM messages WHERE peer_id = ? AND hidden = 0 ORDER BY position DESC LIMIT 1',
    [peerId],
  );
  if (last !== undefined) keepPlaceInList(context, peerId, last.at_ms);
  db.run(
    `UPDATE messages SET hidden = ?, hidden_at_ms = ?
     WHERE peer_id = ? AND hidden IN (?, ?) AND position <= ? AND row_id NOT IN (SELECT row_id FROM outbox)`,
    [hiddenCodes.cleared, nowMs, peerId, hiddenCodes.visible, hiddenCodes.damaged, upTo],
  );
  moveWaitingBehind(context, peerId, upTo);
  context.touches.clear(peerId);
  changes.reordered(peerId);
}

/** What is sent later is newer than what was cleared, and so is whatever a history has before it. */
function moveWaitingBehind(context: StoreContext, peerId: UserId, upTo: number): void {
  const waiting = context.db.all<{ row_id: number }>(
    `SELECT row_id FROM outbox JOIN messages USING (row_id)
     WHERE outbox.peer_id = ? AND position <= ? ORDER BY position`,
    [peerId, upTo],
  );
  for (const { row_id: row } of waiting)
    context.db.run('UPDATE messages SET position = ? WHERE row_id = ?', [takeNextPosition(context, peerId), row]);
}

/** Mine stays: there is only a note where the other side cleared theirs. */
export function noteClearedByPeer(context: StoreContext, peerId: UserId, nowMs: number, changes: ChangeSet): void {
  ensureConversation(context, peerId, nowMs);
  context.db.run('UPDATE conversations SET peer_cleared_position = last_position WHERE peer_id = ?', [peerId]);
  changes.conversation(peerId);
}

/**
 * Only the text goes, and what is known of a file: the row still says what is not to come back. What is too old is what
 * was so at the last look already, a week ago: a clock that jumps forward and is put right again, be it by years,
 * destroys nothing (safety R21).
 */
export function forgetOld({ db }: StoreContext, nowMs: number): void {
  const last = db.get<{ forgot_at_ms: number | null }>('SELECT forgot_at_ms FROM account')?.forgot_at_ms ?? null;
  const elapsedMs = last === null ? -1 : nowMs - last;
  if (elapsedMs >= 0 && elapsedMs < forgetEveryMs) return;
  db.run('UPDATE account SET forgot_at_ms = ?', [nowMs]);
  if (last === null || elapsedMs < 0) return;
  db.run(
    `DELETE FROM attachments WHERE message_row IN
       (SELECT row_id FROM messages WHERE hidden_at_ms IS NOT NULL AND hidden_at_ms < ?)`,
    [last - keptMs],
  );
  db.run(
    `UPDATE messages SET text = '', content = NULL, hidden_at_ms = NULL
     WHERE hidden_at_ms IS NOT NULL AND hidden_at_ms < ?`,
    [last - keptMs],
  );
}

/** A conversation whose messages are all removed stays where it was. */
function keepPlaceInList({ db }: StoreContext, peerId: UserId, atMs: number): void {
  db.run('UPDATE conversations SET active_at_ms = max(active_at_ms, ?) WHERE peer_id = ?', [atMs, peerId]);
}
