import { positionStep, stateCodes, outboxCodes, failureCodes, wordOf } from './schema.ts';
import { writeAttachment } from './attachments.ts';
import type { StoreContext } from './context.ts';
import type { Saved } from './operations.ts';
import type { Salvage, SalvagedOutboxRow } from './salvage.ts';
import type { SalvagedMessage } from './salvaged-message.ts';
import { putStaged } from './staged.ts';

/**
 * Lays what was salvaged into a new database, in one transaction; done again it changes nothing. Rows keep their
 * numbers, and new ones begin above all that the old file can have had: what the window or the outbox in memory still
 * calls by its number is that row or none.
 */
export function restoreSalvage(context: StoreContext, salvage: Salvage, nowMs: number): Saved {
  const { db } = context;
  return db.transaction(() => {
    for (const table of ['messages', 'outbox']) {
      db.run('DELETE FROM sqlite_sequence WHERE name = ?', [table]);
      db.run('INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)', [table, nowMs]);
    }
    const messages = new Map(salvage.messages.map((message) => [message.rowId, message]));
    const waiting = salvage.outbox.toSorted((one, other) => (one.seq ?? Infinity) - (other.seq ?? Infinity));
    for (const row of waiting) {
      const message = messages.get(row.rowId);
      if (message === undefined) continue;
      restoreMessage(context, message, row, nowMs);
      db.run('INSERT OR IGNORE INTO outbox (seq, row_id, peer_id, state, attempts) VALUES (?, ?, ?, ?, ?)', [
        row.seq,
        row.rowId,
        message.peerId,
        row.state,
        row.attempts,
      ]);
      messages.delete(row.rowId);
    }
    for (const message of messages.values()) restoreMessage(context, message, undefined, nowMs);
    for (const { rowId, attachment } of salvage.attachments) {
      // Of two that say they are the same message only one is laid in.
      const isThere = db.get('SELECT 1 AS one FROM messages WHERE row_id = ?', [rowId]) !== undefined;
      if (isThere) writeAttachment(context, rowId, attachment);
    }
    for (const { commandId, rowId, atMs } of salvage.commands)
      db.run('INSERT OR IGNORE INTO commands (command_id, row_id, at_ms) VALUES (?, ?, ?)', [commandId, rowId, atMs]);
    for (const { peerId, text, caret } of salvage.drafts)
      db.run(
        `INSERT INTO conversations (peer_id, active_at_ms, draft_text, draft_caret) VALUES (?, ?, ?, ?)
         ON CONFLICT (peer_id) DO UPDATE SET draft_text = excluded.draft_text, draft_caret = excluded.draft_caret`,
        [peerId, nowMs, text, caret],
      );
    for (const { userId, username, isContact, isBlocked } of salvage.people)
      db.run(
        `INSERT OR IGNORE INTO people (user_id, username, avatar, is_contact, is_blocked) VALUES (?, ?, '', ?, ?)`,
        [userId, username, isContact, isBlocked],
      );
    for (const { peerId, row } of salvage.staged) putStaged(context, peerId, [row], nowMs);
    if (salvage.traits !== null)
      db.run('UPDATE account SET matched_acks = ?, keeps_ids = ?', [
        salvage.traits.matchedAcks,
        salvage.traits.keepsIds,
      ]);
    return { messages: salvage.outbox.length, drafts: salvage.drafts.length };
  });
}

function restoreMessage(
  { db }: StoreContext,
  message: SalvagedMessage,
  waiting: SalvagedOutboxRow | undefined,
  nowMs: number,
): void {
  const state = waiting === undefined ? message.state : stateOf(waiting);
  const failure =
    message.failure !== null && wordOf(failureCodes, message.failure) !== undefined ? message.failure : null;
  const { peerId, position, rowId } = message;
  db.run(
    `INSERT INTO conversations (peer_id, active_at_ms, last_position) VALUES (?, ?, ?)
     ON CONFLICT (peer_id) DO UPDATE SET last_position = max(last_position, excluded.last_position)`,
    // What a history brought before everything else has a negative one.
    [peerId, nowMs, Math.max(0, Math.ceil(position / positionStep) * positionStep)],
  );
  db.run(
    `INSERT OR IGNORE INTO messages (row_id, peer_id, is_mine, message_id, variant, server_id, is_written_here, proof,
      kind, state, failure, at_ms, has_server_time, position, size_bytes, content_tag, mac, text, content_hash, content)
     VALUES (?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      rowId,
      peerId,
      message.isMine,
      message.messageId,
      waiting === undefined ? message.serverId : null,
      message.isWrittenHere,
      message.proof,
      message.kind,
      state,
      state === stateCodes.failed ? (failure ?? failureCodes['no-answer']) : null,
      message.atMs,
      message.hasServerTime,
      position,
      message.sizeBytes,
      message.contentTag,
      message.mac,
      message.text,
      message.contentHash,
      message.content,
    ],
  );
}

function stateOf({ state }: SalvagedOutboxRow): number {
  if (state === outboxCodes.queued) return stateCodes.queued;
  return state === outboxCodes.parked ? stateCodes.failed : stateCodes.sending;
}
