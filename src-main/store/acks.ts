import type { MessageId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import type { Ack } from './operations.ts';
import { proofCodes, stateCodes } from './schema.ts';

/** @returns the ids that name no message of mine. Repeated and late acks find their row and change nothing (safety R6, R7). */
export function markSent(context: StoreContext, acks: readonly Ack[], changes: ChangeSet): MessageId[] {
  const unmatched: MessageId[] = [];
  for (const ack of acks) {
    const row = findAcked(context, ack.messageId);
    if (row === undefined) unmatched.push(ack.messageId);
    else applyAck(context, row, ack, changes);
  }
  return unmatched;
}

type AckedRow = {
  readonly row_id: RowId;
  readonly peer_id: UserId;
  readonly message_id: number;
  readonly server_id: number | null;
  readonly state: number;
  readonly proof: number;
  readonly has_server_time: number;
  readonly is_waiting: number;
};

/** Rows that wait for an ack go first, then those written here; what another device of mine wrote comes last. */
function findAcked({ db }: StoreContext, id: MessageId): AckedRow | undefined {
  return db.get<AckedRow>(
    `SELECT m.row_id, m.peer_id, message_id, server_id, m.state, proof, has_server_time, o.row_id IS NOT NULL AS is_waiting
     FROM messages AS m LEFT JOIN outbox AS o ON o.row_id = m.row_id
     WHERE m.row_id IN (
       SELECT row_id FROM messages WHERE is_mine = 1 AND message_id = ?
       UNION SELECT row_id FROM messages WHERE is_mine = 1 AND server_id = ?)
     ORDER BY is_waiting DESC, is_written_here DESC, m.row_id DESC LIMIT 1`,
    [id, id],
  );
}

function applyAck({ db }: StoreContext, row: AckedRow, ack: Ack, changes: ChangeSet): void {
  const serverId = ack.serverId === null || ack.serverId === row.message_id ? row.server_id : ack.serverId;
  const state = row.state === stateCodes.read ? stateCodes.read : stateCodes.sent;
  const takesTime = row.has_server_time === 0 && ack.timestampMs !== null;
  if (row.is_waiting === 0 && state === row.state && serverId === row.server_id && !takesTime) return;
  db.run(
    `UPDATE messages SET state = ?, failure = NULL, proof = ?, server_id = ?, at_ms = coalesce(?, at_ms),
       has_server_time = ? WHERE row_id = ?`,
    [
      state,
      Math.max(row.proof, proofCodes.acknowledged),
      serverId,
      takesTime ? ack.timestampMs : null,
      takesTime ? 1 : row.has_server_time,
      row.row_id,
    ],
  );
  db.run('DELETE FROM outbox WHERE row_id = ?', [row.row_id]);
  changes.message(row.peer_id, row.row_id);
  changes.settled(row.peer_id, row.row_id);
}
