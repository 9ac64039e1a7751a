import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { CommandId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Link } from '../connection/link.ts';
import type { Cancel, Clock, Logger, Random, Store } from '../ports.ts';
import type { Ack, Changes } from '../store/operations.ts';
import { createAcks } from './acks.ts';
import { verdictOfClose } from './close-verdict.ts';
import { createReconciler } from './reconcile.ts';
import { chooseSendable, createOutboxQueue, freshMessageIds, newlyQueued, type Queued } from './outbox-queue.ts';
import type { History } from './history.ts';
import type { Traits } from './traits.ts';

/** A message that the server has not acknowledged in this time is in doubt, and so is the connection (safety R10). */
const ackTimeoutMs = 10_000;
/** A store that failed is asked again after this time. */
const storeRetryMs = 5_000;
export type Outbox = {
  /** Reads the queue from the store: at the start and whenever the store's process was replaced. */
  readonly reload: () => Promise<void>;
  /** Commits a text (safety §4.2 step 1) and sends it as soon as its turn comes. */
  readonly sendText: (input: { commandId: CommandId; peerId: UserId; text: string }) => Promise<MessageView>;
  readonly retry: (rowId: RowId) => Promise<Result<MessageView>>;
  readonly onAck: (ack: Ack) => void;
  /** Watches what the store says: a row that turned out to be on the server leaves the queue. */
  readonly observe: (changes: Changes) => void;
  readonly onReady: () => void;
  /** @param code the close code, 1006 where there was none. */
  readonly onClosed: (code: number) => Promise<void>;
  readonly dispose: () => void;
};

export type OutboxDeps = {
  readonly self: UserId;
  readonly store: Pick<
    Store,
    'enqueueText' | 'getOutbox' | 'markInFlight' | 'markSent' | 'markInDoubt' | 'requeue' | 'park' | 'retry'
  >;
  readonly link: Pick<Link, 'state' | 'send' | 'reset' | 'worstRoundTripMs'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly traits: Traits;
  readonly history: () => Pick<History, 'load' | 'noteConfirmed'>;
  readonly publish: (changes: Changes) => void;
};

