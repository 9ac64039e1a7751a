import { checkHistory, violationKinds, type Violation } from './checker.ts';
import type { Flaw } from './program.ts';
import { planOf } from './schedule.ts';
import { simulate } from './simulate.ts';

/** What became of a number of runs. */
export type Tally = {
  readonly runs: number;
  readonly faultsInjected: number;
  /** How many runs showed each kind of violation. */
  readonly violations: Readonly<Record<Violation['kind'], number>>;
  readonly failures: readonly Failure[];
};
export type Failure = { readonly seed: number; readonly model: string; readonly violations: readonly Violation[] };

const none = Object.fromEntries(violationKinds.map((kind) => [kind, 0])) as Tally['violations'];
export const emptyTally: Tally = { runs: 0, faultsInjected: 0, violations: none, failures: [] };

/** Runs `count` seeds from `firstSeed` on, one after the other. */
export async function runSeeds(firstSeed: number, count: number, flaw: Flaw = {}): Promise<Tally> {
  let tally = emptyTally;
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const plan = planOf(seed);
    const { history, faultsInjected } = await simulate(plan, { flaw });
    const violations = checkHistory(history);
    const failures = violations.length === 0 ? [] : [{ seed, model: plan.model.name, violations }];
    const seen = new Set(violations.map(({ kind }) => kind));
    const counted = violationKinds.map((kind) => [kind, seen.has(kind) ? 1 : 0]);
    tally = withTally(tally, {
      runs: 1,
      faultsInjected,
      violations: Object.fromEntries(counted) as Tally['violations'],
      failures,
    });
  }
  return tally;
}

export function withTally(one: Tally, other: Tally): Tally {
  const sums = violationKinds.map((kind) => [kind, one.violations[kind] + other.violations[kind]]);
  return {
    runs: one.runs + other.runs,
    faultsInjected: one.faultsInjected + other.faultsInjected,
    violations: Object.fromEntries(sums) as Tally['violations'],
    failures: [...one.failures, ...other.failures],
  };
}

/** The first seed from `firstSeed` on, and within `count`, that shows this violation; null where none does. */
export async function findSeed(
  firstSeed: number,
  count: number,
  kind: Violation['kind'],
  flaw: Flaw,
): Promise<number | null> {
  for (let seed = firstSeed; seed < firstSeed + count; seed += 1) {
    const { history } = await simulate(planOf(seed), { flaw });
    if (checkHistory(history).some((violation) => violation.kind === kind)) return seed;
  }
  return null;
}
