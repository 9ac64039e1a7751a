import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ConnectionView } from '../../../src-shared/ipc/views.ts';

export type ConnectionStore = StoreApi<ConnectionView>;

/** How the line to the server is. The state is what main last said. */
export function createConnectionStore(initial: ConnectionView): ConnectionStore {
  return createStore<ConnectionView>(() => initial);
}
