import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { FailureReason } from '../../src-shared/domain/message.ts';
import type { Link } from '../connection/link.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import type { History } from './history.ts';
import type { Queued } from './outbox-queue.ts';

/** The old socket's last bytes may still be read by the server for this long (safety §4.2 step 4). */
const minGraceMs = 3_500;
/** A load that proves nothing is asked again this often, this far apart, before a person is asked. */
const maxLoads = 3;
const reloadMs = 5_000;
/** Written so often without an answer and absent each time: the server does not take it (safety R10). */
const maxSilences = 3;
/** So many connections in a row that the server closed with the same message first in flight: it is the message (R30). */
const maxCloses = 3;
/**
 * A long upload is cut off by a bad line sooner than by a server that cannot take it and does not say so: so many times
 * without getting any further than before, and it is the server.
 */
const maxCutOffs = 10;

export type Reconciler = {
  /** Begins for every conversation with a message in doubt, unless it is under way on this connection. */
  readonly start: () => void;
};

export type ReconcilerDeps = {
  readonly store: Pick<Store, 'markInDoubt' | 'requeue' | 'park'>;
  readonly clock: Clock;
  readonly link: Pick<Link, 'state' | 'worstRoundTripMs'>;
  readonly log: Logger;
  readonly history: () => Pick<History, 'load'>;
  readonly publish: (changes: Changes) => void;
  /** Monotonic time at which the last connection ended; -Infinity when none has. */
  readonly closedAtMs: () => number;
  readonly isDisposed: () => boolean;
  readonly doubtful: () => readonly Queued[];
  readonly forget: (item: Queued) => void;
  /** A message to them is sent again. */
  readonly onResent: (peerId: UserId) => void;
  /** Some conversation may go on. */
  readonly onSettled: () => void;
};

/** Finds out, conversation by conversation, which messages in doubt the server has (safety §4.2 steps 4 to 6). */
export function createReconciler(deps: ReconcilerDeps): Reconciler {
  const { clock, link, store } = deps;
  /** The connection on which each conversation is being looked at. */
  const running = new Map<UserId, number>();
  /** Loads in a row that the server did not answer: each of them cost a connection. */
  const unanswered = new Map<UserId, number>();

  const epoch = (): number | null => {
    const state = link.state();
    return state.phase === 'ready' && !deps.isDisposed() ? state.epoch : null;
  };
  const wait = (delayMs: number): Promise<void> => new Promise((resolve) => void clock.setTimer(delayMs, resolve));
  const doubtfulOf = (peerId: UserId): Queued[] => deps.doubtful().filter((item) => item.peerId === peerId);

  function start(): void {
    const current = epoch();
    if (current === null) return;
    for (const peerId of new Set(deps.doubtful().map((item) => item.peerId))) {
      if (running.get(peerId) === current) continue;
      running.set(peerId, current);
      void run(peerId, current);
    }
  }

  async function run(peerId: UserId, startedIn: number): Promise<void> {
    let isFailed = false;
    const looked = new Set<Queued>();
    try {
      await settle(peerId, startedIn, looked);
    } catch (error) {
      isFailed = true;
      deps.log('reconcile-failed', { error: error instanceof Error ? error.name : 'unknown' });
    }
    if (isFailed) await wait(reloadMs);
    if (running.get(peerId) === startedIn) running.delete(peerId);
    deps.onSettled();
    // What came to be in doubt behind the last look found this one under way, and nothing else would look for it.
    if (isFailed || doubtfulOf(peerId).some((item) => !looked.has(item))) start();
  }

  /** @param looked gets what was in doubt before the history was asked for. */
  async function settle(peerId: UserId, startedIn: number, looked: Set<Queued>): Promise<void> {
    const graceMs = Math.max(minGraceMs, 2 * link.worstRoundTripMs());
    const waitMs = deps.closedAtMs() + graceMs - clock.monotonicMs();
    if (waitMs > 0) await wait(waitMs);
    for (let load = 1; load <= maxLoads; load += 1) {
      if (epoch() !== startedIn) return;
      for (const item of doubtfulOf(peerId)) looked.add(item);
      // The store may not have heard of the doubt yet: only what it knows to be in doubt does it look for.
      await store.markInDoubt({});
      const report = await deps.history().load(peerId);
      if (!report.ok && report.error.code === 'timeout') unanswered.set(peerId, (unanswered.get(peerId) ?? 0) + 1);
      else if (report.ok) unanswered.delete(peerId);
      if ((unanswered.get(peerId) ?? 0) >= maxLoads) break;
      if (epoch() !== startedIn) return;
      if (report.ok && report.value.isAnchored) return resolve(peerId, report.value.unboundInDoubt);
      if (doubtfulOf(peerId).length === 0) return;
      if (load < maxLoads) await wait(reloadMs);
    }
    const isHopeless = (unanswered.get(peerId) ?? 0) >= maxLoads;
    if (epoch() !== startedIn && !isHopeless) return;
    unanswered.delete(peerId);
    for (const item of doubtfulOf(peerId)) await park(item, 'no-answer');
  }

  async function resolve(peerId: UserId, absent: readonly RowId[]): Promise<void> {
    const again: Queued[] = [];
    for (const item of doubtfulOf(peerId).filter(({ rowId }) => absent.includes(rowId))) {
      if (item.closes >= maxCloses || item.cutOffs >= maxCutOffs) await park(item, 'poison');
      else if (item.silences >= maxSilences) await park(item, 'no-answer');
      else again.push(item);
    }
    if (again.length === 0) return;
    deps.onResent(peerId);
    deps.publish(await store.requeue({ rowIds: again.map((item) => item.rowId) }));
    for (const item of again) if (item.state === 'in-doubt') item.state = 'queued';
  }

  async function park(item: Queued, reason: FailureReason): Promise<void> {
    deps.publish(await store.park({ rowId: item.rowId, reason }));
    deps.forget(item);
  }

  return { start };
}
