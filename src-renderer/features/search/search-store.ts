import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { RowId, UserId } from '../../../src-shared/kernel/ids.ts';
import type { ReplyOf } from '../../../src-shared/ipc/contract.ts';
import type { MessageHit, PersonHit, SearchCursor } from '../../../src-shared/ipc/views.ts';

/** So many people stand before the messages, until all are asked for. */
const fewPeople = 4;

export type SearchResults = {
  /** What they were found by. */
  readonly query: string;
  readonly people: readonly PersonHit[];
  readonly showsAllPeople: boolean;
  /** Newest first, each once. */
  readonly messages: readonly MessageHit[];
  /** Where more of them begin; null: there are no more. */
  readonly next: SearchCursor | null;
};

export type SearchState = {
  /** What stands in the box, without what an input method is still composing. */
  readonly query: string;
  /** Only messages with this person are searched; null: everything. */
  readonly scopePeerId: UserId | null;
  readonly status: 'idle' | 'searching' | 'ready' | 'failed';
  /** What is shown; it stays while the next ones are on their way. */
  readonly results: SearchResults | null;
  /** Why nothing could be found. Set when `failed`. */
  readonly error: AppError | null;
  /** More of the same are on their way. */
  readonly isLoadingMore: boolean;
  /** The option that the keys act on. */
  readonly activeIndex: number;
  /** Grows with each search: only the newest one's reply counts. */
  readonly searchId: number;
  /** Grows whenever the box is to take the focus. */
  readonly focusRequests: number;
  /** The person is at it: where there is room for one pane only, it is this one. */
  readonly isInFront: boolean;
};
export type SearchStore = StoreApi<SearchState>;

const idle: SearchState = {
  query: '',
  scopePeerId: null,
  status: 'idle',
  results: null,
  error: null,
  isLoadingMore: false,
  activeIndex: 0,
  searchId: 0,
  focusRequests: 0,
  isInFront: false,
};

/** The search of one account. */
export function createSearchStore(): SearchStore {
  return createStore<SearchState>(() => idle);
}

/** What can be chosen, in the order of the list. */
export type SearchOption =
  | { readonly kind: 'person'; readonly key: string; readonly person: PersonHit }
  | { readonly kind: 'all-people'; readonly key: string; readonly count: number }
  | { readonly kind: 'message'; readonly key: string; readonly message: MessageHit };

export function optionsOf(results: SearchResults | null): readonly SearchOption[] {
  if (results === null) return [];
  const { people, showsAllPeople, messages } = results;
  const isCut = !showsAllPeople && people.length > fewPeople;
  return [
    ...(isCut ? people.slice(0, fewPeople) : people).map(
      (person) => ({ kind: 'person', key: `person-${person.userId}`, person }) as const,
    ),
    ...(isCut ? [{ kind: 'all-people', key: 'all-people', count: people.length } as const] : []),
    ...messages.map((message) => ({ kind: 'message', key: `message-${message.rowId}`, message }) as const),
  ];
}

/** Another query or another scope: what is under way no more counts. Nothing to look for shows nothing. */
export function withQuery(
  state: SearchState,
  change: Partial<Pick<SearchState, 'query' | 'scopePeerId'>>,
): SearchState {
  const next = { ...state, ...change, searchId: state.searchId + 1, isLoadingMore: false, activeIndex: 0 };
  return next.query.trim() === ''
    ? { ...next, status: 'idle', results: null, error: null }
    : { ...next, status: 'searching' };
}

/** The first page arrived. */
export function withResults(state: SearchState, searchId: number, reply: ReplyOf<'search:find'>): SearchState {
  if (searchId !== state.searchId) return state;
  const results = { query: state.query, showsAllPeople: false, ...reply };
  return { ...state, status: 'ready', results, error: null, activeIndex: 0 };
}

export function withSearchFailed(state: SearchState, searchId: number, error: AppError): SearchState {
  return searchId === state.searchId ? { ...state, status: 'failed', results: null, error } : state;
}

/** The next page arrived; null: it could not be had, and may be asked for again. */
export function withMore(state: SearchState, searchId: number, reply: ReplyOf<'search:find'> | null): SearchState {
  const { results } = state;
  if (searchId !== state.searchId || results === null) return state;
  if (reply === null) return { ...state, isLoadingMore: false };
  const known = new Set(results.messages.map((message) => message.rowId));
  const added = reply.messages.filter((message) => !known.has(message.rowId));
  const messages = [...results.messages, ...added];
  return { ...state, isLoadingMore: false, results: { ...results, messages, next: reply.next } };
}

/** Messages are gone. */
export function withoutHits(state: SearchState, rowIds: ReadonlySet<RowId>): SearchState {
  const { results } = state;
  if (results === null) return state;
  const messages = results.messages.filter((message) => !rowIds.has(message.rowId));
  return messages.length === results.messages.length ? state : { ...state, results: { ...results, messages } };
}
