/** A source of numbers that are the same for the same seed: for fuzzing, never for secrets. */
export type Random = {
  /** An integer in 0…`count`−1. */
  readonly below: (count: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True once in `count` times. */
  readonly oneIn: (count: number) => boolean;
};

/** Mulberry32: 32 bits of state, good enough to wander through inputs. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (count: number) => Math.floor(next() * count);
  return {
    below,
    pick: (choices) => choices[below(choices.length)]!,
    oneIn: (count) => below(count) === 0,
  };
}
