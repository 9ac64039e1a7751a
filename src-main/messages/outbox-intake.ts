import type { CommandId, UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Clock, Logger, Random, Store } from '../ports.ts';
import type { Changes, Enqueued, StoreOperations } from '../store/operations.ts';
import { freshMessageIds, isFile, newlyQueued, outboxItemOf, type OutboxQueue, type Queued } from './outbox-queue.ts';

/** A file whose bytes are in the spool, as the store is to know it. */
export type SendAttachment = Omit<Parameters<StoreOperations['enqueueAttachment']>[0], 'messageIds' | 'nowMs'>;
export type SendText = { readonly commandId: CommandId; readonly peerId: UserId; readonly text: string };

export type Intake = {
  readonly sendText: (input: SendText) => Promise<MessageView>;
  readonly sendAttachment: (input: SendAttachment) => Promise<MessageView>;
  /** Conversations in which a text is just being committed as in flight, once for each. */
  readonly beingSent: () => UserId[];
};

export type IntakeDeps = {
  readonly queue: OutboxQueue;
  readonly store: Pick<Store, 'enqueueText' | 'enqueueAttachment' | 'requeue'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
  readonly isReady: () => boolean;
  readonly isPumping: () => boolean;
  readonly window: () => number;
  readonly write: (item: Queued) => void;
  /** There is something in the queue that was not there. */
  readonly onQueued: (item: Queued) => void;
  readonly onRoom: () => void;
};

/** What a person sends, on its way into the store and the queue (safety §4.2 step 1). */
export function createIntake(deps: IntakeDeps): Intake {
  const { queue, store, publish, isReady } = deps;
  /** Messages that the store is just committing. */
  const enqueuing = new Set<{ readonly peerId: UserId; readonly isSentAtOnce: boolean }>();

  const inFlight = (): Queued[] => queue.items().filter((item) => item.state === 'in-flight');
  const beingSent = (): UserId[] => [...enqueuing].filter((one) => one.isSentAtOnce).map((one) => one.peerId);
  const isBlocked = (peerId: UserId): boolean =>
    queue.items().some((item) => item.peerId === peerId && (item.state === 'queued' || item.state === 'in-doubt'));
  /** Nothing goes out beside a file. */
  const hasRoom = (): boolean => !inFlight().some(isFile) && inFlight().length + beingSent().length < deps.window();

  /** Whether this text may be committed as in flight, because it can be written right after. */
  function maySendAtOnce(peerId: UserId): boolean {
    if (!isReady() || deps.isPumping()) return false;
    return ![...enqueuing].some((one) => one.peerId === peerId) && !isBlocked(peerId) && hasRoom();
  }

  /** The message is safe all the same: it is queued here, and in doubt after a restart. */
  function noteFailure(): void {
    deps.log('outbox-requeue-failed');
  }

  async function enter(peerId: UserId, isSentAtOnce: boolean, commit: () => Promise<Enqueued>): Promise<MessageView> {
    const turn = { peerId, isSentAtOnce };
    enqueuing.add(turn);
    try {
      const { message, isWaiting, changes } = await commit();
      enqueuing.delete(turn);
      if (queue.get(message.rowId) !== undefined) return message;
      if (changes.messages.length === 0) {
        // What was deleted meanwhile would hold up its conversation, and nothing would ever find it.
        if (isWaiting) queue.adopt(message);
        return message;
      }
      // The connection may have gone, or come anew, while the store was busy: then its turn is found out afresh.
      const isWrittenNow = isSentAtOnce && isReady() && !isBlocked(peerId) && hasRoom();
      const item = newlyQueued(outboxItemOf(message, isWrittenNow ? 'in-flight' : 'queued'));
      queue.add(item);
      publish(changes);
      deps.onQueued(item);
      if (isWrittenNow) deps.write(item);
      else if (isSentAtOnce) void store.requeue({ rowIds: [item.rowId] }).then(publish, noteFailure);
      return message;
    } finally {
      enqueuing.delete(turn);
      deps.onRoom();
    }
  }

  return {
    beingSent,
    sendText: (input) => {
      const isSentAtOnce = maySendAtOnce(input.peerId);
      return enter(input.peerId, isSentAtOnce, () =>
        store.enqueueText({
          ...input,
          messageIds: freshMessageIds(deps.random),
          isSentAtOnce,
          nowMs: deps.clock.nowMs(),
        }),
      );
    },
    sendAttachment: (input) =>
      enter(input.peerId, false, () =>
        store.enqueueAttachment({ ...input, messageIds: freshMessageIds(deps.random), nowMs: deps.clock.nowMs() }),
      ),
  };
}
