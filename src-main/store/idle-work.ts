import type { Cancel, Clock } from '../ports.ts';

/** So long nobody asked for anything before a step is taken: a message on its way asks several times. */
const quietMs = 200;
/** Somebody may always be asking: so long after the last step there is one all the same. */
const maxWaitMs = 2_000;
/** Between two steps, so that the processor is free most of the time. */
const gapMs = 15;

export type IdleWork = {
  /** Something was asked for, which may have made new work. */
  readonly postpone: () => void;
};

/**
 * Takes steps of work while nobody asks for anything. `step` tells whether there may be more; when it fails, or there
 * is no more, it rests until something is asked for.
 */
export function createIdleWork({ clock, step }: { clock: Clock; step: () => boolean }): IdleWork {
  let cancel: Cancel = () => {};
  let latestMs: number | null = null;

  function schedule(delayMs: number): void {
    cancel();
    const nowMs = clock.monotonicMs();
    latestMs ??= nowMs + maxWaitMs;
    cancel = clock.setTimer(Math.min(delayMs, latestMs - nowMs), work);
  }

  function work(): void {
    latestMs = null;
    if (isMoreLeft()) schedule(gapMs);
  }

  function isMoreLeft(): boolean {
    try {
      return step();
    } catch {
      // A full or failing disk says so to whoever asks for something that matters.
      return false;
    }
  }

  return { postpone: () => schedule(quietMs) };
}
