import { rowId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { kindCodes, outboxCodes } from './schema.ts';

type Waiting = { readonly seq: number; readonly row_id: number; readonly kind: number; readonly position: number };

/**
 * Puts a file that waits before the first other file that waits in its conversation, there and in the outbox: what is
 * written between them follows in its old order, and what is under way or in doubt stays where it is.
 * @returns what waits in that conversation, in its order now; empty where nothing was moved.
 */
export function sendFirst({ db }: StoreContext, row: RowId, changes: ChangeSet): RowId[] {
  const peer = db.get<{ peer_id: number }>('SELECT peer_id FROM outbox WHERE row_id = ?', [row]);
  if (peer === undefined) return [];
  const waiting = db.all<Waiting>(
    `SELECT seq, row_id, kind, position FROM outbox JOIN messages USING (row_id)
     WHERE outbox.peer_id = ? AND outbox.state = ? ORDER BY seq`,
    [peer.peer_id, outboxCodes.queued],
  );
  const from = waiting.findIndex((one) => one.row_id === row);
  const to = waiting.findIndex(({ kind }) => kind !== kindCodes.text);
  const moved = waiting[from];
  if (moved === undefined || moved.kind === kindCodes.text || to >= from) return [];
  const places = waiting.slice(to, from + 1);
  const positions = places.map(({ position }) => position).toSorted((one, other) => one - other);
  const ordered = [moved, ...places.slice(0, -1)];
  // A number is there once only: out of the way first.
  for (const { seq } of places) db.run('UPDATE outbox SET seq = ? WHERE seq = ?', [-seq, seq]);
  for (const [at, { row_id: id }] of ordered.entries()) {
    db.run('UPDATE outbox SET seq = ? WHERE row_id = ?', [places[at]?.seq ?? null, id]);
    db.run('UPDATE messages SET position = ? WHERE row_id = ?', [positions[at] ?? null, id]);
    changes.message(peer.peer_id as UserId, rowId(id));
  }
  return [...waiting.slice(0, to), ...ordered, ...waiting.slice(from + 1)].map((one) => rowId(one.row_id));
}
