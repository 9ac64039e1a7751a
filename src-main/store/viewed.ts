import { userId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { StoreContext } from './context.ts';

/** Whose conversation was on screen last; null in a new database, and where it was none. */
export function readViewed({ db }: StoreContext): UserId | null {
  const peerId =
    db.get<{ viewed_peer_id: number | null }>('SELECT viewed_peer_id FROM account')?.viewed_peer_id ?? null;
  return peerId === null ? null : userId(peerId);
}

export function writeViewed({ db }: StoreContext, peerId: UserId | null): void {
  db.run('UPDATE account SET viewed_peer_id = ?', [peerId]);
}
