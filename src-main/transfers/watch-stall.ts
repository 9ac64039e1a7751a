import type { Clock } from '../ports.ts';

/** A transfer of which less than {@link minBytes} came in this time has stopped. */
const stallMs = 20_000;
/** Below 51 bytes a second nobody waits for a file, and a server that drips holds a place that others wait for. */
const minBytes = 1_024;

export type StallWatch = {
  /** Aborts once the transfer has stopped. */
  readonly signal: AbortSignal;
  /** Says how much there is by now. */
  readonly note: (doneBytes: number) => void;
  readonly stop: () => void;
};

/** Looks after one transfer, from the moment of asking. */
export function watchStall(clock: Pick<Clock, 'setTimer'>): StallWatch {
  const controller = new AbortController();
  let done = 0;
  let cancel = look(0);

  function look(before: number): () => void {
    return clock.setTimer(stallMs, () => {
      if (done - before < minBytes) controller.abort();
      else cancel = look(done);
    });
  }

  return {
    signal: controller.signal,
    note: (doneBytes) => {
      done = doneBytes;
    },
    stop: () => cancel(),
  };
}
