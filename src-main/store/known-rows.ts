import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import { hiddenCodes, outboxCodes, stateCodes } from './schema.ts';
import type { Steps } from './steps.ts';

/** A message we have, as far as matching needs it. Texts stay in the file: a history may have 100,000 rows. */
export type KnownRow = {
  readonly row_id: RowId;
  readonly is_mine: number;
  readonly message_id: number;
  readonly server_id: number | null;
  readonly is_written_here: number;
  readonly proof: number;
  readonly kind: number;
  readonly state: number;
  readonly failure: number | null;
  readonly has_server_time: number;
  readonly position: number;
  readonly hidden: number;
  /** Null: it is not removed, or its text is forgotten. */
  readonly hidden_at_ms: number | null;
  readonly is_read_unconfirmed: number;
  readonly content_tag: number;
};

const columns = `row_id, is_mine, message_id, server_id, is_written_here, proof, kind, state, failure,
  has_server_time, position, hidden, hidden_at_ms, is_read_unconfirmed, content_tag`;

/** What is still to be sent, and how far it got. */
export type Waiting = { readonly state: number; readonly attempts: number };

/** A conversation's part of the outbox, parked rows too. */
export function listWaiting({ db }: StoreContext, peerId: UserId): Map<RowId, Waiting> {
  const rows = db.all<Waiting & { row_id: RowId }>('SELECT row_id, state, attempts FROM outbox WHERE peer_id = ?', [
    peerId,
  ]);
  return new Map(rows.map((row) => [row.row_id, row]));
}

/** Rows read at once: about 3 ms. */
const chunkRows = 500;

/** Every row of a conversation, hidden ones too, by position. */
export function* listKnownRows({ db }: StoreContext, peerId: UserId): Steps<KnownRow[]> {
  const known: KnownRow[] = [];
  // Each kind of its own: only so do rows come by position without being sorted first, chunk for chunk.
  for (const hidden of Object.values(hiddenCodes)) {
    let last: Pick<KnownRow, 'position' | 'row_id'> = { position: Number.MIN_SAFE_INTEGER, row_id: 0 as RowId };
    for (let isMore = true; isMore;) {
      // A merge that was cut off may have left a number twice.
      const rows = db.all<KnownRow>(
        `SELECT ${columns} FROM messages WHERE peer_id = ? AND hidden = ? AND (position, row_id) > (?, ?)
         ORDER BY position, row_id LIMIT ?`,
        [peerId, hidden, last.position, last.row_id, chunkRows],
      );
      for (const row of rows) known.push(row);
      last = rows.at(-1) ?? last;
      isMore = rows.length === chunkRows;
      if (isMore) yield;
    }
  }
  return known.sort((one, other) => one.position - other.position);
}

/** The rows that a server's id from this sender may mean, those that the server knows by it first. */
export function findKnownRows({ db }: StoreContext, peerId: UserId, isMine: number, id: number): KnownRow[] {
  const rows = db.all<KnownRow>(
    `SELECT ${columns} FROM messages WHERE peer_id = ? AND is_mine = ? AND message_id = ?
     UNION
     SELECT ${columns} FROM messages WHERE peer_id = ? AND is_mine = ? AND server_id = ?`,
    [peerId, isMine, id, peerId, isMine, id],
  );
  return rows.toSorted((one, other) => Number(serverIdOf(other) === id) - Number(serverIdOf(one) === id));
}

/**
 * Own rows that the server has confirmed by our id but never shown under one of its own, oldest first; deleted ones too,
 * or what the server tells of them later would bring them back.
 */
export function listAcknowledgedOnly({ db }: StoreContext, peerId: UserId): KnownRow[] {
  return db.all<KnownRow>(
    `SELECT ${columns} FROM messages
     WHERE peer_id = ? AND hidden IN (?, ?) AND is_mine = 1 AND is_written_here = 1 AND proof = 1 AND server_id IS NULL
     ORDER BY position`,
    [peerId, hiddenCodes.visible, hiddenCodes.deleted],
  );
}

/** Own rows that were handed to a socket and of which nothing was heard since, those that were deleted meanwhile too. */
export function listUnproven({ db }: StoreContext, peerId: UserId): KnownRow[] {
  return db.all<KnownRow>(
    `SELECT ${columns} FROM messages WHERE proof = 0 AND (
       row_id IN (SELECT row_id FROM outbox WHERE peer_id = ? AND state <> ? AND attempts > 0)
       OR (peer_id = ? AND hidden = ? AND is_mine = 1 AND is_written_here = 1 AND state = ?))`,
    [peerId, outboxCodes.queued, peerId, hiddenCodes.deleted, stateCodes.sending],
  );
}

/** The id by which the server knows a row: the one it gave, else the one we chose. */
export function serverIdOf(row: KnownRow): number {
  return row.server_id ?? row.message_id;
}

/** The kind and shown text of a row, e.g. to compare by content. */
export function findText({ db }: StoreContext, rowId: RowId): { readonly kind: number; readonly text: string } {
  const row = db.get<{ kind: number; text: SqlValue }>(
    `SELECT kind, ${bytesOf('text')} FROM messages WHERE row_id = ?`,
    [rowId],
  );
  return { kind: row?.kind ?? 0, text: textOf(row?.text ?? null) };
}

/** Cleared so long ago that only the row is left of it, or damaged since. */
export function isForgotten(row: KnownRow): boolean {
  return row.hidden === hiddenCodes.cleared && row.hidden_at_ms === null;
}
