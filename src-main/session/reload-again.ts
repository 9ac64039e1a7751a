import { StoreFailure, type Cancel, type Clock } from '../ports.ts';

/** A store that failed is asked again after this time. */
const retryMs = 5_000;

export type ReloadAgain = {
  /** Resolves after the first try; where the store failed, others follow until one succeeds. */
  readonly run: () => Promise<void>;
  readonly stop: () => void;
};

/**
 * Reads the outbox anew after the store's process was replaced. A disk that is full just then must not leave messages
 * behind that only the store knows of (safety R14, R18).
 */
export function createReloadAgain({
  reload,
  clock,
}: {
  readonly reload: () => Promise<void>;
  readonly clock: Pick<Clock, 'setTimer'>;
}): ReloadAgain {
  let isStopped = false;
  let cancel: Cancel = () => {};
  async function run(): Promise<void> {
    cancel();
    try {
      await reload();
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      if (!isStopped) cancel = clock.setTimer(retryMs, () => void run());
    }
  }
  return {
    run,
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
