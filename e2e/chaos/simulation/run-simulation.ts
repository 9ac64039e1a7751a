import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { emptyTally, withTally, type Failure, type Tally } from './campaign.ts';
import { checkHistory, type Violation } from './checker.ts';
import { flaws, type KnownFlaw } from './flaws.ts';
import type { Flaw } from './program.ts';
import { messagesPerRun, planOf } from './schedule.ts';
import { shrinkPlan } from './shrink.ts';
import { simulate } from './simulate.ts';

/** Seeds that a process is given at a time: a few seconds of work, so that the report moves. */
const lotSize = 50;
const failuresShown = 3;
const root = path.resolve(import.meta.dirname, '../../..');

/** The long run (safety §3 S3), or with --seed the story of one run, shrunk to what matters where it fails. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      runs: { type: 'string', default: '25000' },
      from: { type: 'string', default: '1' },
      seed: { type: 'string' },
      flaw: { type: 'string' },
      jobs: { type: 'string', default: String(availableParallelism()) },
    },
  });
  const numbers = [values.runs, values.from, values.jobs, values.seed ?? '0'].map(Number);
  const flaw = values.flaw === undefined ? undefined : (flaws as Readonly<Record<string, KnownFlaw>>)[values.flaw];
  if (numbers.some((number) => !Number.isSafeInteger(number)) || (values.flaw !== undefined && flaw === undefined)) {
    console.error(
      `--runs, --from, --jobs, --seed are whole numbers; --flaw is one of ${Object.keys(flaws).join(', ')}`,
    );
    return 2;
  }
  if (values.seed !== undefined) return tellRun(Number(values.seed), flaw?.flaw ?? {});
  const [runs = 0, from = 0, jobs = 1] = numbers;
  const startMs = performance.now();
  const tally = await runCampaign(from, runs, jobs);
  const seconds = (performance.now() - startMs) / 1_000;
  report(tally, seconds);
  for (const failure of tally.failures.slice(0, failuresShown)) await tellRun(failure.seed, {});
  return tally.failures.length === 0 ? 0 : 1;
}

/** Spreads the seeds over processes. */
async function runCampaign(from: number, runs: number, jobs: number): Promise<Tally> {
  let tally = emptyTally;
  let next = from;
  const end = from + runs;
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(path.join(root, 'build/run.mjs'), [path.join(import.meta.dirname, 'worker.ts')], {
        cwd: root,
      });
      const give = (): void => {
        const count = Math.min(lotSize, end - next);
        if (count <= 0) return child.disconnect();
        child.send({ firstSeed: next, count });
        next += count;
      };
      child.on('message', (part: Tally) => {
        tally = withTally(tally, part);
        for (const failure of part.failures) console.log(describe(failure));
        if (tally.runs % (lotSize * 20) === 0)
          console.log(`${tally.runs} of ${runs} runs, ${tally.failures.length} failed`);
        give();
      });
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a process of the campaign ended with ${code}`)),
      );
      give();
    });
  // One that gets nothing to do would end as if it had failed.
  const processes = Math.max(1, Math.min(jobs, Math.ceil(runs / lotSize)));
  await Promise.all(Array.from({ length: processes }, work));
  return tally;
}

function report(tally: Tally, seconds: number): void {
  const { violations } = tally;
  console.log(
    `${tally.runs} runs, ${tally.runs * messagesPerRun} messages, ${tally.faultsInjected} faults injected, ` +
      `${seconds.toFixed(0)} s (${(tally.runs / seconds).toFixed(1)} runs/s)`,
  );
  console.log('runs with a message that was');
  for (const [kind, count] of Object.entries(violations))
    console.log(`  ${kind.padEnd(14)}${String(count).padStart(6)}`);
}

const describe = ({ seed, model, violations }: Failure): string =>
  `seed ${seed} (server ${model}): ${violations.slice(0, 3).map(tell).join('; ')}`;
const tell = ({ kind, what }: Violation): string => `${kind}: ${what}`;

/** What happened in the run of one seed; where it fails, in the shortest schedule that fails in the same way. */
async function tellRun(seed: number, flaw: Flaw): Promise<number> {
  const plan = planOf(seed);
  const [first] = checkHistory((await simulate(plan, { flaw })).history);
  const isFailing = first !== undefined;
  const told = isFailing
    ? await shrinkPlan(plan, async (fewer) =>
        checkHistory((await simulate(fewer, { flaw })).history).some(({ kind }) => kind === first.kind),
      )
    : plan;
  console.log(`\nseed ${seed}: ${JSON.stringify(told.model)}`);
  const trace: string[] = [];
  const { history } = await simulate(told, { flaw, trace: (line) => trace.push(line) });
  for (const line of trace) console.log(line);
  console.log(`\nthe schedule${isFailing ? `, shrunk from ${plan.steps.length} steps` : ''}:`);
  for (const step of told.steps) console.log(`  ${JSON.stringify(step)}`);
  for (const violation of checkHistory(history)) console.log(tell(violation));
  console.log(isFailing ? 'FAILED' : 'nothing wrong');
  return isFailing ? 1 : 0;
}
