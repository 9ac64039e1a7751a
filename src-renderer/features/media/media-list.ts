import { createStore, type StoreApi } from 'zustand/vanilla';
import { pageSize } from '../../../src-shared/domain/limits.ts';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { RowId, UserId } from '../../../src-shared/kernel/ids.ts';

export type MediaListState = {
  /** By position, the latest first, each once. */
  readonly messages: readonly MessageView[];
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly error: AppError | null;
};

export type MediaList = {
  readonly store: StoreApi<MediaListState>;
  /** Fetches the next page, of those before the last one. */
  readonly loadMore: () => Promise<void>;
  /** Fetches pages until this message is there, or there are no more. */
  readonly loadUntil: (rowId: RowId) => Promise<void>;
  /** Follows what main says, until the function it returns is called. */
  readonly connect: () => () => void;
};

/** The pictures or the files of one conversation, page by page, kept in step with what main says. */
export function createMediaList(bridge: Bridge, peerId: UserId, kind: 'image' | 'file'): MediaList {
  const store: MediaList['store'] = createStore<MediaListState>(() => ({
    messages: [],
    hasMore: true,
    isLoading: false,
    error: null,
  }));
  let connections = 0;
  const isConnected = (): boolean => connections > 0;
  /** Grows when everything is to be asked for again. */
  let generation = 0;
  let loading: Promise<void> | null = null;

  async function loadPage(): Promise<void> {
    const asked = generation;
    store.setState({ isLoading: true, error: null });
    const before = store.getState().messages.at(-1)?.position ?? null;
    const page = await bridge['messages:listMedia']({ peerId, kind, before, limit: pageSize });
    if (asked !== generation) return;
    if (!page.ok) return store.setState({ isLoading: false, error: page.error, hasMore: false });
    store.setState((state) => ({
      ...state,
      messages: withMedia(state.messages, page.value.messages),
      hasMore: page.value.hasMore,
      isLoading: false,
    }));
  }
  const loadMore = async (): Promise<void> => {
    if (!store.getState().hasMore && store.getState().error === null) return;
    loading ??= loadPage().finally(() => (loading = null));
    await loading;
  };
  const loadUntil = async (rowId: RowId): Promise<void> => {
    const isThere = (): boolean => store.getState().messages.some((message) => message.rowId === rowId);
    while (isConnected() && !isThere() && store.getState().hasMore) await loadMore();
  };
  const upsert = (messages: readonly MessageView[]): void => {
    const state = store.getState();
    const last = state.messages.at(-1);
    const mine = messages.filter((message) => message.peerId === peerId && message.kind === kind);
    // What lies beyond the loaded pages comes with them.
    const loaded = mine.filter(({ position }) => !state.hasMore || (last !== undefined && position >= last.position));
    if (loaded.length > 0) store.setState({ messages: withMedia(state.messages, loaded) });
  };
  const subscribe = (): (() => void)[] => [
    bridge.on['messages:upserted'](upsert),
    bridge.on['messages:removed']((removed) => {
      const gone = new Set(removed.map(({ rowId }) => rowId));
      store.setState((state) => ({ messages: state.messages.filter(({ rowId }) => !gone.has(rowId)) }));
    }),
    bridge.on['messages:reordered']((reordered) => {
      if (reordered.peerId !== peerId) return;
      generation += 1;
      loading = null;
      store.setState({ messages: [], hasMore: true, isLoading: false, error: null });
      void loadMore();
    }),
  ];
  return {
    store,
    loadMore,
    loadUntil,
    connect: () => {
      connections += 1;
      const stops = subscribe();
      return () => {
        connections -= 1;
        for (const stop of stops) stop();
      };
    },
  };
}

function withMedia(known: readonly MessageView[], messages: readonly MessageView[]): readonly MessageView[] {
  const byRowId = new Map([...known, ...messages].map((message) => [message.rowId, message]));
  return [...byRowId.values()].sort((a, b) => b.position - a.position);
}
