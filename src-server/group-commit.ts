import type { Database } from '../src-shared/sql/gateway.ts';

/** One change that may share a transaction with others. */
export type Write = {
  /** Makes the change, inside a transaction; may run a second time after a rollback. Throws to refuse. */
  readonly apply: () => void;
  /** Called once, after the change is safely on disk: acknowledge and push here (safety R39). */
  readonly committed: () => void;
  /** Called once instead, when the change could not be kept. */
  readonly failed: (error: unknown) => void;
};

/**
 * Puts the writes that arrive in one turn of the event loop into one transaction: a durable commit costs a disk
 * sync, so a thousand messages a second must not need a thousand of them.
 */
export type GroupCommit = {
  submit(write: Write): void;
  /** Commits what is waiting now, so that what is read next has it. */
  flush(): void;
};

/** The event loop stands still for one transaction: 256 inserts take about 10 ms. */
const maxWritesPerTransaction = 256;

export function createGroupCommit(db: Database): GroupCommit {
  let waiting: Write[] = [];
  let isScheduled = false;

  function flush(): void {
    isScheduled = false;
    const writes = waiting;
    waiting = [];
    for (let start = 0; start < writes.length; start += maxWritesPerTransaction) {
      commit(writes.slice(start, start + maxWritesPerTransaction));
    }
  }

  function commit(writes: readonly Write[]): void {
    try {
      db.transaction(() => {
        for (const write of writes) write.apply();
      });
    } catch (error) {
      const [first] = writes;
      // One bad write must not take the others with it: each gets a transaction of its own.
      if (writes.length > 1) for (const write of writes) commit([write]);
      else first?.failed(error);
      return;
    }
    for (const write of writes) write.committed();
  }

  return {
    submit(write) {
      waiting.push(write);
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(flush);
    },
    flush,
  };
}
