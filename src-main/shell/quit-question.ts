import type { NamedTransfer } from '../../src-shared/ipc/attachment-views.ts';
import type { QuitAnswer } from '../../src-shared/ipc/views.ts';
import type { Cancel, Clock } from '../ports.ts';

/** A page that does not show the question by then hangs, and the program goes without it. */
const shownPatienceMs = 2_000;
/** A key that is held, or pressed twice in haste, is one wish. */
const sameWishMs = 500;

export type QuitQuestion = {
  /** Somebody wants to quit. False: not now, a person is being asked, and `quit` is called if they mean it. */
  readonly mayQuit: () => boolean;
  readonly answer: (answer: QuitAnswer) => void;
  /** The page that may have been asked crashed, or is being loaded again. */
  readonly pageGone: () => void;
  /** From now on nobody is asked: the system ends, or something else that does not wait. */
  readonly letGo: () => void;
};

/**
 * Asks once before transfers are broken off, and is never what keeps the program from ending: a second wish counts,
 * and so does a page that cannot ask.
 */
export function createQuitQuestion(deps: {
  readonly underWay: () => readonly NamedTransfer[];
  /** Has the page ask. False: there is none that could. */
  readonly ask: (transfers: readonly NamedTransfer[]) => boolean;
  readonly quit: () => void;
  readonly clock: Pick<Clock, 'setTimer' | 'monotonicMs'>;
}): QuitQuestion {
  const { underWay, ask, quit, clock } = deps;
  let phase: 'idle' | 'asking' | 'shown' | 'granted' = 'idle';
  let lastWishMs = -Infinity;
  let cancelPatience: Cancel = () => {};

  function enter(next: typeof phase): void {
    phase = next;
    cancelPatience();
    cancelPatience = (): void => {};
  }
  function grant(): void {
    enter('granted');
    quit();
  }

  function begin(): boolean {
    const transfers = underWay();
    if (transfers.length === 0 || !ask(transfers)) return true;
    enter('asking');
    cancelPatience = clock.setTimer(shownPatienceMs, grant);
    return false;
  }

  return {
    mayQuit: () => {
      const sinceWishMs = clock.monotonicMs() - lastWishMs;
      lastWishMs = clock.monotonicMs();
      if (phase === 'granted') return true;
      if (phase === 'idle') return begin();
      if (sinceWishMs < sameWishMs) return false;
      enter('granted');
      return true;
    },
    answer: (answer) => {
      // A page gone mad does not end the program.
      if (phase !== 'asking' && phase !== 'shown') return;
      if (answer === 'quit') grant();
      else enter(answer === 'shown' ? 'shown' : 'idle');
    },
    pageGone: () => {
      if (phase === 'asking') grant();
      else if (phase === 'shown') enter('idle');
    },
    letGo: () => enter('granted'),
  };
}
