import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { MessageId, UserId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import type { Link } from '../connection/link.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Changes, MergeReport } from '../store/operations.ts';
import type { Traits } from './traits.ts';

/** The server hands out whole histories: one conversation is asked for at most this often without a reason. */
const minIntervalMs = 30_000;
/** A history that could not be read so often in a row is not asked for by itself any more (safety R23). */
const maxUnreadable = 3;

export type History = {
  /** LOAD_MESSAGES and merge, now. @throws StoreFailure */
  readonly load: (peerId: UserId) => Promise<Result<MergeReport>>;
  /** The same, unless it was loaded on this connection less than 30 s ago. Failures are left to the next one. */
  readonly refresh: (peerId: UserId) => void;
  /** Loads every conversation once, in the order given, one after the other, until the connection ends. */
  readonly catchUp: (epoch: number, peers: readonly UserId[]) => Promise<void>;
  /** The server has just confirmed a message of mine: a history asked for before may not know of it yet. */
  readonly noteConfirmed: (messageId: MessageId) => void;
  /** Everything is to be loaded again: what was loaded may be lost. */
  readonly forgetLoads: () => void;
};

export type HistoryDeps = {
  readonly self: UserId;
  readonly store: Pick<Store, 'mergeHistory'>;
  readonly link: Pick<Link, 'request' | 'state'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly traits: Traits;
  readonly publish: (changes: Changes) => void;
};

/** Asks the server for histories and lays them into the store. Never deletes by absence (safety A7). */
export function createHistory(deps: HistoryDeps): History {
  const { self, store, link, clock, traits } = deps;
  const loadedAtMs = new Map<UserId, number>();
  const unreadable = new Map<UserId, number>();
  /** For each load under way, what was confirmed since it was asked for. */
  const confirmedSince = new Set<Set<MessageId>>();
  let loadedEpoch = -1;

  function noteEpoch(): void {
    const state = link.state();
    if (!('epoch' in state) || state.epoch === loadedEpoch) return;
    loadedEpoch = state.epoch;
    loadedAtMs.clear();
  }

  async function load(peerId: UserId): Promise<Result<MergeReport>> {
    noteEpoch();
    loadedAtMs.set(peerId, clock.monotonicMs());
    const confirmed = new Set<MessageId>();
    confirmedSince.add(confirmed);
    try {
      const reply = await link.request({ kind: 'load-messages', userId: self, targetId: peerId });
      if (reply.ok) return ok(await merge(peerId, reply.value.messages, confirmed));
      loadedAtMs.delete(peerId);
      if (reply.error.code === 'invalid-reply') unreadable.set(peerId, (unreadable.get(peerId) ?? 0) + 1);
      return reply;
    } finally {
      confirmedSince.delete(confirmed);
    }
  }

  async function merge(
    peerId: UserId,
    messages: readonly WireMessage[],
    confirmed: ReadonlySet<MessageId>,
  ): Promise<MergeReport> {
    unreadable.delete(peerId);
    const report = await store.mergeHistory({
      peerId,
      messages,
      mayMatchContent: !traits.keepsIds(),
      confirmedSince: [...confirmed],
      nowMs: clock.nowMs(),
    });
    if (report.keepsOwnId) await traits.sawKeptId();
    deps.publish(report.changes);
    return report;
  }

  const isReadable = (peerId: UserId): boolean => (unreadable.get(peerId) ?? 0) < maxUnreadable;

  /** One conversation that cannot be kept must not hold up the others. */
  async function tryLoad(peerId: UserId): Promise<void> {
    if (!isReadable(peerId)) return;
    try {
      await load(peerId);
    } catch (error) {
      loadedAtMs.delete(peerId);
      deps.log('history-not-kept', { error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  return {
    load,
    refresh: (peerId) => {
      noteEpoch();
      if (link.state().phase !== 'ready') return;
      const lastMs = loadedAtMs.get(peerId);
      if (lastMs === undefined || clock.monotonicMs() - lastMs >= minIntervalMs) void tryLoad(peerId);
    },
    catchUp: async (epoch, peers) => {
      noteEpoch();
      for (const peerId of peers) {
        const state = link.state();
        if (state.phase !== 'ready' || state.epoch !== epoch) return;
        if (!loadedAtMs.has(peerId)) await tryLoad(peerId);
      }
    },
    noteConfirmed: (messageId) => {
      for (const confirmed of confirmedSince) confirmed.add(messageId);
    },
    forgetLoads: () => loadedAtMs.clear(),
  };
}
