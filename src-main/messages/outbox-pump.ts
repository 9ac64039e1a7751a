import type { Clock, Logger, Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import type { OutboxQueue, Queued } from './outbox-queue.ts';

export type Pump = {
  /** Sends whatever may be sent. Resolves when there is nothing more that may, or the store failed. */
  readonly pump: () => Promise<void>;
  readonly isPumping: () => boolean;
};

export type PumpDeps = {
  readonly queue: Pick<OutboxQueue, 'get'>;
  readonly store: Pick<Store, 'markInFlight'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly publish: (changes: Changes) => void;
  readonly isReady: () => boolean;
  /** What may be sent next, in order. */
  readonly choose: () => Queued[];
  readonly write: (item: Queued) => Promise<void>;
  /** A store that failed is asked again after this time. */
  readonly retryMs: number;
};

/** Takes messages out of the queue in their order and hands them on, each noted as in flight before it is written. */
export function createPump(deps: PumpDeps): Pump {
  const { queue } = deps;
  let pumping: Promise<void> | null = null;
  let isPumpWanted = false;

  async function pumpOnce(): Promise<boolean> {
    if (!deps.isReady()) return false;
    const batch = deps.choose();
    if (batch.length === 0) return false;
    for (const item of batch) Object.assign(item, { state: 'in-flight', isWritten: false, isWhole: false });
    try {
      deps.publish(await deps.store.markInFlight({ rowIds: batch.map((item) => item.rowId) }));
    } catch (error) {
      // Nothing of it was written, whatever became of the connection meanwhile. A late ack may have come all the same.
      for (const item of batch) if (item.state !== 'acked') item.state = 'queued';
      throw error;
    }
    const sendable = batch.filter((item) => item.state === 'in-flight' && queue.get(item.rowId) === item);
    await Promise.all(sendable.map(deps.write));
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
      deps.log('outbox-pump-failed', { error: error instanceof Error ? error.name : 'unknown' });
      deps.clock.setTimer(deps.retryMs, () => void pump());
    } finally {
      pumping = null;
    }
  }

  return { pump, isPumping: () => pumping !== null };
}
