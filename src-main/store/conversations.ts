import { userId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ConversationView, Draft } from '../../src-shared/ipc/views.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import { findLastMessage } from './message-rows.ts';
import { isNotBlocked } from './people.ts';
import { positionStep } from './schema.ts';
import { countStaged } from './staged.ts';

/** Makes sure that there is a row for this conversation. */
export function ensureConversation({ db }: StoreContext, peerId: UserId, nowMs: number): void {
  db.run('INSERT INTO conversations (peer_id, active_at_ms) VALUES (?, ?) ON CONFLICT DO NOTHING', [peerId, nowMs]);
}

/** A place after everything that was ever in this conversation. It must exist. */
export function takeNextPosition({ db }: StoreContext, peerId: UserId): number {
  const row = db.get<{ last_position: number }>(
    'UPDATE conversations SET last_position = last_position + ? WHERE peer_id = ? RETURNING last_position',
    [positionStep, peerId],
  );
  if (row === undefined) throw new Error('a position was asked for in a conversation that does not exist');
  return row.last_position;
}

/** The largest position given out in a conversation so far, 0 where nothing was. */
export function readLastPosition({ db }: StoreContext, peerId: UserId): number {
  const row = db.get<{ last_position: number }>('SELECT last_position FROM conversations WHERE peer_id = ?', [peerId]);
  return row?.last_position ?? 0;
}

/**
 * The conversation as the list shows it, or null when there is nothing to show: no message, no draft, no staged file, no
 * note, nothing that could be brought back; or when the person is blocked.
 */
export function findConversation(context: StoreContext, peerId: UserId): ConversationView | null {
  const row = context.db.get<{
    active_at_ms: number;
    draft_text: SqlValue;
    draft_caret: number | null;
    peer_cleared_position: number | null;
  }>(
    `SELECT active_at_ms, ${bytesOf('draft_text')}, draft_caret, peer_cleared_position
     FROM conversations WHERE peer_id = ? AND ${isNotBlocked}`,
    [peerId],
  );
  if (row === undefined) return null;
  const lastMessage = findLastMessage(context, peerId);
  const draft = row.draft_text === null ? null : { text: textOf(row.draft_text), caret: row.draft_caret ?? 0 };
  const stagedCount = countStaged(context, peerId);
  const isEmpty = lastMessage === null && draft === null && stagedCount === 0;
  if (isEmpty && row.peer_cleared_position === null && !hasRemoved(context, peerId)) return null;
  return {
    peerId,
    lastMessage,
    unreadCount: countUnread(context, peerId),
    draft,
    stagedCount,
    activeAtMs: lastMessage?.atMs ?? row.active_at_ms,
    clearedByPeerAt: row.peer_cleared_position,
  };
}

/** All conversations that have something to show, in no particular order. */
export function listConversations(context: StoreContext): ConversationView[] {
  const peers = context.db.all<{ peer_id: number }>('SELECT peer_id FROM conversations');
  return peers
    .map((row) => findConversation(context, userId(row.peer_id)))
    .filter((conversation) => conversation !== null);
}

/** Null empties it. */
export function saveDraft(context: StoreContext, peerId: UserId, draft: Draft | null, nowMs: number): void {
  ensureConversation(context, peerId, nowMs);
  context.db.run('UPDATE conversations SET draft_text = ?, draft_caret = ?, active_at_ms = ? WHERE peer_id = ?', [
    draft?.text ?? null,
    draft?.caret ?? null,
    nowMs,
    peerId,
  ]);
}

function hasRemoved({ db }: StoreContext, peerId: UserId): boolean {
  return (
    db.get('SELECT 1 AS one FROM messages WHERE peer_id = ? AND hidden_at_ms IS NOT NULL LIMIT 1', [peerId]) !==
    undefined
  );
}

/** Counted on a partial index that holds unread rows only, so the number cannot drift from the rows. */
function countUnread({ db }: StoreContext, peerId: UserId): number {
  const row = db.get<{ count: number }>(
    'SELECT count(*) AS count FROM messages INDEXED BY messages_unread WHERE peer_id = ? AND is_mine = 0 AND state = 3 AND hidden = 0',
    [peerId],
  );
  return row?.count ?? 0;
}
