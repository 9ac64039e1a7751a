import type { Clock } from '../ports.ts';

/** How long something is waited for. */
export type Patience = {
  /** The person does not want it any more. */
  readonly signal?: AbortSignal | undefined;
  readonly limit?: { readonly clock: Pick<Clock, 'setTimer'>; readonly patienceMs: number };
};

/**
 * Waits for what may never end: a file on a network drive that is gone answers to nothing, and cannot be called off.
 * Null: it took too long, or was given up; what it comes to then is for nobody.
 * @throws what `work` throws in time.
 */
export async function orGiveUp<T>(work: Promise<T>, { signal, limit }: Patience): Promise<T | null> {
  const waiting = new AbortController();
  let cancelTimer = (): void => {};
  const givenUp = new Promise<null>((resolve) => {
    const giveUp = (): void => resolve(null);
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true, signal: waiting.signal });
    if (limit !== undefined) cancelTimer = limit.clock.setTimer(limit.patienceMs, giveUp);
  });
  try {
    return await Promise.race([work, givenUp]);
  } finally {
    waiting.abort();
    cancelTimer();
    // Nobody listens to it any more.
    work.catch(() => undefined);
  }
}
