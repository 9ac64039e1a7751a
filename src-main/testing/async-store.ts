import { ok } from '../../src-shared/kernel/result.ts';
import type { HeldId } from '../connection/inbound-frame.ts';
import { mergeHistory } from '../store/history-merge.ts';
import { sourceOf, type HistorySource } from '../store/history-source.ts';
import { decodeLargeFrame } from '../store/large-frame.ts';
import { createOperations, type DatabaseOperations } from '../store/create-operations.ts';
import { openStore, type OpenedStore } from '../store/open-store.ts';
import type { MergeProgress, MergeReport, OpenInput, OpenReport, StoreOperations } from '../store/operations.ts';
import { operationNames, type OperationName } from '../store/store-protocol.ts';
import { drain } from '../store/steps.ts';
import { StoreFailure, type HistoryProgress, type Store } from '../ports.ts';

export type AsyncStore = {
  readonly store: Store;
  /** The open database, asked past the queue: to look, not to change. */
  readonly look: () => DatabaseOperations;
  /** How many histories wait to be merged. */
  readonly heldCount: () => number;
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
  const progressListeners = new Set<(progress: HistoryProgress) => void>();
  const held = new Map<HeldId, HistorySource>();
  let lastHeld = 0 as HeldId;
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
    if (name === 'decodeFrame') return decode((input as { bytes: Uint8Array }).bytes);
    if (name === 'releaseFrame') return void held.delete((input as { held: HeldId }).held);
    if (name === 'mergeHistory') return merge(input as Parameters<StoreOperations['mergeHistory']>[0]);
    if (name === 'open') {
      close();
      opened.push(input as OpenInput);
      const store = openStore(input as OpenInput, 0);
      current = { opened: store, operations: createOperations(store.context) };
      return store.report;
    }
    return (look()[name as keyof DatabaseOperations] as (input: unknown) => unknown)(input);
  }
  function decode(bytes: Uint8Array): ReturnType<StoreOperations['decodeFrame']> {
    const decoded = drain(decodeLargeFrame(bytes));
    if (!decoded.ok) return decoded;
    if ('frame' in decoded.value) return ok(decoded.value.frame);
    const { history } = decoded.value;
    lastHeld = (lastHeld + 1) as HeldId;
    held.set(lastHeld, history);
    return ok({ kind: 'history-held', held: lastHeld, rowCount: history.rowCount });
  }
  function merge(input: Parameters<StoreOperations['mergeHistory']>[0]): MergeReport {
    look();
    const { peerId, messages } = input;
    const source = typeof messages === 'number' ? held.get(messages) : sourceOf(messages);
    if (source === undefined || current === null) throw new StoreFailure('store-unavailable', 'mergeHistory');
    if (typeof messages === 'number') held.delete(messages);
    const tell = (told: MergeProgress): void => {
      for (const listener of progressListeners) listener({ peerId, ...told });
    };
    return drain(mergeHistory(current.opened.context, { ...input, source }, tell));
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
      ...(operations as Omit<Store, 'onRestarted' | 'onHistoryProgress' | 'dispose'>),
      onHistoryProgress: (listener) => {
        progressListeners.add(listener);
        return () => void progressListeners.delete(listener);
      },
      onRestarted: (listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
      dispose: async () => close(),
    },
    look,
    heldCount: () => held.size,
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
