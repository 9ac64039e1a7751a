import { messageId, type MessageId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { isNotBlocked } from './people.ts';
import { stateCodes } from './schema.ts';

/** Told again after each log-in: a server that never says `read` of what I read must not make this grow for ever. */
const maxUnconfirmed = 2_000;

/**
 * Only theirs, only in this conversation, only what was unread: anything else in the list has no effect. Whom I have
 * blocked does not learn what I read.
 */
export function markRead({ db }: StoreContext, peerId: UserId, rowIds: readonly RowId[], changes: ChangeSet): void {
  for (const rowId of rowIds) {
    const { changes: count } = db.run(
      `UPDATE messages SET state = ?, is_read_unconfirmed = 1
       WHERE row_id = ? AND peer_id = ? AND is_mine = 0 AND state = ? AND ${isNotBlocked}`,
      [stateCodes.read, rowId, peerId, stateCodes.sent],
    );
    if (count > 0) changes.message(peerId, rowId);
  }
}

/** The newest of what was read here and not confirmed, oldest first. */
export function listUnconfirmedReads({ db }: StoreContext): MessageId[] {
  const newestFirst = db
    .all<{ message_id: number }>(
      `SELECT message_id FROM messages WHERE is_read_unconfirmed = 1 AND hidden = 0
         AND ${isNotBlocked} ORDER BY row_id DESC LIMIT ?`,
      [maxUnconfirmed],
    )
    .map((row) => messageId(row.message_id));
  return newestFirst.toReversed();
}
