import type { Plan, Step } from './schedule.ts';

/** How many runs a schedule is worth. */
const maxRuns = 400;

/**
 * Leaves out as much of a plan as can be, as long as it still fails: first halves, then quarters, down to single
 * steps (Zeller's delta debugging). What is left is the shortest story of the fault that was found in time.
 */
export async function shrinkPlan(plan: Plan, fails: (plan: Plan) => Promise<boolean>): Promise<Plan> {
  let steps: readonly Step[] = plan.steps;
  let runs = 0;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length && runs < maxRuns;) {
      const fewer = [...steps.slice(0, from), ...steps.slice(from + size)];
      runs += 1;
      if (await fails({ ...plan, steps: fewer })) steps = fewer;
      else from += size;
    }
  }
  return { ...plan, steps };
}
