import { rowId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ParsedRequestOf, ReplyOf } from '../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { StoreContext } from './context.ts';
import { selectMessages } from './message-rows.ts';

type PageRequest = ParsedRequestOf<'messages:getPage'>;
type Page = ReplyOf<'messages:getPage'>;

/**
 * A page of a conversation, oldest first. `first-unread` and `around` have what was asked for in the middle, or nearer
 * to an end of the conversation; where it is not there the page is the newest one. A page is full wherever there is
 * enough to fill it.
 */
export function readPage(context: StoreContext, request: PageRequest): Page {
  for (;;) {
    const { views, damagedCount } = readRange(context, request);
    // Damaged rows are hidden now: the page is read again without them, so that it is full.
    if (damagedCount > 0) continue;
    const { peerId } = request;
    const first = views.at(0);
    const last = views.at(-1);
    return {
      messages: views,
      hasOlder: first !== undefined && exists(context, peerId, '<', first.position),
      hasNewer: last !== undefined && exists(context, peerId, '>', last.position),
      firstUnreadRowId: findFirstUnread(context, peerId)?.rowId ?? null,
    };
  }
}

type Range = { readonly views: MessageView[]; readonly damagedCount: number };

function readRange(context: StoreContext, { peerId, anchor, limit }: PageRequest): Range {
  switch (anchor.kind) {
    case 'newest':
      return readBefore(context, peerId, Number.MAX_SAFE_INTEGER, limit);
    case 'before':
      return readBefore(context, peerId, anchor.position, limit);
    case 'after':
      return readFrom(context, peerId, Math.floor(anchor.position) + 1, limit);
    case 'first-unread':
      return readAround(context, peerId, findFirstUnread(context, peerId)?.position, limit);
    case 'around':
      return readAround(context, peerId, findPosition(context, peerId, anchor.rowId), limit);
  }
}

function readAround(context: StoreContext, peerId: UserId, position: number | undefined, limit: number): Range {
  if (position === undefined) return readBefore(context, peerId, Number.MAX_SAFE_INTEGER, limit);
  const before = readBefore(context, peerId, position, limit);
  const from = readFrom(context, peerId, position, limit);
  const half = Math.floor(limit / 2);
  const fromCount = Math.min(from.views.length, Math.max(limit - before.views.length, limit - half));
  const beforeCount = Math.min(before.views.length, limit - fromCount);
  return {
    views: [...before.views.slice(before.views.length - beforeCount), ...from.views.slice(0, fromCount)],
    damagedCount: before.damagedCount + from.damagedCount,
  };
}

function readBefore(context: StoreContext, peerId: UserId, position: number, limit: number): Range {
  const tail = 'WHERE peer_id = ? AND hidden = 0 AND position < ? ORDER BY position DESC LIMIT ?';
  const range = selectMessages(context, tail, [peerId, whole(position), limit]);
  range.views.reverse();
  return range;
}

function readFrom(context: StoreContext, peerId: UserId, position: number, limit: number): Range {
  const tail = 'WHERE peer_id = ? AND hidden = 0 AND position >= ? ORDER BY position LIMIT ?';
  return selectMessages(context, tail, [peerId, whole(position), limit]);
}

/** Positions are integers here, but a window may send any number. */
function whole(position: number): number {
  if (!Number.isFinite(position)) return position > 0 ? Number.MAX_SAFE_INTEGER : Number.MIN_SAFE_INTEGER;
  return Math.min(Math.max(Math.ceil(position), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
}

function exists({ db }: StoreContext, peerId: UserId, side: '<' | '>', position: number): boolean {
  return (
    db.get(`SELECT 1 AS one FROM messages WHERE peer_id = ? AND hidden = 0 AND position ${side} ? LIMIT 1`, [
      peerId,
      position,
    ]) !== undefined
  );
}

function findFirstUnread({ db }: StoreContext, peerId: UserId): { rowId: RowId; position: number } | undefined {
  const row = db.get<{ row_id: number; position: number }>(
    `SELECT row_id, position FROM messages INDEXED BY messages_unread WHERE peer_id = ? AND is_mine = 0 AND state = 3 AND hidden = 0
     ORDER BY position LIMIT 1`,
    [peerId],
  );
  return row === undefined ? undefined : { rowId: rowId(row.row_id), position: row.position };
}

function findPosition({ db }: StoreContext, peerId: UserId, row: RowId): number | undefined {
  return db.get<{ position: number }>('SELECT position FROM messages WHERE row_id = ? AND peer_id = ? AND hidden = 0', [
    row,
    peerId,
  ])?.position;
}
