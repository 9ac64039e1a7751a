import type { RowId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { selectMessages } from './message-rows.ts';
import type { StoreOperations } from './operations.ts';
import { keptMs } from './removals.ts';
import { failureCodes, hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';

type ListInput = Parameters<StoreOperations['listRemoved']>[0];
type RemovedPage = ReturnType<StoreOperations['listRemoved']>;

/** What can be brought back, the latest removal first, then the latest message. */
export function listRemoved(context: StoreContext, { peerId, after, limit, nowMs }: ListInput): RemovedPage {
  const from = [peerId, nowMs - keptMs];
  const { removedAtMs, position } = after ?? { removedAtMs: Number.MAX_SAFE_INTEGER, position: 0 };
  const tail = `WHERE peer_id = ? AND hidden_at_ms >= ? AND (hidden_at_ms, position) < (?, ?)
    ORDER BY hidden_at_ms DESC, position DESC LIMIT ?`;
  const { views } = selectMessages(context, tail, [...from, removedAtMs, position, limit]);
  const removed = views.map((message) => ({ message, removedAtMs: removedAt(context, message.rowId) }));
  const count = context.db.get<{ total: number }>(
    'SELECT count(*) AS total FROM messages WHERE peer_id = ? AND hidden_at_ms >= ?',
    from,
  );
  return { removed, total: count?.total ?? 0 };
}

function removedAt({ db }: StoreContext, row: RowId): number {
  return (
    db.get<{ hidden_at_ms: number }>('SELECT hidden_at_ms FROM messages WHERE row_id = ?', [row])?.hidden_at_ms ?? 0
  );
}

type RemovedRow = { readonly row_id: RowId; readonly is_mine: number; readonly state: number };
type BringBackInput = Parameters<StoreOperations['bringBack']>[0];

/**
 * See the interface. Each comes back at its old place; theirs count as read, since nobody missed them. What was cleared
 * is no more known to be on the server, so that it is no anchor for what is in doubt (safety A7).
 */
export function bringBack(context: StoreContext, input: BringBackInput, changes: ChangeSet): void {
  const { db } = context;
  const { peerId } = input;
  for (const { row_id: row, is_mine: isMine, state } of findRemoved(context, input)) {
    const isUnsent = isMine === 1 && state !== stateCodes.sent && state !== stateCodes.read;
    db.run(
      `UPDATE messages SET proof = CASE hidden WHEN ? THEN ? ELSE proof END, hidden = ?, hidden_at_ms = NULL, state = ?,
         failure = coalesce(failure, ?)
       WHERE row_id = ?`,
      [
        hiddenCodes.cleared,
        proofCodes.none,
        hiddenCodes.visible,
        isUnsent ? stateCodes.failed : isMine === 1 ? state : stateCodes.read,
        // Why it is failed now; what it was failed for before stays.
        isUnsent ? failureCodes.removed : null,
        row,
      ],
    );
    if (isUnsent) {
      // Whatever was not just waiting may have been written to a socket.
      const attempts = state === stateCodes.queued ? 0 : 1;
      db.run('INSERT INTO outbox (row_id, peer_id, state, attempts) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING', [
        row,
        peerId,
        outboxCodes.parked,
        attempts,
      ]);
    }
    changes.message(peerId, row);
  }
}

function findRemoved({ db }: StoreContext, { peerId, rowIds, nowMs }: BringBackInput): RemovedRow[] {
  const query = 'SELECT row_id, is_mine, state FROM messages WHERE peer_id = ? AND hidden_at_ms >= ?';
  const from = [peerId, nowMs - keptMs];
  if (rowIds === null) return db.all<RemovedRow>(query, from);
  return rowIds.flatMap((row) => db.all<RemovedRow>(`${query} AND row_id = ?`, [...from, row]));
}
