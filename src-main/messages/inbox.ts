import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { ServerFrame, WireMessage } from '../../src-shared/protocol/frames.ts';
import { StoreFailure, type Cancel, type Clock, type Logger, type Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import type { History } from './history.ts';
import { createRareLog } from '../rare-log.ts';
import { createUnsaved, type Unsaved } from './unsaved.ts';

/** One transaction takes at most so many pushed messages: about 20 ms in the store's process (safety R25). */
const maxBatch = 200;
/** So many messages may wait for the store: some MB, and some seconds of its work. Beyond it the server waits. */
const maxWaiting = 5_000;
/** What could not be kept is asked of the server again after this time (safety R14). */
const lostRetryMs = 10_000;

export type Inbox = Pick<Unsaved, 'withPage' | 'withConversations' | 'observe'> & {
  /** Takes the frames that carry messages or clear them; anything else is left alone. */
  readonly onPush: (frame: ServerFrame) => void;
  readonly dispose: () => void;
};

export type InboxDeps = {
  readonly self: UserId;
  readonly store: Pick<Store, 'applyPushed' | 'applyCleared' | 'getLastPosition' | 'getOverview'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
  /** Whether there is anything between us that could be cleared. */
  readonly isKnown: (peerId: UserId) => boolean;
  /** Someone wrote in this conversation just now. */
  readonly onActivity: (peerId: UserId) => void;
  /** Asks the server for this conversation, and lays it into the store. */
  readonly reload: History['loadIfWorthwhile'];
  readonly onStoreFailed: (code: StoreFailure['code']) => void;
  /** The server is to wait with what it pushes, or to go on. */
  readonly setHeld: (isHeld: boolean) => void;
};

type Cleared = { readonly peerId: UserId; readonly by: 'me' | 'peer' };
/** `isDue`: a history that came right before it is on its way to the store, and so is not laid down after it. */
type Arrived = Cleared & { readonly isDue: Promise<unknown> };
/** A clearing that the store could not write yet, and where the conversation ended then, if that could be read. */
type Owed = Cleared & { upToPosition: number | undefined };

/** Lays pushed messages into the store, in order, a burst in a few transactions, then tells the window. */
export function createInbox(deps: InboxDeps): Inbox {
  const { self, store, clock, publish } = deps;
  const unsaved = createUnsaved(deps);
  /** In the order of arrival: what came before a clearing is cleared by it. */
  const waiting: (readonly WireMessage[] | Arrived)[] = [];
  /** Conversations that have more on the server than here. */
  const behind = new Set<UserId>();
  const owed = new Set<Owed>();
  const rareLog = createRareLog(deps.log, clock);
  let waitingCount = 0;
  let isHeld = false;
  let paying: Promise<void> | null = null;
  let cancelRetry: Cancel | null = null;
  let isBusy = false;
  let isDisposed = false;

  const peerOf = (message: WireMessage): UserId => (message.senderId === self ? message.receiverId : message.senderId);

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      if ('by' in next) {
        waiting.shift();
        await clear(next);
      } else await apply(takeBatch());
      if (isHeld && waitingCount <= maxWaiting / 2) deps.setHeld((isHeld = false));
    }
    isBusy = false;
  }

  /** What came in a burst goes into the store together, up to the next clearing. */
  function takeBatch(): WireMessage[] {
    const batch: WireMessage[] = [];
    for (let next = waiting[0]; next !== undefined && !('by' in next); next = waiting[0]) {
      if (batch.length > 0 && batch.length + next.length > maxBatch) break;
      waiting.shift();
      batch.push(...next.slice(0, maxBatch));
      if (next.length > maxBatch) waiting.unshift(next.slice(maxBatch));
    }
    waitingCount -= batch.length;
    return batch;
  }

  async function apply(messages: readonly WireMessage[]): Promise<void> {
    if (owed.size > 0) await payOwed();
    try {
      publish(await store.applyPushed({ messages, nowMs: clock.nowMs() }));
    } catch (error) {
      fail(error, messages.map(peerOf));
      if (!isDisposed) await unsaved.show(messages).catch(() => deps.log('unsaved-not-shown'));
    }
    for (const peerId of new Set(messages.filter((message) => message.senderId !== self).map(peerOf)))
      deps.onActivity(peerId);
  }

  async function clear({ peerId, by, isDue }: Arrived): Promise<void> {
    if (!deps.isKnown(peerId)) return;
    await isDue;
    if (isDisposed) return;
    try {
      publish(await store.applyCleared({ peerId, by, nowMs: clock.nowMs() }));
    } catch (error) {
      // Reading needs no space, so what comes after it is not cleared with it.
      const upToPosition = await store.getLastPosition({ peerId }).catch(() => undefined);
      owed.add({ peerId, by, upToPosition });
      return fail(error, [peerId]);
    }
    // Whatever the server still has comes back behind the mark (safety A8).
    behind.add(peerId);
    void catchUp();
  }

  /** What was cleared when nothing could be written is cleared before anything else is. */
  async function payOwed(): Promise<void> {
    paying ??= payAll().finally(() => (paying = null));
    await paying;
  }

  async function payAll(): Promise<void> {
    for (const clearing of owed) {
      try {
        // Found out once, before anything is laid behind it: later there is more that was not cleared.
        clearing.upToPosition ??= await store.getLastPosition({ peerId: clearing.peerId });
        publish(await store.applyCleared({ ...clearing, nowMs: clock.nowMs() }));
      } catch {
        return planRetry();
      }
      owed.delete(clearing);
    }
  }

  function fail(error: unknown, peers: readonly UserId[]): void {
    if (isDisposed) return;
    for (const peerId of peers) behind.add(peerId);
    planRetry();
    deps.onStoreFailed(error instanceof StoreFailure ? error.code : 'store-unavailable');
  }

  function planRetry(): void {
    cancelRetry ??= clock.setTimer(lostRetryMs, () => {
      cancelRetry = null;
      void catchUp();
    });
  }

  async function catchUp(): Promise<void> {
    await payOwed();
    for (const peerId of behind) {
      if (isDisposed) return;
      behind.delete(peerId);
      const end = await deps.reload(peerId).catch(() => 'failed' as const);
      if (end === 'loaded') unsaved.withdraw(peerId);
      // The next log-in asks for all histories again: one that costs a connection each time is not worth more.
      if (end !== 'failed') continue;
      behind.add(peerId);
      return planRetry();
    }
  }

  return {
    onPush: (frame) => {
      switch (frame.kind) {
        case 'message-received':
        case 'messages-loaded': {
          const messages = frame.kind === 'message-received' ? [frame.message] : frame.messages;
          // A message that does not concern me is none of mine, whoever sent it (safety T10).
          const mine = messages.filter((message) => message.senderId === self || message.receiverId === self);
          if (mine.length < messages.length) rareLog('foreign-messages-ignored');
          if (mine.length > 0) waiting.push(mine);
          waitingCount += mine.length;
          // Said again with each message: it may be another connection's by now.
          if (waitingCount > maxWaiting) deps.setHeld((isHeld = true));
          void drain();
          break;
        }
        case 'history-cleared': {
          const { userId, targetId } = frame;
          const by = userId === self ? 'me' : 'peer';
          const peerId = by === 'me' ? targetId : userId;
          if ((by === 'peer' && targetId !== self) || peerId === self) break;
          waiting.push({ peerId, by, isDue: new Promise(setImmediate) });
          void drain();
          break;
        }
        default:
      }
    },
    observe: unsaved.observe,
    withPage: unsaved.withPage,
    withConversations: unsaved.withConversations,
    dispose: () => {
      if (isHeld) deps.setHeld(false);
      waiting.length = 0;
      owed.clear();
      isDisposed = true;
      cancelRetry?.();
    },
  };
}
