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
  /**
   * Opens the option that the keys act on. While what is shown answers an older query, the first of the newer one's is
   * opened once it is there, unless the person types, moves on or leaves before.
   */
  readonly choose: (onOpen: (option: SearchOption) => void) => void;
  /** Opens nothing that was chosen before it was there. */
  readonly forgetChoice: () => void;
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
  /** What to do with the first result of the search that is under way. */
  let awaited: ((option: SearchOption) => void) | null = null;

  function openAwaited(): void {
    const { status, results } = store.getState();
    const first = optionsOf(results)[0];
    if (status !== 'ready' || first === undefined) return;
    const open = awaited;
    awaited = null;
    open?.(first);
  }
  async function find(): Promise<void> {
    const { query, scopePeerId: peerId, searchId } = store.getState();
    const reply = await bridge['search:find']({ query, peerId, before: null, limit: pageSize });
    store.setState((state) =>
      reply.ok ? withResults(state, searchId, reply.value) : withSearchFailed(state, searchId, reply.error),
    );
    openAwaited();
    if (isShort(store.getState())) await findMore();
  }

  async function findMore(): Promise<void> {
    const { results, searchId, scopePeerId: peerId, isLoadingMore, status } = store.getState();
    if (results?.next === undefined || results.next === null || isLoadingMore || status !== 'ready') return;
    store.setState({ isLoadingMore: true });
    const reply = await bridge['search:find']({ query: results.query, peerId, before: results.next, limit: pageSize });
    store.setState((state) => withMore(state, searchId, reply.ok ? reply.value : null));
    openAwaited();
    if (reply.ok && reply.value.messages.length < pageSize && isShort(store.getState())) await findMore();
  }

  /** A page may be empty and yet have a next one: there is too little to scroll by. */
  const isShort = ({ status, results }: SearchState): boolean =>
    status === 'ready' && results !== null && results.next !== null && results.messages.length < pageSize;

  function change(next: Parameters<typeof withQuery>[1]): void {
    clearTimeout(timer);
    awaited = null;
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
      awaited = null;
      const count = optionsOf(store.getState().results).length;
      store.setState({ activeIndex: Math.min(Math.max(0, index), Math.max(0, count - 1)) });
    },
    choose: (onOpen) => {
      const { status, results, activeIndex } = store.getState();
      const active = optionsOf(results)[activeIndex];
      // Who has walked through results that are about to go means none of those that come.
      if (status === 'searching') awaited = activeIndex === 0 ? onOpen : null;
      else if (active !== undefined) onOpen(active);
    },
    forgetChoice: () => {
      awaited = null;
    },
    leave: () => {
      awaited = null;
      store.setState({ isInFront: false });
    },
    clear: () => {
      change({ query: '', scopePeerId: null });
      store.setState({ isInFront: false });
    },
    dispose: () => {
      clearTimeout(timer);
      awaited = null;
      stop();
    },
  };
}

/** Enter opens a result; arrow keys, Home and End walk through them. @returns whether the key was taken. */
export function pressInResults(key: string, searcher: Searcher, onOpen: (option: SearchOption) => void): boolean {
  const { results, activeIndex, status } = searcher.store.getState();
  const options = optionsOf(results);
  if (key === 'Enter' && (status === 'searching' || options[activeIndex] !== undefined)) {
    searcher.choose(onOpen);
    return true;
  }
  if (options.length === 0) return false;
  const target = { ArrowDown: activeIndex + 1, ArrowUp: activeIndex - 1, Home: 0, End: options.length - 1 }[key];
  if (target === undefined) return false;
  searcher.activate(target);
  if (target >= options.length - 1) searcher.loadMore();
  return true;
}
