import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { RowId } from '../../src-shared/kernel/ids.ts';
import type { FailureReason } from '../../src-shared/domain/message.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { sliceBytes } from '../../src-shared/protocol/slices.ts';
import { createAckTimers } from './ack-timers.ts';
import { createAcks } from './acks.ts';
import { blame } from './blame.ts';
import { createLateOrder } from './late-order.ts';
import { createReconciler } from './reconcile.ts';
import { createIntake } from './outbox-intake.ts';
import { readQueueAnew } from './outbox-reload.ts';
import type { Outbox, OutboxDeps } from './outbox-types.ts';
import { createPump } from './outbox-pump.ts';
import { chooseSendable, createOutboxQueue, isFile, type Queued } from './outbox-queue.ts';
import { createSendFirst } from './send-first.ts';
import { createUploads } from './uploads.ts';

/** A store that failed is asked again after this time. */
const storeRetryMs = 5_000;
/** The one way out for messages: first send, retry and resend after a restart (safety §4.2). */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, link, clock, log, traits, publish } = deps;
  /** A mirror of the store's outbox: it moves on only after the store has committed. */
  const queue = createOutboxQueue();
  const lateOrder = createLateOrder(deps.self, queue, (peerId) => deps.history().loadAgain(peerId));
  let isDisposed = false;
  // What ended before this program started may still be read by the server.
  let closedAtMs = clock.monotonicMs();

  const inFlight = (): Queued[] => queue.items().filter((item) => item.state === 'in-flight');
  /** After a close that may be one message's fault: one at a time, until those under way then are through. */
  const window = (): number => (queue.items().some((item) => item.isSuspect) ? 1 : traits.window());
  const isReady = (): boolean => link.state().phase === 'ready' && !isDisposed;

  const timers = createAckTimers({
    clock,
    log,
    worstRoundTripMs: link.worstRoundTripMs,
    heldUpAtMs: link.heldUpAtMs,
    onMissing: (item) => {
      item.silences += 1;
      link.reset('timeout');
    },
  });
  const uploads = createUploads({ ...deps, maxFileBytes: traits.maxFileBytes, onWritten, park });

  function forget(item: Queued, isSent = item.state === 'acked'): void {
    timers.stop(item);
    if (queue.get(item.rowId) !== item) return;
    queue.remove(item.rowId);
    if (!isSent) acks.noteStray(item);
    else if (item.attachment !== null) traits.sawTaken(item.attachment.sizeBytes).catch(() => log('trait-not-kept'));
    uploads.end(item, isSent);
    lateOrder.onDone(item.peerId);
  }

  /** Until the store has noted it: nothing else would keep it from being sent. */
  async function park(item: Queued, reason: FailureReason): Promise<void> {
    if (isDisposed || queue.get(item.rowId) !== item) return;
    try {
      publish(await store.park({ rowId: item.rowId, reason }));
    } catch {
      log('outbox-park-failed', { reason });
      clock.setTimer(storeRetryMs, () => void park(item, reason));
      return;
    }
    forget(item);
    void pump();
  }

  /** Also where the socket did not take it: such a socket is ending, and the timer makes sure that it ends. */
  function onWritten(item: Queued): void {
    if (queue.get(item.rowId) !== item || item.state !== 'in-flight') return;
    uploads.handedOver(item);
    timers.start(item);
  }

  async function write(item: Queued): Promise<void> {
    // The connection has just been lost: its end puts the message in doubt.
    if (!isReady()) return;
    // It takes its time, in which others must be able to be looked at.
    if (isFile(item)) return void uploads.run(item);
    item.isWritten = true;
    item.isWhole = true;
    await link.send({
      kind: 'send-message',
      messageId: item.messageId,
      senderId: deps.self,
      receiverId: item.peerId,
      content: item.text,
    });
    onWritten(item);
  }

  const { pump, isPumping } = createPump({
    ...deps,
    queue,
    isReady,
    choose: () => chooseSendable(queue.items(), window(), intake.beingSent(), first.beingArranged()),
    write,
    retryMs: storeRetryMs,
  });

  const acks = createAcks({
    queue,
    store,
    clock,
    log,
    traits,
    publish,
    onAcked: (item) => {
      timers.stop(item);
      deps.history().noteConfirmed(item.messageId);
    },
    forget,
    look: ({ peerId }) =>
      void deps
        .history()
        .load(peerId)
        .catch(() => log('ack-not-looked-for')),
    onRoom: () => void pump(),
    isDisposed: () => isDisposed,
  });
  const intake = createIntake({
    queue,
    store,
    clock,
    random: deps.random,
    log,
    publish,
    isReady,
    isPumping,
    window,
    write: (item) => void write(item),
    onQueued: uploads.wait,
    onRoom: () => void pump(),
  });
  const first = createSendFirst({ queue, store, publish, onArranged: () => void pump() });
  const reconciler = createReconciler({
    store,
    clock,
    link,
    log,
    history: deps.history,
    publish,
    closedAtMs: () => closedAtMs,
    isDisposed: () => isDisposed,
    doubtful: () => queue.items().filter((item) => item.state === 'in-doubt'),
    forget,
    onResent: lateOrder.noteResent,
    onSettled: () => void pump(),
  });

  async function retry(rowId: RowId): Promise<Result<MessageView>> {
    const { message, changes } = await store.retry({ rowId });
    if (message === null) return err(appError('not-found'));
    if (changes.messages.length > 0 && queue.get(rowId) === undefined) {
      queue.adopt(message);
      const item = queue.get(rowId);
      if (item !== undefined) {
        item.isInsistedOn = true;
        uploads.wait(item);
      }
    }
    publish(changes);
    onReady();
    return ok(message);
  }

  const onClosed: Outbox['onClosed'] = async (closed) => {
    closedAtMs = clock.monotonicMs();
    acks.onClosed();
    const flying = inFlight();
    const written = flying.filter((item) => item.isWritten);
    for (const item of flying) {
      timers.stop(item);
      Object.assign(item, { state: 'in-doubt', isWritten: false });
      uploads.wait(item);
    }
    const guilty = blame(written, closed);
    if (guilty === null) return;
    const { item, reason } = guilty;
    publish(await store.park({ rowId: item.rowId, reason }));
    forget(item);
    if (reason !== 'too-large' || item.attachment === null) return;
    // It had no more of it than what the system took, and what was just being handed over.
    await traits.sawTooLarge(Math.min(item.attachment.sizeBytes, item.sentBytes + sliceBytes));
  };

  async function reload(): Promise<void> {
    const onGone = (item: Queued): void => {
      timers.stop(item);
      if (item.state !== 'acked') acks.noteStray(item);
      uploads.end(item, false);
    };
    await readQueueAnew({ queue, store, clock, publish, onGone, onCome: uploads.wait });
    onReady();
  }

  async function cancel(rowId: RowId): Promise<boolean> {
    const item = queue.get(rowId);
    if (item === undefined || !isFile(item)) return false;
    if (item.state === 'acked' || (item.state === 'in-flight' && item.isWhole)) return false;
    // Where it is being written, its end parks it.
    if (uploads.stop(rowId)) return true;
    // Its turn must not come while the store notes that.
    item.state = 'in-doubt';
    await park(item, 'cancelled');
    return true;
  }

  function onReady(): void {
    reconciler.start();
    void pump();
  }

  return {
    reload,
    sendText: intake.sendText,
    sendAttachment: intake.sendAttachment,
    retry,
    cancel,
    sendFirst: first.sendFirst,
    onAck: acks.take,
    observe: (changes) => {
      lateOrder.observe(changes);
      let isAny = false;
      const settle = (rowId: RowId, isSent: boolean): void => {
        const item = queue.get(rowId);
        if (item === undefined || item.state === 'acked') return;
        // It may be deleted while it is being written.
        if (!isSent) uploads.stop(rowId);
        forget(item, isSent);
        isAny = true;
      };
      for (const { rowId } of changes.removedMessages) settle(rowId, false);
      for (const { rowId, state } of changes.messages) {
        if (state === 'sent' || state === 'read' || state === 'failed') settle(rowId, state !== 'failed');
      }
      if (isAny) void pump();
    },
    onReady,
    onClosed,
    dispose: () => {
      isDisposed = true;
      timers.dispose();
    },
  };
}
