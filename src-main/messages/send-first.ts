import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Store } from '../ports.ts';
import type { Changes } from '../store/operations.ts';
import { isFile, type OutboxQueue } from './outbox-queue.ts';

export type SendFirst = {
  /** See `Outbox.sendFirst`. */
  readonly sendFirst: (rowId: RowId) => Promise<void>;
  /** Conversations whose order the store is just changing: nothing of them may be sent in the old one. */
  readonly beingArranged: () => UserId[];
};

type SendFirstDeps = {
  readonly queue: Pick<OutboxQueue, 'get' | 'arrange'>;
  readonly store: Pick<Store, 'sendFirst'>;
  readonly publish: (changes: Changes) => void;
  /** What was held back may go on. */
  readonly onArranged: () => void;
};

/** Lets a person say which of the files that wait is to go next. */
export function createSendFirst({ queue, store, publish, onArranged }: SendFirstDeps): SendFirst {
  const arranging: UserId[] = [];
  let lastHurry = 0;
  return {
    beingArranged: () => arranging,
    sendFirst: async (rowId) => {
      const item = queue.get(rowId);
      if (item === undefined || !isFile(item) || item.state !== 'queued') return;
      arranging.push(item.peerId);
      try {
        const { order, changes } = await store.sendFirst({ rowId });
        queue.arrange(order);
        lastHurry += 1;
        item.hurry = lastHurry;
        publish(changes);
      } finally {
        arranging.splice(arranging.indexOf(item.peerId), 1);
        onArranged();
      }
    },
  };
}
