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

/** Whatever was full, this is another database now, or none. */
const changesDatabase: readonly OperationName[] = ['open', 'close'];

/**
 * The same store, watched for a full disk (safety R14): while it is full, a small write is tried now and then. Only one
 * that worked says that there is space.
 */
export function watchDisk(store: Store, { clock, onFull, onSpace }: DiskWatchDeps): Store {
  let cancelProbe: Cancel | null = null;

  const plan = (): void => {
    const cancel = clock.setTimer(probeMs, () => void probe(cancel));
    cancelProbe = cancel;
  };
  /** Writes what is there already. @param self what ends this probe. */
  async function probe(self: Cancel): Promise<void> {
    const hasWritten = await writeAgain().catch(() => false);
    if (cancelProbe !== self) return;
    if (!hasWritten) return plan();
    cancelProbe = null;
    onSpace();
  }
  async function writeAgain(): Promise<boolean> {
    await store.setTraits(await store.getTraits({}));
    return true;
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
  const leave =
    (call: (input: unknown) => Promise<unknown>) =>
    (input: unknown): Promise<unknown> => {
      cancelProbe?.();
      cancelProbe = null;
      return call(input);
    };
  const calls = operationNames.map((name) => {
    const call = store[name] as (input: unknown) => Promise<unknown>;
    return [name, changesDatabase.includes(name) ? leave(call) : watch(call)];
  });
  return { ...store, ...(Object.fromEntries(calls) as Partial<Store>) };
}

const isFull = (error: unknown): boolean => error instanceof StoreFailure && error.code === 'disk-full';
