import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { MessageId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Link } from '../connection/link.ts';
import type { Clock, Store } from '../ports.ts';
import type { Changes, MergeReport } from '../store/operations.ts';
import type { Traits } from './traits.ts';

/** The server hands out whole histories: one conversation is asked for at most this often without a reason. */
const minIntervalMs = 30_000;

export type History = {
  /** LOAD_MESSAGES and merge, now. */
  readonly load: (peerId: UserId) => Promise<Result<MergeReport>>;
  /** The same, unless it was loaded on this connection less than 30 s ago. */
  readonly refresh: (peerId: UserId) => void;
  /** Loads every conversation once, in the order given, one after the other, until the connection ends. */
  readonly catchUp: (epoch: number, peers: () => readonly UserId[]) => Promise<void>;
};

export type HistoryDeps = {
  readonly self: UserId;
  readonly store: Store;
  readonly link: Pick<Link, 'request' | 'state'>;
  readonly clock: Clock;
  readonly traits: Traits;
  /** Ids of mine that this server has acknowledged in this run: to learn whether it keeps them. */
  readonly isAcknowledged: (messageId: MessageId) => boolean;
  readonly publish: (changes: Changes) => void;
};

/** Asks the server for histories and lays them into the store. Never deletes by absence (safety A7). */
export function createHistory(deps: HistoryDeps): History {
  const { self, store, link, clock, traits } = deps;
  const loadedAtMs = new Map<UserId, number>();
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
    const reply = await link.request({ kind: 'load-messages', userId: self, targetId: peerId });
    if (!reply.ok) {
      loadedAtMs.delete(peerId);
      return reply;
    }
    const { messages } = reply.value;
    if (messages.some((message) => message.senderId === self && deps.isAcknowledged(message.id)))
      await traits.sawKeptId();
    const report = await store.mergeHistory({
      peerId,
      messages,
      mayMatchContent: !traits.keepsIds(),
      nowMs: clock.nowMs(),
    });
    deps.publish(report.changes);
    return ok(report);
  }

  return {
    load,
    refresh: (peerId) => {
      noteEpoch();
      if (link.state().phase !== 'ready') return;
      const lastMs = loadedAtMs.get(peerId);
      if (lastMs === undefined || clock.monotonicMs() - lastMs >= minIntervalMs) void load(peerId);
    },
    catchUp: async (epoch, peers) => {
      noteEpoch();
      for (const peerId of peers()) {
        const state = link.state();
        if (state.phase !== 'ready' || state.epoch !== epoch) return;
        if (!loadedAtMs.has(peerId)) await load(peerId);
      }
    },
  };
}
