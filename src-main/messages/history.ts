import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { MessageId, UserId } from '../../src-shared/kernel/ids.ts';
import type { EventOf } from '../../src-shared/ipc/contract.ts';
import type { LaneReply, Link } from '../connection/link.ts';
import type { Cancel, Clock, HistoryProgress, Logger, Store } from '../ports.ts';
import type { Changes, MergeReport } from '../store/operations.ts';
import type { Traits } from './traits.ts';

/** The server hands out whole histories: one conversation is asked for at most this often without a reason. */
const minIntervalMs = 30_000;
/** A history that could not be read so often in a row is not asked for any more in this run (safety R23). */
const maxUnreadable = 3;
/** One over which the server fell silent so often in a row, each time ending the connection, is left alone this long. */
const maxSilences = 3;
const silenceRestMs = 300_000;

export type History = {
  /** LOAD_MESSAGES and merge, now; `invalid-reply` at once where it was unreadable too often. @throws StoreFailure */
  readonly load: (peerId: UserId) => Promise<Result<MergeReport>>;
  /**
   * The same, for what can do without: `left-alone` where it was unreadable too often, or the server fell silent over it
   * too often and not long ago. @throws StoreFailure
   */
  readonly loadIfWorthwhile: (peerId: UserId) => Promise<'loaded' | 'failed' | 'left-alone'>;
  /**
   * The same, unless it was loaded on this connection less than 30 s ago. Failures are left to the next one.
   * @returns false where it is too early.
   */
  readonly refresh: (peerId: UserId) => boolean;
  /**
   * The same, but put off until it may be loaded again instead of left out.
   * @param isWanted asked when it is time; one of those who asked is enough.
   */
  readonly loadAgain: (peerId: UserId, isWanted?: (peerId: UserId) => boolean) => void;
  /** Loads every conversation once, in the order given, one after the other, until the connection ends. */
  readonly catchUp: (epoch: number, peers: readonly UserId[]) => Promise<void>;
  /** The server has just confirmed a message of mine: a history asked for before may not know of it yet. */
  readonly noteConfirmed: (messageId: MessageId) => void;
  /** Everything is to be loaded again: what was loaded may be lost. */
  readonly forgetLoads: () => void;
  /** The store tells how far it is with a long history. */
  readonly onProgress: (progress: HistoryProgress) => void;
  readonly dispose: () => void;
};

export type HistoryDeps = {
  readonly self: UserId;
  readonly store: Pick<Store, 'mergeHistory'>;
  readonly link: Pick<Link, 'request' | 'state'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly traits: Traits;
  readonly publish: (changes: Changes) => void;
  /** Tells the window how far a long history is. */
  readonly tellProgress: (progress: EventOf<'conversations:historyProgress'>) => void;
};

const always = (): boolean => true;

