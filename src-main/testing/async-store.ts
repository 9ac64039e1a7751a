import { createOperations, type DatabaseOperations } from '../store/create-operations.ts';
import { openStore, type OpenedStore } from '../store/open-store.ts';
import type { OpenInput, OpenReport } from '../store/operations.ts';
import { operationNames, type OperationName } from '../store/store-protocol.ts';
import { StoreFailure, type Store } from '../ports.ts';

export type AsyncStore = {
  readonly store: Store;
  /** The open database, asked past the queue: to look, not to change. */
  readonly look: () => DatabaseOperations;
  /** Calls in the order in which they were asked. */
  readonly calls: OperationName[];
  readonly opened: OpenInput[];
  /** Everything asked from now on waits until the function returned is called. */
  readonly hold: () => () => void;
  /** The next `times` calls of this operation fail, before they have done anything. */
  readonly fail: (name: OperationName, code: StoreFailure['code'], times?: number) => void;
  /** Tells that the process was replaced. */
  readonly tellRestarted: (report?: OpenReport) => void;
  /** The open file was found damaged and set aside by the next process: an empty one is in its place. */
  readonly replaceDamaged: () => void;
};

/** The real operations on a real database, answered later and in order as by the store's process. */
export function createAsyncStore(): AsyncStore {
  const calls: OperationName[] = [];
  const opened: OpenInput[] = [];
  const failing = new Map<OperationName, { code: StoreFailure['code']; times: number }>();
  const listeners = new Set<(report: OpenReport) => void>();
  let tail: Promise<unknown> = Promise.resolve();
  let current: { opened: OpenedStore; operations: DatabaseOperations } | null = null;

  function look(): DatabaseOperations {
    if (current === null) throw new StoreFailure('store-unavailable', 'no database is open');
    return current.operations;
  }
  function close(): void {
    current?.opened.close();
    current = null;
  }
  function run(name: OperationName, input: unknown): unknown {
    const failure = failing.get(name);
    if (failure !== undefined && failure.times > 0) {
      failure.times -= 1;
      throw new StoreFailure(failure.code, name);
    }
    if (name === 'close') return close();
    if (name === 'open') {
      close();
      opened.push(input as OpenInput);
      const store = openStore(input as OpenInput, 0);
      current = { opened: store, operations: createOperations(store.context) };
      return store.report;
    }
    return (look()[name] as (input: unknown) => unknown)(input);
  }
  function ask(name: OperationName, input: unknown): Promise<unknown> {
    calls.push(name);
    const answer = tail.then(() => run(name, input));
    tail = answer.catch(() => undefined);
    return answer;
  }

  const tellRestarted = (report: OpenReport = { outcome: 'opened', keptAs: null }): void => {
    for (const listener of listeners) listener(report);
  };
  const operations = Object.fromEntries(operationNames.map((name) => [name, (input: unknown) => ask(name, input)]));
  return {
    store: {
      ...(operations as Omit<Store, 'onRestarted' | 'dispose'>),
      onRestarted: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      dispose: async () => close(),
    },
    look,
    calls,
    opened,
    hold: () => {
      let release = (): void => {};
      const gate = new Promise<void>((resolve) => (release = resolve));
      tail = tail.then(() => gate);
      return release;
    },
    fail: (name, code, times = 1) => void failing.set(name, { code, times }),
    tellRestarted,
    replaceDamaged: () => {
      const input = opened.at(-1);
      if (input === undefined) throw new Error('no database is open');
      run('open', { ...input, path: null });
      tellRestarted({ outcome: 'set-aside', keptAs: 'history.db.bad-1', saved: { messages: 0, drafts: 0 } });
    },
  };
}
