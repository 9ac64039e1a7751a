import { StoreFailure, type Store } from '../ports.ts';
import { operationNames } from '../store/store-protocol.ts';

export type ScopedStore = {
  readonly store: Store;
  /** From now on every call fails, and nobody is told of restarts. */
  readonly end: () => void;
};

type Operations = Omit<Store, 'onRestarted' | 'onHistoryProgress' | 'dispose'>;

/**
 * The store as one account may use it. There is one store, which opens one account's database after the other: work
 * that is still under way when its account is closed must not write into the next one's.
 */
export function createScopedStore(whole: Store): ScopedStore {
  let hasEnded = false;
  const guard =
    <Input, Output>(call: (input: Input) => Promise<Output>) =>
    (input: Input): Promise<Output> =>
      hasEnded ? Promise.reject(new StoreFailure('store-unavailable', 'the account was closed')) : call(input);
  const calls = operationNames.map((name) => [name, guard(whole[name] as (input: unknown) => Promise<unknown>)]);
  return {
    store: {
      ...(Object.fromEntries(calls) as Operations),
      dispose: whole.dispose,
      onRestarted: (listener) =>
        whole.onRestarted((report) => {
          if (!hasEnded) listener(report);
        }),
      onHistoryProgress: (listener) =>
        whole.onHistoryProgress((progress) => {
          if (!hasEnded) listener(progress);
        }),
    },
    end: () => {
      hasEnded = true;
    },
  };
}
