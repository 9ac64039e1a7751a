import { parseArgs } from 'node:util';
import { crashEverywhere, scenarios } from './crash-points.ts';

/** Crashes every scenario after every commit and every frame (safety §3 S4). */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { variants: { type: 'string', default: '4' } } });
  const variants = Number(values.variants);
  if (!Number.isSafeInteger(variants) || variants < 1) {
    console.error('--variants must be a whole number');
    return 2;
  }
  let hasFailed = false;
  let allRuns = 0;
  const startMs = performance.now();
  console.log('points   runs  failed  scenario');
  for (const scenario of scenarios) {
    const { points, runs, failures } = await crashEverywhere(scenario, variants);
    allRuns += runs;
    const columns = [String(points).padStart(6), String(runs).padStart(6), String(failures.length).padStart(7)];
    console.log(`${columns.join(' ')}  ${scenario.name}`);
    for (const { point, seed, violations } of failures.slice(0, 3))
      console.log(
        `  point ${point}, seed ${seed}: ${violations.map(({ kind, what }) => `${kind}: ${what}`).join('; ')}`,
      );
    hasFailed ||= failures.length > 0;
  }
  console.log(
    `${allRuns} crashes, ${((performance.now() - startMs) / 1_000).toFixed(0)} s: ${hasFailed ? 'FAILED' : 'all well'}`,
  );
  return hasFailed ? 1 : 0;
}
