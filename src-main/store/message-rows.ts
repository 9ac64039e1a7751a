import { messageId, rowId, userId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import { attachmentViewOf } from './attachment-view.ts';
import { readAttachment } from './attachments.ts';
import type { StoreContext } from './context.ts';
import { failureCodes, hiddenCodes, kindCodes, stateCodes, wordOf } from './schema.ts';
import { isSameMac, macOf } from './seal.ts';

/** A message as a page needs it: without the raw content of files. */
type MessageRow = {
  readonly row_id: number;
  readonly peer_id: number;
  readonly is_mine: number;
  readonly message_id: number;
  readonly kind: number;
  readonly state: number;
  readonly failure: number | null;
  readonly at_ms: number;
  readonly position: number;
  readonly size_bytes: number | null;
  readonly mac: Uint8Array;
  readonly text: SqlValue;
  readonly content_hash: Uint8Array | null;
};

const columns = `row_id, peer_id, is_mine, message_id, kind, state, failure, at_ms, position, size_bytes, mac,
  ${bytesOf('text')}, content_hash`;

/**
 * Messages by SQL that follows `FROM messages`, as the window sees them. A row whose seal does not verify is
 * hidden as damaged, leaves the outbox, and is not among them (safety F13): the next history brings it back. One that
 * was removed stays removed, for good.
 */
export function selectMessages(
  context: StoreContext,
  tail: string,
  params: readonly (number | string)[],
): { readonly views: MessageView[]; readonly damagedCount: number } {
  const views: MessageView[] = [];
  let damagedCount = 0;
  for (const row of context.db.all<MessageRow>(`SELECT ${columns} FROM messages ${tail}`, params)) {
    const view = viewOf(context, row);
    if (view !== null) {
      views.push(view);
      continue;
    }
    damagedCount += 1;
    context.db.run(
      'UPDATE messages SET hidden = CASE hidden WHEN ? THEN ? ELSE hidden END, hidden_at_ms = NULL WHERE row_id = ?',
      [hiddenCodes.visible, hiddenCodes.damaged, row.row_id],
    );
    context.db.run('DELETE FROM outbox WHERE row_id = ?', [row.row_id]);
    // Removed for good, its bytes are nobody's any more.
    context.db.run(
      'DELETE FROM attachments WHERE message_row IN (SELECT row_id FROM messages WHERE row_id = ? AND hidden IN (?, ?))',
      [row.row_id, hiddenCodes.deleted, hiddenCodes.cleared],
    );
    context.touches.touch(userId(row.peer_id), rowId(row.row_id));
  }
  return { views, damagedCount };
}

/** One message that is to be seen, by its row. */
export function findVisibleMessage(context: StoreContext, row: RowId): MessageView | null {
  return selectMessages(context, 'WHERE row_id = ? AND hidden = 0', [row]).views[0] ?? null;
}

/** One message by its row, hidden or not; null when there is none or it is damaged. */
export function findMessage(context: StoreContext, row: RowId): MessageView | null {
  return selectMessages(context, 'WHERE row_id = ?', [row]).views[0] ?? null;
}

/** The last message of a conversation that is to be seen. */
export function findLastMessage(context: StoreContext, peerId: UserId): MessageView | null {
  const tail = 'WHERE peer_id = ? AND hidden = 0 ORDER BY position DESC LIMIT 1';
  for (;;) {
    const { views, damagedCount } = selectMessages(context, tail, [peerId]);
    if (damagedCount === 0) return views[0] ?? null;
  }
}

function viewOf(context: StoreContext, row: MessageRow): MessageView | null {
  const text = textOf(row.text);
  const kind = wordOf(kindCodes, row.kind);
  const state = wordOf(stateCodes, row.state);
  if (kind === undefined || state === undefined || !isIntact(context, row, text)) return null;
  const id = rowId(row.row_id);
  const attachment = kind === 'text' ? null : readAttachment(context, id);
  return {
    rowId: id,
    peerId: userId(row.peer_id),
    senderId: row.is_mine === 1 ? context.self : userId(row.peer_id),
    messageId: messageId(row.message_id),
    kind,
    text,
    sizeBytes: attachment?.blobBytes ?? row.size_bytes,
    attachment: attachment === null ? null : attachmentViewOf(context, attachment),
    state,
    failure: row.failure === null ? null : (wordOf(failureCodes, row.failure) ?? null),
    atMs: row.at_ms,
    position: row.position,
  };
}

function isIntact(context: StoreContext, row: MessageRow, text: string): boolean {
  const sealed = {
    peerId: row.peer_id,
    isMine: row.is_mine,
    messageId: row.message_id,
    kind: row.kind,
    sizeBytes: row.size_bytes,
    contentHash: row.content_hash,
    text,
  };
  return isSameMac(macOf(sealed, context.macKey), row.mac);
}
