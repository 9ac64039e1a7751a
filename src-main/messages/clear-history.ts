import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { Clock, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import type { History } from './history.ts';

export type ClearHistoryDeps = {
  readonly self: UserId;
  readonly store: Pick<Store, 'getLastPosition' | 'applyCleared'>;
  readonly link: Pick<Link, 'request'>;
  readonly history: Pick<History, 'load'>;
  readonly clock: Pick<Clock, 'nowMs'>;
  readonly publish: (changes: Changes) => void;
};

/**
 * CLEAR_MESSAGES: the server's copy goes, ours is hidden up to where it was when the person said so (safety A8). What
 * the server has is fetched before, so that all of it can be brought back here. Needs a connection.
 * @throws StoreFailure
 */
export async function clearHistory(deps: ClearHistoryDeps, peerId: UserId): Promise<Result<void>> {
  const { self, store, link, history } = deps;
  const loaded = await history.load(peerId);
  // A history that cannot be read can still be cleared.
  if (!loaded.ok && loaded.error.code !== 'invalid-reply') return loaded;
  const upToPosition = await store.getLastPosition({ peerId });
  const reply = await link.request({ kind: 'clear-messages', userId: self, targetId: peerId });
  if (!reply.ok) return reply;
  deps.publish(await store.applyCleared({ peerId, by: 'me', upToPosition, nowMs: deps.clock.nowMs() }));
  return ok(undefined);
}
