import type { MessageId } from '../../src-shared/kernel/ids.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Ack, Changes } from '../store/operations.ts';
import type { OutboxQueue, Queued } from './outbox-queue.ts';
import type { Traits } from './traits.ts';

/** An ack that the store could not note is offered to it again after this time. */
const retryMs = 2_000;

export type Acks = {
  readonly take: (ack: Ack) => void;
};

export type AcksDeps = {
  readonly queue: OutboxQueue;
  readonly store: Pick<Store, 'markSent'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly traits: Traits;
  readonly publish: (changes: Changes) => void;
  /** It is confirmed: nothing waits for its ack any more. */
  readonly onAcked: (item: Queued) => void;
  readonly forget: (item: Queued) => void;
  /** There may be room for the next one. */
  readonly onRoom: () => void;
  readonly isDisposed: () => boolean;
};

/** `isInferred`: it named an id of the server's own and can only mean the one message in flight. */
type Taken = { readonly ack: Ack; readonly isInferred: boolean };

/** Binds MESSAGE_RECEIVED_SELF to messages. Late, repeated and unknown ones are harmless (safety R6 to R9). */
export function createAcks(deps: AcksDeps): Acks {
  const { queue, store, traits } = deps;
  /** Ids of the server's own that have found their message: a repeat must not find another one. */
  const inferredFrom = new Set<MessageId>();
  const waiting: Taken[] = [];
  let isBusy = false;

  /** On a server not yet seen to echo ids, an unknown ack can only mean the one message in flight (safety R9). */
  function onlyOneInFlight(): Queued | null {
    if (traits.echoesIds()) return null;
    const flying = queue.items().filter((item) => item.state === 'in-flight' && item.isWritten);
    return flying.length === 1 ? (flying[0] ?? null) : null;
  }

  async function settle(batch: readonly Taken[]): Promise<void> {
    const rows = new Map<Queued, Taken>();
    for (const taken of batch) {
      const item = queue.find(taken.ack.messageId);
      if (item !== undefined) rows.set(item, taken);
    }
    // The window opens as soon as the ack is here; the row follows with its commit.
    for (const item of rows.keys()) {
      item.state = 'acked';
      deps.onAcked(item);
    }
    const only = onlyOneInFlight();
    deps.onRoom();
    const { changes, unmatched } = await store.markSent({ acks: batch.map(({ ack }) => ack) });
    for (const item of rows.keys()) deps.forget(item);
    deps.publish(changes);
    if (only !== null) inferFrom(unmatched, batch, only);
    const echoed = [...rows.values()].filter((taken) => !taken.isInferred).length;
    if (echoed > 0) await traits.sawMatchedAcks(echoed);
    deps.onRoom();
  }

  /** Only an id that names nothing I ever wrote may be one of the server's own. */
  function inferFrom(unmatched: readonly MessageId[], batch: readonly Taken[], only: Queued): void {
    const taken = batch.find(({ ack }) => unmatched.includes(ack.messageId) && !inferredFrom.has(ack.messageId));
    if (taken === undefined || queue.get(only.rowId) !== only || only.state !== 'in-flight') return;
    const { ack } = taken;
    inferredFrom.add(ack.messageId);
    waiting.unshift({ ack: { ...ack, messageId: only.messageId, serverId: ack.messageId }, isInferred: true });
  }

  async function drain(): Promise<void> {
    if (isBusy) return;
    isBusy = true;
    let batch: Taken[] = [];
    try {
      while (waiting.length > 0) {
        batch = waiting.splice(0);
        await settle(batch);
        batch = [];
      }
    } catch (error) {
      deps.log('acks-failed', { error: error instanceof Error ? error.name : 'unknown' });
      waiting.unshift(...batch);
      if (!deps.isDisposed()) deps.clock.setTimer(retryMs, () => void drain());
    } finally {
      isBusy = false;
    }
  }

  return {
    take: (ack) => {
      waiting.push({ ack, isInferred: false });
      void drain();
    },
  };
}
