import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SessionView } from '../../../src-shared/ipc/views.ts';

export type SessionStore = StoreApi<SessionView>;

/** Who is logged in. The state is what main last said. */
export function createSessionStore(initial: SessionView): SessionStore {
  return createStore<SessionView>(() => initial);
}

/** Names the account whose contacts and messages are on screen; null while there is none. */
export function selectAccountKey(session: SessionView): string | null {
  return session.account === null ? null : `${session.account.userId} ${session.account.serverUrl}`;
}