/** The one way out for messages: first send, retry and resend after a restart (safety §4.2). */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, link, clock, log, traits, publish } = deps;
  /** A mirror of the store's outbox: it moves on only after the store has committed. */
  const queue = createOutboxQueue();
  /** Messages that the store is just committing. */
  const enqueuing = new Set<{ readonly peerId: UserId; readonly isSentAtOnce: boolean }>();
  const ackTimers = new Map<RowId, Cancel>();
  let pumping: Promise<void> | null = null;
  let isPumpWanted = false;
  let isDisposed = false;
  let isResetByUs = false;
  // What ended before this program started may still be read by the server.
  let closedAtMs = clock.monotonicMs();

  const inFlight = (): Queued[] => queue.items().filter((item) => item.state === 'in-flight');
  /** After a close that may be one message's fault: one at a time, until those under way then are through. */
  const window = (): number => (queue.items().some((item) => item.isSuspect) ? 1 : traits.window());
  const isReady = (): boolean => link.state().phase === 'ready' && !isDisposed;
  const beingSent = (): UserId[] => [...enqueuing].filter((one) => one.isSentAtOnce).map((one) => one.peerId);

  function stopTimer(item: Queued): void {
    ackTimers.get(item.rowId)?.();
    ackTimers.delete(item.rowId);
  }
  function forget(item: Queued): void {
    stopTimer(item);
    if (queue.get(item.rowId) === item) queue.remove(item.rowId);
  }

  async function write(item: Queued): Promise<void> {
    // The connection has just been lost: its end puts the message in doubt.
    if (!isReady()) return;
    item.isWritten = true;
    await link.send({
      kind: 'send-message',
      messageId: item.messageId,
      senderId: deps.self,
      receiverId: item.peerId,
      content: item.text,
    });
    if (queue.get(item.rowId) !== item || item.state !== 'in-flight') return;
    // Also where the socket did not take it: such a socket is ending, and this makes sure that it ends.
    stopTimer(item);
    const timeoutMs = ackTimeoutMs + link.worstRoundTripMs();
    ackTimers.set(
      item.rowId,
      clock.setTimer(timeoutMs, () => {
        log('ack-missing', { afterMs: timeoutMs });
        item.silences += 1;
        isResetByUs = true;
        link.reset('timeout');
      }),
    );
  }

  async function pumpOnce(): Promise<boolean> {
    if (!isReady()) return false;
    const batch = chooseSendable(queue.items(), window(), beingSent());
    if (batch.length === 0) return false;
    for (const item of batch) Object.assign(item, { state: 'in-flight', isWritten: false });
    try {
      publish(await store.markInFlight({ rowIds: batch.map((item) => item.rowId) }));
    } catch (error) {
      // Nothing of it was written, whatever became of the connection meanwhile.
      for (const item of batch) item.state = 'queued';
      throw error;
    }
    const sendable = batch.filter((item) => item.state === 'in-flight' && queue.get(item.rowId) === item);
    await Promise.all(sendable.map(write));
    return true;
  }

  /** One pump at a time; a call during one makes it look again. */
  async function pump(): Promise<void> {
    isPumpWanted = true;
    pumping ??= runPump();
    await pumping;
  }

  async function runPump(): Promise<void> {
    try {
      while (isPumpWanted) {
        isPumpWanted = false;
        while (await pumpOnce());
      }
    } catch (error) {
      log('outbox-pump-failed', { error: error instanceof Error ? error.name : 'unknown' });
      clock.setTimer(storeRetryMs, () => void pump());
    } finally {
      pumping = null;
    }
  }

  const acks = createAcks({
    queue,
    store,
    clock,
    log,
    traits,
    publish,
    onAcked: (item) => {
      stopTimer(item);
      deps.history().noteConfirmed(item.messageId);
    },
    forget,
    onRoom: () => void pump(),
    isDisposed: () => isDisposed,
  });
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
    onSettled: () => void pump(),
  });

  /** Whether this text may be committed as in flight, because it can be written right after. */
  function maySendAtOnce(peerId: UserId): boolean {
    if (!isReady() || pumping !== null) return false;
    if ([...enqueuing].some((one) => one.peerId === peerId) || isBlocked(peerId)) return false;
    return inFlight().length + beingSent().length < window();
  }
  const isBlocked = (peerId: UserId): boolean =>
    queue.items().some((item) => item.peerId === peerId && (item.state === 'queued' || item.state === 'in-doubt'));

  async function sendText(input: { commandId: CommandId; peerId: UserId; text: string }): Promise<MessageView> {
    const { peerId } = input;
    const turn = { peerId, isSentAtOnce: maySendAtOnce(peerId) };
    enqueuing.add(turn);
    try {
      const { message, changes } = await store.enqueueText({
        ...input,
        messageIds: freshMessageIds(deps.random),
        isSentAtOnce: turn.isSentAtOnce,
        nowMs: clock.nowMs(),
      });
      enqueuing.delete(turn);
      if (queue.get(message.rowId) !== undefined) return message;
      if (changes.messages.length === 0) {
        queue.adopt(message);
        return message;
      }
      // The connection may have gone, or come anew, while the store was busy: then its turn is found out afresh.
      const isWrittenNow = turn.isSentAtOnce && isReady() && !isBlocked(peerId) && inFlight().length < window();
      const item = newlyQueued({ ...message, state: isWrittenNow ? 'in-flight' : 'queued' });
      queue.add(item);
      publish(changes);
      if (isWrittenNow) void write(item);
      else if (turn.isSentAtOnce) void store.requeue({ rowIds: [item.rowId] }).then(publish, noteFailure);
      return message;
    } finally {
      enqueuing.delete(turn);
      void pump();
    }
  }

  /** The message is safe all the same: it is queued here, and in doubt after a restart. */
  function noteFailure(): void {
    log('outbox-requeue-failed');
  }

  async function retry(rowId: RowId): Promise<Result<MessageView>> {
    const { message, changes } = await store.retry({ rowId });
    if (message === null) return err(appError('not-found'));
    if (changes.messages.length > 0 && queue.get(rowId) === undefined) queue.adopt(message);
    publish(changes);
    onReady();
    return ok(message);
  }

  async function onClosed(code: number): Promise<void> {
    closedAtMs = clock.monotonicMs();
    const flying = inFlight();
    const written = flying.filter((item) => item.isWritten);
    for (const item of flying) {
      stopTimer(item);
      Object.assign(item, { state: 'in-doubt', isWritten: false });
    }
    const verdict = isResetByUs ? 'innocent' : verdictOfClose(code);
    isResetByUs = false;
    const [head] = written;
    if (head === undefined || verdict === 'innocent') return;
    head.closes += 1;
    for (const item of written) item.isSuspect = true;
    if (verdict === 'unknown' || written.length > 1) return;
    publish(await store.park({ rowId: head.rowId, reason: verdict }));
    forget(head);
  }

  /** What is known here is kept: it is never ahead of what the store has committed. */
  async function reload(): Promise<void> {
    await store.markInDoubt({});
    const stored = await store.getOutbox({});
    const before = new Map(queue.items().map((item) => [item.rowId, item]));
    queue.clear();
    for (const row of stored) {
      const known = before.get(row.rowId);
      if (known?.messageId !== row.messageId) queue.add(newlyQueued(row));
      else {
        // Proven absent, and the answer that said so was lost. Anything else the store may have noted too late.
        if (known.state === 'in-doubt' && row.state === 'queued') known.state = 'queued';
        queue.add(known);
        before.delete(row.rowId);
      }
    }
    for (const gone of before.values()) stopTimer(gone);
    onReady();
  }

  function onReady(): void {
    reconciler.start();
    void pump();
  }

  return {
    reload,
    sendText,
    retry,
    onAck: acks.take,
    observe: (changes) => {
      const removed = changes.removedMessages.map(({ rowId }) => rowId);
      const settled = changes.messages.filter(
        ({ state }) => state === 'sent' || state === 'read' || state === 'failed',
      );
      let isAny = false;
      for (const rowId of [...removed, ...settled.map((message) => message.rowId)]) {
        const item = queue.get(rowId);
        if (item === undefined || item.state === 'acked') continue;
        forget(item);
        isAny = true;
      }
      if (isAny) void pump();
    },
    onReady,
    onClosed,
    dispose: () => {
      isDisposed = true;
      for (const cancel of ackTimers.values()) cancel();
    },
  };
}
