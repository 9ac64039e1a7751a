import type { Clock } from '../ports.ts';

/** A transfer of which less than this came in this time has stopped. */
type Pace = { readonly minBytes: number; readonly withinMs: number };

/** Below 51 bytes a second nobody waits for a file. */
const asked: readonly Pace[] = [{ minBytes: 1_024, withinMs: 20_000 }];
/** What nobody asked for holds a place that others wait for: below 4 KiB a second it has to give it back. */
const unasked: readonly Pace[] = [...asked, { minBytes: 30 * 4 * 1_024, withinMs: 30_000 }];

export type StallWatch = {
  /** Aborts once the transfer has stopped. */
  readonly signal: AbortSignal;
  /** Says how many bytes came. */
  readonly note: (newBytes: number) => void;
  readonly stop: () => void;
};

/** Looks after one transfer, from the moment of asking. */
export function watchStall(clock: Pick<Clock, 'setTimer'>, isAsked: boolean): StallWatch {
  const controller = new AbortController();
  let came = 0;
  const cancels = new Map((isAsked ? asked : unasked).map((pace) => [pace, look(pace)]));

  function look(pace: Pace): () => void {
    const before = came;
    return clock.setTimer(pace.withinMs, () => {
      if (came - before < pace.minBytes) controller.abort();
      else cancels.set(pace, look(pace));
    });
  }

  return {
    signal: controller.signal,
    note: (newBytes) => {
      came += newBytes;
    },
    stop: () => {
      for (const cancel of cancels.values()) cancel();
    },
  };
}