/** Asks the server for histories and lays them into the store. Never deletes by absence (safety A7). */
export function createHistory(deps: HistoryDeps): History {
  const { self, store, link, clock, traits } = deps;
  const loadedAtMs = new Map<UserId, number>();
  const unreadable = new Map<UserId, number>();
  /** Loads in a row that brought nothing, and how many of them were never answered. */
  const troubles = new Map<UserId, { failures: number; silences: number; atMs: number }>();
  /** For each load under way, what was confirmed since it was asked for. */
  const confirmedSince = new Set<Set<MessageId>>();
  /** Histories that the window knows to be under way. */
  const underWay = new Set<UserId>();
  /** Loads that wait for their time. */
  const putOff = new Map<UserId, { readonly cancel: Cancel; readonly isWanted: Set<(peerId: UserId) => boolean> }>();
  let loadedEpoch = -1;

  const isReadable = (peerId: UserId): boolean => (unreadable.get(peerId) ?? 0) < maxUnreadable;
  const failuresOf = (peerId: UserId): number => troubles.get(peerId)?.failures ?? 0;

  function noteFailure(peerId: UserId, code: AppErrorCode): void {
    const { failures, silences } = troubles.get(peerId) ?? { failures: 0, silences: 0 };
    const silent = code === 'timeout' ? 1 : 0;
    troubles.set(peerId, { failures: failures + 1, silences: silences + silent, atMs: clock.monotonicMs() });
    if (code === 'invalid-reply') unreadable.set(peerId, (unreadable.get(peerId) ?? 0) + 1);
  }

  function isLeftAlone(peerId: UserId): boolean {
    const trouble = troubles.get(peerId);
    if (trouble === undefined || trouble.silences < maxSilences) return false;
    return clock.monotonicMs() - trouble.atMs < silenceRestMs;
  }

  function noteEpoch(): void {
    const state = link.state();
    if (!('epoch' in state) || state.epoch === loadedEpoch) return;
    loadedEpoch = state.epoch;
    loadedAtMs.clear();
  }

  async function load(peerId: UserId): Promise<Result<MergeReport>> {
    if (!isReadable(peerId)) return err(appError('invalid-reply'));
    noteEpoch();
    loadedAtMs.set(peerId, clock.monotonicMs());
    const confirmed = new Set<MessageId>();
    confirmedSince.add(confirmed);
    try {
      const reply = await link.request({ kind: 'load-messages', userId: self, targetId: peerId });
      const report = reply.ok ? await merge(peerId, reply.value, confirmed) : reply;
      if (report.ok) return report;
      loadedAtMs.delete(peerId);
      noteFailure(peerId, report.error.code);
      return report;
    } finally {
      confirmedSince.delete(confirmed);
      if (underWay.delete(peerId)) deps.tellProgress({ peerId, done: 0, total: 0 });
    }
  }

  async function merge(
    peerId: UserId,
    reply: LaneReply<'load-messages'>,
    confirmed: ReadonlySet<MessageId>,
  ): Promise<Result<MergeReport>> {
    const report = await store.mergeHistory({
      peerId,
      messages: reply.kind === 'history-held' ? reply.held : reply.messages,
      mayMatchContent: !traits.keepsIds(),
      confirmedSince: [...confirmed],
      nowMs: clock.nowMs(),
    });
    if (report.keepsOwnId) await traits.sawKeptId();
    deps.publish(report.changes);
    if (!report.isReadable) return err(appError('invalid-reply'));
    unreadable.delete(peerId);
    troubles.delete(peerId);
    return ok(report);
  }

  /** One conversation that cannot be kept must not hold up the others. */
  async function tryLoad(peerId: UserId): Promise<void> {
    if (isLeftAlone(peerId)) return;
    try {
      await load(peerId);
    } catch (error) {
      loadedAtMs.delete(peerId);
      deps.log('history-not-kept', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  function refresh(peerId: UserId): boolean {
    noteEpoch();
    if (link.state().phase !== 'ready') return true;
    const lastMs = loadedAtMs.get(peerId);
    if (lastMs !== undefined && clock.monotonicMs() - lastMs < minIntervalMs) return false;
    void tryLoad(peerId);
    return true;
  }

  return {
    load,
    loadIfWorthwhile: async (peerId) => {
      if (!isReadable(peerId) || isLeftAlone(peerId)) return 'left-alone';
      return (await load(peerId)).ok ? 'loaded' : 'failed';
    },
    refresh,
    loadAgain: (peerId, isWanted = always) => {
      const waiting = putOff.get(peerId);
      if (waiting !== undefined) return void waiting.isWanted.add(isWanted);
      noteEpoch();
      const lastMs = loadedAtMs.get(peerId);
      const delayMs = lastMs === undefined ? 0 : Math.max(0, lastMs + minIntervalMs - clock.monotonicMs());
      const cancel = clock.setTimer(delayMs, () => {
        const askers = putOff.get(peerId)?.isWanted ?? [];
        putOff.delete(peerId);
        if ([...askers].some((asker) => asker(peerId))) refresh(peerId);
      });
      putOff.set(peerId, { cancel, isWanted: new Set([isWanted]) });
    },
    catchUp: async (epoch, peers) => {
      noteEpoch();
      // A conversation over which the connection ends each time must not keep the others from being loaded.
      for (const peerId of peers.toSorted((one, other) => failuresOf(one) - failuresOf(other))) {
        const state = link.state();
        if (state.phase !== 'ready' || state.epoch !== epoch) return;
        if (!loadedAtMs.has(peerId)) await tryLoad(peerId);
      }
    },
    noteConfirmed: (messageId) => {
      for (const confirmed of confirmedSince) confirmed.add(messageId);
    },
    forgetLoads: () => loadedAtMs.clear(),
    onProgress: ({ peerId, done, total, changes }) => {
      if (changes !== null) deps.publish(changes);
      if (total === 0) return;
      underWay.add(peerId);
      deps.tellProgress({ peerId, done, total });
    },
    dispose: () => {
      for (const { cancel } of putOff.values()) cancel();
      putOff.clear();
    },
  };
}
