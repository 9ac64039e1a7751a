import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { Settings } from '../../../src-shared/ipc/views.ts';

export type SettingsStore = StoreApi<Settings>;

/** What the person chose. The state is what main last said. */
export function createSettingsStore(initial: Settings): SettingsStore {
  return createStore<Settings>(() => initial);
}

/** Changes some settings. They show at once and go back if main does not keep them. */
export async function updateSettings(
  { store, bridge }: { store: SettingsStore; bridge: Bridge },
  change: Partial<Settings>,
): Promise<void> {
  const before = store.getState();
  store.setState(change);
  const result = await bridge['settings:update'](change);
  store.setState(result.ok ? result.value : before);
}
