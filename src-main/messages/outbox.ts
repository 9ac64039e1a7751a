import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { CommandId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { Link } from '../connection/link.ts';
import type { Cancel, Clock, Logger, Random, Store } from '../ports.ts';
import type { Ack, Changes, OutboxItem } from '../store/operations.ts';
import { createReconciler } from './reconcile.ts';
import { chooseSendable, freshMessageIds, type Queued } from './outbox-queue.ts';
import type { History } from './history.ts';
import type { Traits } from './traits.ts';

/** A message that the server has not acknowledged in this time is in doubt, and so is the connection (safety R10). */
const ackTimeoutMs = 10_000;
/** Close codes that blame what was sent (safety F10, R29). */
const blamingCodes = new Map<number, 'too-large' | 'refused'>([
  [1009, 'too-large'],
  [1003, 'refused'],
  [1007, 'refused'],
  [1008, 'refused'],
]);
/** So many connections in a row that ended with the same message first in flight: it is the message (safety R30). */
const maxClosesInARow = 3;

export type Outbox = {
  /** Reads the queue from the store: at the start and whenever the store's process was replaced. */
  readonly reload: () => Promise<void>;
  /** Commits a text (safety §4.2 step 1) and sends it as soon as its turn comes. */
  readonly sendText: (input: { commandId: CommandId; peerId: UserId; text: string }) => Promise<MessageView>;
  readonly retry: (rowId: RowId) => Promise<Result<MessageView>>;
  readonly onAck: (ack: Ack) => void;
  /** Watches what the store says: a row that turned out to be on the server leaves the queue. */
  readonly observe: (changes: Changes) => void;
  readonly onReady: () => Promise<void>;
  readonly onClosed: (code: number) => Promise<void>;
  readonly isAcknowledged: (messageId: OutboxItem['messageId']) => boolean;
};

export type OutboxDeps = {
  readonly self: UserId;
  readonly store: Store;
  readonly link: Pick<Link, 'state' | 'send' | 'reset' | 'worstRoundTripMs'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly traits: Traits;
  readonly history: () => History;
  readonly publish: (changes: Changes) => void;
};

/** The one way out for messages: first send, retry and resend after a restart (safety §4.2). */
export function createOutbox(deps: OutboxDeps): Outbox {
  const { store, link, clock, traits, publish } = deps;
  /** In the order of writing. A mirror of the store's outbox: changed only after the store has committed. */
  const queue = new Map<RowId, Queued>();
  const enqueuing = new Map<UserId, number>();
  const ackTimers = new Map<RowId, Cancel>();
  const acknowledged = new Set<OutboxItem['messageId']>();
  const acks: Ack[] = [];
  let isTakingAcks = false;
  let pumping: Promise<void> | null = null;
  let isPumpWanted = false;
  /** After a close that blames one of several: one at a time until the culprit is known. */
  let isOneByOne = false;
  let closedAtMs = -Infinity;

  const inFlight = (): Queued[] => [...queue.values()].filter((item) => item.state === 'in-flight');
  const window = (): number => (isOneByOne ? 1 : traits.window());
  const isReady = (): boolean => link.state().phase === 'ready';

  function forget(rowId: RowId): void {
    queue.delete(rowId);
    ackTimers.get(rowId)?.();
    ackTimers.delete(rowId);
  }

  async function write(item: Queued): Promise<void> {
    const sent = await link.send({
      kind: 'send-message',
      messageId: item.messageId,
      senderId: deps.self,
      receiverId: item.peerId,
      content: item.text,
    });
    if (!queue.has(item.rowId) || item.state !== 'in-flight') return;
    if (!sent.ok) {
      // Handed to no socket, yet committed as in flight: only the server knows for sure.
      item.state = 'in-doubt';
      if (isReady()) void reconciler.start();
      return;
    }
    ackTimers.get(item.rowId)?.();
    ackTimers.set(
      item.rowId,
      clock.setTimer(ackTimeoutMs + link.worstRoundTripMs(), () => {
        if (item.state === 'in-flight') link.reset('timeout');
      }),
    );
  }

  async function pumpOnce(): Promise<boolean> {
    if (!isReady()) return false;
    const batch = chooseSendable([...queue.values()], window());
    if (batch.length === 0) return false;
    for (const item of batch) item.state = 'in-flight';
    publish(await store.markInFlight({ rowIds: batch.map((item) => item.rowId) }));
    for (const item of batch) item.attempts += 1;
    await Promise.all(batch.filter((item) => item.state === 'in-flight').map(write));
    return true;
  }

  /** One pump at a time; a call during one makes it look again. */
  function pump(): Promise<void> {
    isPumpWanted = true;
    pumping ??= (async () => {
      try {
        while (isPumpWanted) {
          isPumpWanted = false;
          while (await pumpOnce());
        }
      } catch (error) {
        deps.log('outbox-pump-failed', { error: error instanceof Error ? error.name : 'unknown' });
      } finally {
        pumping = null;
      }
    })();
    return pumping;
  }

  const reconciler = createReconciler({
    store,
    clock,
    link,
    history: deps.history,
    publish,
    closedAtMs: () => closedAtMs,
    doubtful: () => [...queue.values()].filter((item) => item.state === 'in-doubt'),
    requeued: (rowIds) => {
      for (const rowId of rowIds) {
        const item = queue.get(rowId);
        if (item !== undefined) item.state = 'queued';
      }
    },
    parked: forget,
    done: () => void pump(),
  });

  async function sendText({
    commandId,
    peerId,
    text,
  }: {
    commandId: CommandId;
    peerId: UserId;
    text: string;
  }): Promise<MessageView> {
    const waiting = [...queue.values()].filter((item) => item.state !== 'acked');
    const pendingHere = enqueuing.get(peerId) ?? 0;
    const pendingAll = [...enqueuing.values()].reduce((sum, count) => sum + count, 0);
    const isSentAtOnce =
      isReady() &&
      pumping === null &&
      pendingHere === 0 &&
      !waiting.some((item) => item.peerId === peerId && item.state !== 'in-flight') &&
      inFlight().length + pendingAll < window();
    enqueuing.set(peerId, pendingHere + 1);
    try {
      const { message, changes } = await store.enqueueText({
        commandId,
        peerId,
        messageIds: freshMessageIds(deps.random),
        text,
        isSentAtOnce,
        nowMs: clock.nowMs(),
      });
      // The same command again: the message is on its way already, or has arrived.
      if (changes.messages.length === 0) return message;
      const state = isSentAtOnce ? 'in-flight' : 'queued';
      const item: Queued = {
        rowId: message.rowId,
        peerId,
        messageId: message.messageId,
        text,
        state,
        attempts: isSentAtOnce ? 1 : 0,
        closes: 0,
      };
      queue.set(item.rowId, item);
      publish(changes);
      if (isSentAtOnce) void write(item);
      else void pump();
      return message;
    } finally {
      enqueuing.set(peerId, (enqueuing.get(peerId) ?? 1) - 1);
    }
  }

  /** An ack names our id, or, on servers that assign their own, theirs: then the one message in flight is meant (safety R9). */
  function resolveAck(ack: Ack): Ack {
    const known = [...queue.values()].some((item) => item.messageId === ack.messageId);
    const flying = inFlight();
    const only = flying.length === 1 ? flying[0] : undefined;
    if (known || only === undefined || traits.echoesIds() || acknowledged.has(ack.messageId)) return ack;
    return { ...ack, messageId: only.messageId, serverId: ack.messageId };
  }

  async function takeAcks(): Promise<void> {
    if (isTakingAcks) return;
    isTakingAcks = true;
    try {
      while (acks.length > 0) {
        const batch = acks.splice(0, acks.length).map(resolveAck);
        const rows = [...queue.values()].filter((item) => batch.some((ack) => ack.messageId === item.messageId));
        // The window opens as soon as the ack is here; the row follows with its commit.
        for (const item of rows) item.state = 'acked';
        for (const item of rows) acknowledged.add(item.messageId);
        void pump();
        const { changes } = await store.markSent({ acks: batch });
        for (const item of rows) forget(item.rowId);
        if (![...queue.values()].some((item) => item.closes > 0)) isOneByOne = false;
        publish(changes);
        const matched = batch.filter((ack) => ack.serverId === null || ack.serverId === ack.messageId).length;
        if (rows.length > 0) await traits.sawMatchedAcks(Math.min(matched, rows.length));
        void pump();
      }
    } catch (error) {
      deps.log('acks-failed', { error: error instanceof Error ? error.name : 'unknown' });
    } finally {
      isTakingAcks = false;
    }
  }

  async function onClosed(code: number): Promise<void> {
    closedAtMs = clock.monotonicMs();
    const flying = inFlight();
    for (const cancel of ackTimers.values()) cancel();
    ackTimers.clear();
    if (flying.length === 0) return;
    for (const item of flying) item.state = 'in-doubt';
    publish(await store.markInDoubt({}));
    const reason = blamingCodes.get(code);
    const [head] = flying;
    if (head === undefined) return;
    head.closes += 1;
    isOneByOne = true;
    const verdict =
      reason !== undefined && flying.length === 1 ? reason : head.closes >= maxClosesInARow ? 'poison' : null;
    if (verdict === null) return;
    forget(head.rowId);
    publish(await store.park({ rowId: head.rowId, reason: verdict }));
  }

  async function reload(): Promise<void> {
    publish(await store.markInDoubt({}));
    const items = await store.getOutbox({});
    const closes = new Map([...queue.values()].map((item) => [item.rowId, item.closes]));
    queue.clear();
    for (const item of items) queue.set(item.rowId, { ...item, closes: closes.get(item.rowId) ?? 0 });
    if (isReady()) await reconciler.start();
  }

  return {
    reload,
    sendText,
    retry: async (rowId) => {
      const { message, changes } = await store.retry({ rowId });
      if (message === null) return err(appError('not-found'));
      publish(changes);
      const item = (await store.getOutbox({})).find((candidate) => candidate.rowId === rowId);
      if (item !== undefined) queue.set(rowId, { ...item, closes: 0 });
      void pump();
      return ok(message);
    },
    onAck: (ack) => {
      acks.push(ack);
      void takeAcks();
    },
    observe: (changes) => {
      for (const message of changes.messages) {
        const item = queue.get(message.rowId);
        if (
          item !== undefined &&
          item.state !== 'acked' &&
          (message.state === 'sent' || message.state === 'read' || message.state === 'failed')
        )
          forget(message.rowId);
      }
      for (const { rowId } of changes.removedMessages) forget(rowId);
    },
    onReady: async () => {
      await reconciler.start();
      await pump();
    },
    onClosed,
    isAcknowledged: (messageId) => acknowledged.has(messageId),
  };
}
