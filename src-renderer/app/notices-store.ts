import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import type { Notice } from '../../src-shared/ipc/views.ts';

export type NoticesState = { readonly notices: readonly Notice[] };
export type NoticesStore = StoreApi<NoticesState>;

/** What a person should know though they did nothing. */
export function createNoticesStore(notices: readonly Notice[]): NoticesStore {
  return createStore<NoticesState>(() => ({ notices }));
}

/** One notice more. The same kind again takes the place of the earlier one. */
export function withNotice(state: NoticesState, notice: Notice): NoticesState {
  return { notices: [...withoutNotice(state, notice.kind).notices, notice] };
}

/** A notice was read, or does not hold any more. */
export function withoutNotice(state: NoticesState, kind: Notice['kind']): NoticesState {
  return { notices: state.notices.filter((notice) => notice.kind !== kind) };
}

/** The person has read it: it goes, here and for the next start. */
export async function dismissNotice(
  { store, bridge }: { store: NoticesStore; bridge: Bridge },
  kind: Notice['kind'],
): Promise<void> {
  store.setState((state) => withoutNotice(state, kind));
  await bridge['app:dismissNotice']({ kind });
}
