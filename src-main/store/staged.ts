import type { KeyObject } from 'node:crypto';
import type { StagedId, UserId } from '../../src-shared/kernel/ids.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation } from './conversations.ts';
import type { StagedRow } from './operations.ts';
import { isSameMac, sealOf } from './seal.ts';

/** Puts files into a tray, behind those there; what is there is replaced in its place. What was sent stays gone. */
export function putStaged(context: StoreContext, peerId: UserId, rows: readonly StagedRow[], nowMs: number): void {
  const { db, macKey } = context;
  ensureConversation(context, peerId, nowMs);
  for (const row of rows) {
    if (db.get('SELECT 1 AS one FROM commands WHERE command_id = ?', [row.stagedId]) !== undefined) continue;
    const body = JSON.stringify(row);
    db.run(
      `INSERT INTO staged (staged_id, peer_id, place, body, seal)
       VALUES (?, ?, (SELECT coalesce(max(place), 0) + 1 FROM staged WHERE peer_id = ?), ?, ?)
       ON CONFLICT (staged_id) DO UPDATE SET body = excluded.body, seal = excluded.seal`,
      [row.stagedId, peerId, peerId, body, sealStaged(peerId, body, macKey)],
    );
  }
  db.run('UPDATE conversations SET active_at_ms = ? WHERE peer_id = ?', [nowMs, peerId]);
}

/** The tray of a conversation, in order; or one file of it, without reading the hundreds beside it. */
export function listStaged(context: StoreContext, peerId: UserId, only?: StagedId): StagedRow[] {
  if (only !== undefined)
    return selectStaged(context, 'WHERE staged_id = ? AND peer_id = ?', [only, peerId]).map(({ row }) => row);
  return selectStaged(context, 'WHERE peer_id = ? ORDER BY place', [peerId]).map(({ row }) => row);
}

/** Every tray, one after the other. What is damaged goes. */
export function listAllStaged(context: StoreContext): { readonly peerId: UserId; readonly row: StagedRow }[] {
  return selectStaged(context, 'ORDER BY peer_id, place', []);
}

function selectStaged(context: StoreContext, tail: string, params: readonly (number | string)[]): Found[] {
  return context.db
    .all<Sealed>(`SELECT peer_id, place, ${bytesOf('body')}, seal FROM staged ${tail}`, params)
    .flatMap(({ peer_id: peerId, place, body, seal }) => {
      const row = readStaged(peerId, { body, seal }, context.macKey);
      if (row !== null) return [{ peerId, row }];
      context.db.run('DELETE FROM staged WHERE peer_id = ? AND place = ?', [peerId, place]);
      return [];
    });
}

type Found = { readonly peerId: UserId; readonly row: StagedRow };
type Sealed = { readonly peer_id: UserId; readonly place: number; readonly body: SqlValue; readonly seal: SqlValue };

/** A staged file as it was written, or null where it is not: nothing goes to somebody else because a byte changed. */
export function readStaged(
  peerId: UserId,
  { body, seal }: { readonly body: SqlValue; readonly seal: SqlValue },
  macKey: KeyObject,
): StagedRow | null {
  const text = textOf(body);
  const isIntact = seal instanceof Uint8Array && isSameMac(sealStaged(peerId, text, macKey), seal);
  return isIntact ? (JSON.parse(text) as StagedRow) : null;
}

const sealStaged = (peerId: UserId, body: string, macKey: KeyObject): Uint8Array =>
  sealOf('staged', `${peerId}/${body}`, macKey);

export function removeStaged({ db }: StoreContext, peerId: UserId, stagedIds: readonly StagedId[]): void {
  for (const id of stagedIds) db.run('DELETE FROM staged WHERE staged_id = ? AND peer_id = ?', [id, peerId]);
}

export function arrangeStaged(context: StoreContext, peerId: UserId, stagedIds: readonly StagedId[]): void {
  const known = listStaged(context, peerId).map((row) => row.stagedId);
  const named = stagedIds.filter((id) => known.includes(id));
  for (const [place, id] of [...new Set([...named, ...known])].entries())
    context.db.run('UPDATE staged SET place = ? WHERE staged_id = ?', [place + 1, id]);
}

export function countStaged({ db }: StoreContext, peerId: UserId): number {
  return db.get<{ count: number }>('SELECT count(*) AS count FROM staged WHERE peer_id = ?', [peerId])?.count ?? 0;
}
