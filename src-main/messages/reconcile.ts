import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { Clock, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import type { History } from './history.ts';
import type { Queued } from './outbox-queue.ts';

/** The old socket's last bytes may still be read by the server for this long (safety §4.2 step 4). */
const minGraceMs = 3_500;
/** A load that proves nothing is asked again this often, this far apart, before a person is asked. */
const maxLoads = 3;
const reloadMs = 5_000;
/** Written so often without an answer and absent each time: the server does not take it (safety R10). */
const maxAttempts = 3;

export type ReconcilerDeps = {
  readonly store: Pick<Store, 'requeue' | 'park'>;
  readonly clock: Clock;
  readonly link: Pick<Link, 'state' | 'worstRoundTripMs'>;
  readonly history: () => History;
  readonly publish: (changes: Changes) => void;
  /** Monotonic time at which the last connection ended; -Infinity when none has. */
  readonly closedAtMs: () => number;
  readonly doubtful: () => readonly Queued[];
  readonly requeued: (rowIds: readonly RowId[]) => void;
  readonly parked: (rowId: RowId) => void;
  readonly done: () => void;
};

/** Finds out, conversation by conversation, which messages in doubt the server has (safety §4.2 steps 4 to 6). */
export function createReconciler(deps: ReconcilerDeps): { readonly start: () => Promise<void> } {
  const { clock, link, store } = deps;
  const running = new Set<UserId>();

  const epoch = (): number | null => {
    const state = link.state();
    return state.phase === 'ready' ? state.epoch : null;
  };
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.setTimer(delayMs, resolve));

  async function settle(peerId: UserId, startedIn: number): Promise<void> {
    const graceMs = Math.max(minGraceMs, 2 * link.worstRoundTripMs());
    const waitMs = deps.closedAtMs() + graceMs - clock.monotonicMs();
    if (waitMs > 0) await wait(waitMs);
    for (let load = 1; load <= maxLoads; load += 1) {
      if (epoch() !== startedIn) return;
      const report = await deps.history().load(peerId);
      if (epoch() !== startedIn) return;
      if (report.ok && report.value.isAnchored) {
        await resolve(peerId, report.value.unboundInDoubt);
        return;
      }
      if (load < maxLoads) await wait(reloadMs);
    }
    for (const item of deps.doubtful()) if (item.peerId === peerId) await park(item.rowId);
  }

  async function resolve(peerId: UserId, absent: readonly RowId[]): Promise<void> {
    const items = deps.doubtful().filter((item) => item.peerId === peerId && absent.includes(item.rowId));
    for (const item of items) if (item.attempts >= maxAttempts) await park(item.rowId);
    const again = items.filter((item) => item.attempts < maxAttempts).map((item) => item.rowId);
    if (again.length === 0) return;
    deps.publish(await store.requeue({ rowIds: again }));
    deps.requeued(again);
  }

  async function park(rowId: RowId): Promise<void> {
    deps.parked(rowId);
    deps.publish(await store.park({ rowId, reason: 'no-answer' }));
  }

  return {
    start: async () => {
      const startedIn = epoch();
      if (startedIn === null) return;
      const peers = new Set(deps.doubtful().map((item) => item.peerId));
      for (const peerId of peers) {
        if (running.has(peerId)) continue;
        running.add(peerId);
        void settle(peerId, startedIn).finally(() => {
          running.delete(peerId);
          deps.done();
        });
      }
    },
  };
}
