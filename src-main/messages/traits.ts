import { otherServerFileBytes } from '../../src-shared/domain/attachment.ts';
import type { Store } from '../ports.ts';
import type { ServerTraits } from '../store/traits.ts';

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
  /** Bytes of the largest file that this server is thought to take. */
  readonly maxFileBytes: () => number;
  /** What it said in a handshake; null: nothing, so that no more is expected of it than of any server. */
  readonly sawFileLimit: (maxFileBytes: number | null) => Promise<void>;
  /** It closed a connection over a file as too large, having got no more than this of it (safety F10). */
  readonly sawTooLarge: (receivedBytes: number) => Promise<void>;
  /** Writes down what is known into a file that does not know it. */
  readonly keep: () => Promise<void>;
  /** It has taken a file of this size. */
  readonly sawTaken: (sizeBytes: number) => Promise<void>;
};

/** What was learnt about a server's habits, kept with the account's history. */
export function createTraits(store: Store, initial: ServerTraits): Traits {
  let { matchedAcks, keepsIds, maxFileBytes } = initial;
  const save = (): Promise<void> => store.setTraits({ matchedAcks, keepsIds, maxFileBytes });
  const fileLimit = (): number => maxFileBytes ?? otherServerFileBytes;
  async function setFileLimit(bytes: number): Promise<void> {
    if (bytes === fileLimit()) return;
    maxFileBytes = bytes;
    await save();
  }
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
    maxFileBytes: fileLimit,
    sawFileLimit: (said) => setFileLimit(said ?? Math.min(fileLimit(), otherServerFileBytes)),
    sawTooLarge: (receivedBytes) => setFileLimit(Math.min(fileLimit(), Math.max(1, receivedBytes - 1))),
    keep: save,
    sawTaken: (sizeBytes) => setFileLimit(Math.max(fileLimit(), sizeBytes)),
    sawKeptId: async () => {
      if (keepsIds) return;
      keepsIds = true;
      await save();
    },
  };
}
