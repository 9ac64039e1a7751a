import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { maxQueryLength } from '../../../src-shared/domain/limits.ts';
import {
  createSearchStore,
  optionsOf,
  withMore,
  withoutHits,
  withQuery,
  withResults,
  withSearchFailed,
  type SearchOption,
  type SearchState,
  type SearchStore,
} from './search-store.ts';

const pageSize = 20;
/** Keys closer together than this are one search. */
const typingMs = 60;

export type Searcher = {
  readonly store: SearchStore;
  /** What stands in the box now. Ask only for what an input method has finished. */
  readonly type: (query: string) => void;
  /** Searches in one conversation, or everywhere; the box takes the focus. */
  readonly searchIn: (peerId: UserId | null) => void;
  /** The box takes the focus. */
  readonly focus: () => void;
  /** The next page, where there is one. */
  readonly loadMore: () => void;
  readonly showAllPeople: () => void;
  readonly activate: (index: number) => void;
  /** Something was opened: the conversation goes before the list. */
  readonly leave: () => void;
  /** Back to the lists. */
  readonly clear: () => void;
  readonly dispose: () => void;
};

/** Searches as the person types. A reply to an older query never takes the place of a newer one's. */
export function createSearcher(bridge: Bridge): Searcher {
  const store = createSearchStore();
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function find(): Promise<void> {
    const { query, scopePeerId: peerId, searchId } = store.getState();
    const reply = await bridge['search:find']({ query, peerId, before: null, limit: pageSize });
    store.setState((state) =>
      reply.ok ? withResults(state, searchId, reply.value) : withSearchFailed(state, searchId, reply.error),
    );
    if (isShort(store.getState())) await findMore();
  }

  async function findMore(): Promise<void> {
    const { results, searchId, scopePeerId: peerId, isLoadingMore, status } = store.getState();
    if (results?.next === undefined || results.next === null || isLoadingMore || status !== 'ready') return;
    store.setState({ isLoadingMore: true });
    const reply = await bridge['search:find']({ query: results.query, peerId, before: results.next, limit: pageSize });
    store.setState((state) => withMore(state, searchId, reply.ok ? reply.value : null));
    if (reply.ok && reply.value.messages.length < pageSize && isShort(store.getState())) await findMore();
  }

  /** A page may be empty and yet have a next one: there is too little to scroll by. */
  const isShort = ({ status, results }: SearchState): boolean =>
    status === 'ready' && results !== null && results.next !== null && results.messages.length < pageSize;

  function change(next: Parameters<typeof withQuery>[1]): void {
    clearTimeout(timer);
    store.setState((state) => withQuery(state, next));
    if (store.getState().status === 'searching') timer = setTimeout(() => void find(), typingMs);
  }
  const focus = (): void =>
    store.setState(({ focusRequests }) => ({ focusRequests: focusRequests + 1, isInFront: true }));

  const stop = bridge.on['messages:removed']((removed) =>
    store.setState((state) => withoutHits(state, new Set(removed.map(({ rowId }) => rowId)))),
  );
  return {
    store,
    type: (typed) => {
      const query = typed.slice(0, maxQueryLength);
      if (query !== store.getState().query) change({ query });
    },
    searchIn: (scopePeerId) => {
      if (scopePeerId !== store.getState().scopePeerId) change({ scopePeerId });
      focus();
    },
    focus,
    loadMore: () => void findMore(),
    showAllPeople: () =>
      store.setState(({ results }) => ({ results: results === null ? null : { ...results, showsAllPeople: true } })),
    activate: (index) => {
      const count = optionsOf(store.getState().results).length;
      store.setState({ activeIndex: Math.min(Math.max(0, index), Math.max(0, count - 1)) });
    },
    leave: () => store.setState({ isInFront: false }),
    clear: () => {
      change({ query: '', scopePeerId: null });
      store.setState({ isInFront: false });
    },
    dispose: () => {
      clearTimeout(timer);
      stop();
    },
  };
}

/**
 * Arrow keys, Home and End walk through the results. @returns the option that Enter opens, `moved` where the key was
 * taken, else null.
 */
export function pressInResults(key: string, searcher: Searcher): SearchOption | 'moved' | null {
  const { results, activeIndex } = searcher.store.getState();
  const options = optionsOf(results);
  const active = options[activeIndex];
  if (active === undefined) return null;
  if (key === 'Enter') return active;
  const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: options.length - 1 }[key];
  if (target === undefined) return null;
  searcher.activate(target);
  if (target >= options.length - 1) searcher.loadMore();
  return 'moved';
}
