import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation } from './conversations.ts';
import { hiddenCodes, outboxCodes } from './schema.ts';

/** So long what was removed here can be brought back. */
const keptMs = 30 * 24 * 60 * 60 * 1_000;

/** Hides a message. Its row stays for good, without its text after 30 days: else the next history would bring it back. */
export function deleteMessage(context: StoreContext, row: RowId, nowMs: number, changes: ChangeSet): void {
  const { db } = context;
  const deleted = db.get<{ peer_id: number }>(
    'UPDATE messages SET hidden = ?, hidden_at_ms = ? WHERE row_id = ? AND hidden = 0 RETURNING peer_id',
    [hiddenCodes.deleted, nowMs, row],
  );
  if (deleted === undefined) return;
  db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
  changes.removed(deleted.peer_id as UserId, row);
  forgetOld(context, nowMs);
}

/**
 * My history on the server is gone: everything up to now is hidden, but what is still to be sent. What was in doubt is
 * closed, because it can no more be found out (safety A8).
 */
export function clearMine(context: StoreContext, peerId: UserId, nowMs: number, changes: ChangeSet): void {
  const { db } = context;
  ensureConversation(context, peerId, nowMs);
  const closed = db.all<{ row_id: number }>('SELECT row_id FROM outbox WHERE peer_id = ? AND state IN (?, ?)', [
    peerId,
    outboxCodes.inFlight,
    outboxCodes.inDoubt,
  ]);
  for (const { row_id: row } of closed) {
    db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
    changes.removed(peerId, row as RowId);
  }
  db.run('UPDATE conversations SET cleared_position = last_position, peer_cleared_position = NULL WHERE peer_id = ?', [
    peerId,
  ]);
  db.run(
    `UPDATE messages SET hidden = ?, hidden_at_ms = ?
     WHERE peer_id = ? AND hidden IN (?, ?) AND row_id NOT IN (SELECT row_id FROM outbox)`,
    [hiddenCodes.cleared, nowMs, peerId, hiddenCodes.visible, hiddenCodes.damaged],
  );
  changes.reordered(peerId);
  forgetOld(context, nowMs);
}

/** Mine stays: there is only a note where the other side cleared theirs. */
export function noteClearedByPeer(context: StoreContext, peerId: UserId, nowMs: number, changes: ChangeSet): void {
  ensureConversation(context, peerId, nowMs);
  context.db.run('UPDATE conversations SET peer_cleared_position = last_position WHERE peer_id = ?', [peerId]);
  changes.conversation(peerId);
}

function forgetOld({ db }: StoreContext, nowMs: number): void {
  db.run(
    `UPDATE messages SET text = '', content = NULL, hidden_at_ms = NULL
     WHERE hidden_at_ms IS NOT NULL AND hidden_at_ms < ?`,
    [nowMs - keptMs],
  );
}
