import type { MessageId } from '../../src-shared/kernel/ids.ts';
import type { Clock, Logger, Store } from '../ports.ts';
import type { Ack, Changes } from '../store/operations.ts';
import type { OutboxQueue, Queued } from './outbox-queue.ts';
import type { Traits } from './traits.ts';

/** An ack that the store could not note is offered to it again after this time. */
const retryMs = 2_000;
/** A message whose ack may have come under another id is looked for so often before its own time is over. */
const maxLooks = 3;
/** A repeat comes within moments: the ids of so many acks are far more than those. */
const maxRemembered = 1_000;

export type Acks = {
  readonly take: (ack: Ack) => void;
  /** It left the queue with nobody knowing whether the server has it: its ack may still come. */
  readonly noteStray: (item: Queued) => void;
  /** The connection ended, and with it what could still be acknowledged on it. */
  readonly onClosed: () => void;
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
  /** Something was acknowledged that may be this message: only its history can tell. */
  readonly look: (item: Queued) => void;
  /** There may be room for the next one. */
  readonly onRoom: () => void;
  readonly isDisposed: () => boolean;
};

/**
 * What was in flight when it came, and is what it may mean should it name an id of the server's own; `isOnly`: what it
 * can only mean then. `isInferred`: that is what it was found to be.
 */
type Taken = {
  readonly ack: Ack;
  readonly flying: Queued | null;
  readonly isOnly: boolean;
  readonly isInferred: boolean;
};

/** Binds MESSAGE_RECEIVED_SELF to messages. Late, repeated and unknown ones are harmless (safety R6 to R9). */
export function createAcks(deps: AcksDeps): Acks {
  const { queue, store, traits } = deps;
  /** Ids of the server's own that have found their message: a repeat must not find another one. */
  const inferredFrom = new Set<MessageId>();
  const waiting: Taken[] = [];
  let isBusy = false;
  /** Something that the present connection may still acknowledge is not in the queue any more. */
  let hasStray = false;
  const looks = new WeakMap<Queued, number>();

  /**
   * On a server not yet seen to echo ids, an unknown ack can only mean the one message in flight when it comes (safety
   * R9); not so while another one is in doubt, or was removed before its ack came: then it may be late, and mean that
   * one (safety R7).
   */
  function meantByUnknown(): Pick<Taken, 'flying' | 'isOnly'> {
    if (traits.echoesIds()) return { flying: null, isOnly: false };
    const open = queue.items().filter((item) => item.state === 'in-doubt' || item.isWritten);
    const flying = open.find((item) => item.state === 'in-flight' && item.isWhole) ?? null;
    return { flying, isOnly: open.length === 1 && !hasStray };
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
    deps.onRoom();
    const { changes, unmatched } = await store.markSent({ acks: batch.map(({ ack }) => ack) });
    for (const item of rows.keys()) deps.forget(item);
    deps.publish(changes);
    inferFrom(unmatched, batch);
    const echoed = [...rows.values()].filter((taken) => !taken.isInferred).length;
    if (echoed > 0) await traits.sawMatchedAcks(echoed);
    deps.onRoom();
  }

  /** Only an id that names nothing I ever wrote may be one of the server's own. */
  function inferFrom(unmatched: readonly MessageId[], batch: readonly Taken[]): void {
    for (const { ack, flying, isOnly } of batch) {
      if (flying === null || queue.get(flying.rowId) !== flying || flying.state !== 'in-flight') continue;
      if (!unmatched.includes(ack.messageId) || inferredFrom.has(ack.messageId)) continue;
      if (!isOnly) {
        look(flying);
        continue;
      }
      inferredFrom.add(ack.messageId);
      for (const oldest of inferredFrom) {
        if (inferredFrom.size <= maxRemembered) break;
        inferredFrom.delete(oldest);
      }
      const meant = { ...ack, messageId: flying.messageId, serverId: ack.messageId };
      waiting.unshift({ ack: meant, flying: null, isOnly: false, isInferred: true });
      return;
    }
  }

  /** Its own time would be over only after seconds, and cost the connection. */
  function look(item: Queued): void {
    const times = (looks.get(item) ?? 0) + 1;
    looks.set(item, times);
    if (times <= maxLooks) deps.look(item);
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
      waiting.push({ ack, ...meantByUnknown(), isInferred: false });
      void drain();
    },
    noteStray: (item) => {
      hasStray ||= item.isWritten || item.state === 'in-doubt';
    },
    onClosed: () => {
      hasStray = false;
    },
  };
}
