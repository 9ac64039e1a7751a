import { rmSync } from 'node:fs';
import path from 'node:path';
import { createSystemClock } from '../../src-main/platform/system-clock.ts';
import type { ChildPort, Store } from '../../src-main/ports.ts';
import { createNodeForkChild } from '../../src-main/store/fork-child-node.ts';
import { createStoreClient } from '../../src-main/store/store-client.ts';
import { buildStoreProcess } from '../../src-main/store/testing/build-store-process.ts';
import { userId } from '../../src-shared/kernel/ids.ts';

export const self = userId(1);
export const peer = userId(2);
export const storeKey = new Uint8Array(32).fill(7);

/** Builds the store's own process as the program runs it, and gives `work` the file. */
export async function withStoreProgram<T>(work: (program: string) => Promise<T>): Promise<T> {
  const program = await buildStoreProcess();
  try {
    return await work(program);
  } finally {
    rmSync(path.dirname(program), { recursive: true, force: true });
  }
}

export type RealStore = {
  readonly store: Store;
  /** Ends the process that runs now as `kill -9` does; the client starts another. */
  readonly kill: () => void;
  /** How many processes there were. */
  readonly processes: () => number;
};

/** Main's side of the store with real processes under it. */
export function startStore(program: string): RealStore {
  const fork = createNodeForkChild({ store: program });
  let child: ChildPort | null = null;
  let count = 0;
  const store = createStoreClient({
    fork: (name) => {
      count += 1;
      child = fork(name);
      return child;
    },
    clock: createSystemClock(),
    log: () => {},
  });
  return { store, kill: () => child?.kill(), processes: () => count };
}

/** Repeatable pseudo-random numbers (mulberry32). @returns integers from 0 up to `below`. */
export function createDice(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** `--name=7` among the arguments, or the number that is meant without it. */
export function numberOf(args: readonly string[], name: string, otherwise: number): number {
  const given = args.find((arg) => arg.startsWith(`--${name}=`));
  const value = given === undefined ? otherwise : Number(given.slice(name.length + 3));
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} must be a whole number`);
  return value;
}

export const percentile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
