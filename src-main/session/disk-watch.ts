import { StoreFailure, type Cancel, type Clock, type Store } from '../ports.ts';
import { operationNames, type OperationName } from '../store/store-protocol.ts';

/** A full disk is tried again this often; a person who makes room should not have to ask. */
const probeMs = 5_000;

export type DiskWatchDeps = {
  readonly clock: Clock;
  /** Told at the first thing that could not be written. */
  readonly onFull: () => void;
  /** Told once writing works again. */
  readonly onSpace: () => void;
};

const unwatched: readonly OperationName[] = ['open', 'close'];

/** The same store, watched for a full disk (safety R14): while it is full, a small write is tried now and then. */
export function watchDisk(store: Store, { clock, onFull, onSpace }: DiskWatchDeps): Store {
  let cancelProbe: Cancel | null = null;

  const plan = (): void => {
    cancelProbe = clock.setTimer(probeMs, () => void probe());
  };
  /** Writes what is there already. A database that was closed meanwhile is full no more. */
  async function probe(): Promise<void> {
    try {
      await store.setTraits(await store.getTraits({}));
    } catch (error) {
      if (isFull(error)) return plan();
    }
    cancelProbe = null;
    onSpace();
  }

  const watch =
    (call: (input: unknown) => Promise<unknown>) =>
    async (input: unknown): Promise<unknown> => {
      try {
        return await call(input);
      } catch (error) {
        if (isFull(error) && cancelProbe === null) {
          plan();
          onFull();
        }
        throw error;
      }
    };
  const calls = operationNames
    .filter((name) => !unwatched.includes(name))
    .map((name) => [name, watch(store[name] as (input: unknown) => Promise<unknown>)]);
  return { ...store, ...(Object.fromEntries(calls) as Partial<Store>) };
}

const isFull = (error: unknown): boolean => error instanceof StoreFailure && error.code === 'disk-full';
