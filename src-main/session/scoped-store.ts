import { StoreFailure, type Store } from '../ports.ts';

export type ScopedStore = {
  readonly store: Store;
  /** From now on every call fails, and nobody is told of restarts. */
  readonly end: () => void;
};

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
  return {
    store: {
      open: guard(whole.open),
      close: guard(whole.close),
      getOverview: guard(whole.getOverview),
      replaceContacts: guard(whole.replaceContacts),
      upsertContact: guard(whole.upsertContact),
      getPage: guard(whole.getPage),
      getMessage: guard(whole.getMessage),
      saveDraft: guard(whole.saveDraft),
      enqueueText: guard(whole.enqueueText),
      getOutbox: guard(whole.getOutbox),
      markInFlight: guard(whole.markInFlight),
      markSent: guard(whole.markSent),
      markInDoubt: guard(whole.markInDoubt),
      requeue: guard(whole.requeue),
      park: guard(whole.park),
      retry: guard(whole.retry),
      deleteMessage: guard(whole.deleteMessage),
      applyPushed: guard(whole.applyPushed),
      mergeHistory: guard(whole.mergeHistory),
      applyCleared: guard(whole.applyCleared),
      markRead: guard(whole.markRead),
      getUnconfirmedReads: guard(whole.getUnconfirmedReads),
      getTraits: guard(whole.getTraits),
      setTraits: guard(whole.setTraits),
      dispose: whole.dispose,
      onRestarted: (listener) =>
        whole.onRestarted(() => {
          if (!hasEnded) listener();
        }),
    },
    end: () => {
      hasEnded = true;
    },
  };
}
