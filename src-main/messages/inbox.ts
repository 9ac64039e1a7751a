import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { ServerFrame, WireMessage } from '../../src-shared/protocol/frames.ts';
import { StoreFailure, type Clock, type Logger, type Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';

/** One transaction takes at most so many pushed messages: about 20 ms in the store's process (safety R25). */
const maxBatch = 200;

export type Inbox = {
  /** Takes the frames that carry messages or clear them; anything else is left alone. */
  readonly onPush: (frame: ServerFrame) => void;
};

export type InboxDeps = {
  readonly self: UserId;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
  /** Someone wrote in this conversation just now. */
  readonly onActivity: (peerId: UserId) => void;
  /** What the server says of this conversation is to be looked at anew. */
  readonly onCleared: (peerId: UserId) => void;
  readonly onStoreFailed: (code: StoreFailure['code']) => void;
};

/** Lays pushed messages into the store, in order, a burst in a few transactions, then tells the window. */
export function createInbox(deps: InboxDeps): Inbox {
  const { self, store, clock, publish } = deps;
  const waiting: WireMessage[] = [];
  let isBusy = false;

  const peerOf = (message: WireMessage): UserId => (message.senderId === self ? message.receiverId : message.senderId);

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    try {
      while (waiting.length > 0) {
        const batch = waiting.splice(0, maxBatch);
        publish(await store.applyPushed({ messages: batch, nowMs: clock.nowMs() }));
        for (const peerId of new Set(batch.filter((message) => message.senderId !== self).map(peerOf)))
          deps.onActivity(peerId);
      }
    } catch (error) {
      // What could not be kept comes again with the next load of its conversation.
      deps.onStoreFailed(error instanceof StoreFailure ? error.code : 'store-unavailable');
    } finally {
      isBusy = false;
    }
  }

  async function clear(userId: UserId, targetId: UserId): Promise<void> {
    const peerId = userId === self ? targetId : userId;
    publish(await store.applyCleared({ peerId, by: userId === self ? 'me' : 'peer', nowMs: clock.nowMs() }));
    deps.onCleared(peerId);
  }

  return {
    onPush: (frame) => {
      switch (frame.kind) {
        case 'message-received':
        case 'messages-loaded': {
          const messages = frame.kind === 'message-received' ? [frame.message] : frame.messages;
          // A message that does not concern me is none of mine, whoever sent it (safety T10).
          const mine = messages.filter((message) => message.senderId === self || message.receiverId === self);
          if (mine.length < messages.length)
            deps.log('foreign-messages-ignored', { count: messages.length - mine.length });
          waiting.push(...mine);
          void drain();
          break;
        }
        case 'history-cleared':
          if (frame.userId === self || frame.targetId === self) void clear(frame.userId, frame.targetId);
          break;
        default:
      }
    },
  };
}
