import type { ChildPort, ForkChild } from '../ports.ts';

type Program = Parameters<ForkChild>[0];

type AheadFork = {
  readonly fork: ForkChild;
  /** Starts this program now. The next `fork` of it gets that very process, if it still runs by then. */
  readonly ahead: (program: Program) => void;
};

/** Starts processes before those who talk to them are there: a process takes longer to start than its client to load. */
export function forkAhead(fork: ForkChild): AheadFork {
  const waiting = new Map<Program, ChildPort>();
  return {
    fork: (program) => {
      const child = waiting.get(program);
      waiting.delete(program);
      return child ?? fork(program);
    },
    ahead: (program) => {
      const child = fork(program);
      waiting.set(program, child);
      child.onExit(() => {
        if (waiting.get(program) === child) waiting.delete(program);
      });
    },
  };
}
