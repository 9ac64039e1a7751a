import type { Store } from '../ports.ts';
import type { ServerTraits } from '../store/operations.ts';

/** Three acks under our own ids: the server echoes them, so several may be under way (safety §4.2 step 2). */
const acksToTrust = 3;
/** Messages under way at once on a server that echoes our ids. */
const wideWindow = 16;

export type Traits = {
  readonly keepsIds: () => boolean;
  readonly echoesIds: () => boolean;
  /** How many messages may be in flight. */
  readonly window: () => number;
  readonly sawMatchedAcks: (count: number) => Promise<void>;
  readonly sawKeptId: () => Promise<void>;
};

/** What was learnt about a server's habits, kept with the account's history. */
export function createTraits(store: Store, initial: ServerTraits): Traits {
  let { matchedAcks, keepsIds } = initial;
  const save = (): Promise<void> => store.setTraits({ matchedAcks, keepsIds });
  const echoesIds = (): boolean => matchedAcks >= acksToTrust;
  return {
    keepsIds: () => keepsIds,
    echoesIds,
    window: () => (echoesIds() ? wideWindow : 1),
    sawMatchedAcks: async (count) => {
      if (echoesIds()) return;
      matchedAcks = Math.min(acksToTrust, matchedAcks + count);
      await save();
    },
    sawKeptId: async () => {
      if (keepsIds) return;
      keepsIds = true;
      await save();
    },
  };
}
