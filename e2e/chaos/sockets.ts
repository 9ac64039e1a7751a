import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRandom } from '../../src-shared/protocol/random.ts';
import type { Verdict } from './sockets/checker.ts';
import { readNumbers } from './options.ts';
import { withPrograms, type Programs } from './programs.ts';
import { runChaos } from './sockets/chaos-run.ts';
import { cutAtEveryByte, swallowAcks } from './sockets/single-message.ts';
import { createOtherWorld, createOurWorld, type World } from './sockets/world.ts';

/**
 * `npm run chaos -- sockets`: real core, real store processes and real sockets through failing lines, against our
 * server in its own process and against one of another make, in turn (safety S5); then one message at a time, its
 * frame cut at every byte (R1) and its ack swallowed (R2).
 */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { runs: 60, messages: 200, seed: 1, parallel: 2, swallowed: 200 });
  if (options === null) return 2;
  return withPrograms(async (programs) => {
    const totals = createTotals();
    console.log('  run   seed  server        connections  lost  twice  falsely sent  pending  disordered     s');
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let index = next++; index < options.runs; index = next++) {
        const seed = options.seed + index;
        const startMs = performance.now();
        await inWorld(programs, seed, index % 2 === 0, async (world) => {
          const { storeFile } = programs;
          const { verdict, steps, connections } = await runChaos({
            world,
            storeFile,
            seed,
            messages: options.messages,
          });
          totals.add(verdict);
          const head = `${cell(index + 1, 5)}${cell(seed, 7)}  ${world.name.padEnd(12)}${cell(connections, 13)}`;
          console.log(head + describe(verdict, startMs));
          if (verdict.faults.length > 0) for (const line of [...verdict.faults, ...steps]) console.log(`      ${line}`);
        });
      }
    };
    await Promise.all(Array.from({ length: options.parallel }, lane));
    const single = async (isOurs: boolean, [says, singly]: (typeof singleRuns)[number]): Promise<void> => {
      const startMs = performance.now();
      await inWorld(programs, null, isOurs, async (world) => {
        const { storeFile } = programs;
        const { verdict, runs } = await singly({ world, storeFile, name: 'ann', runs: options.swallowed });
        totals.add(verdict);
        console.log(`${`${says}, ${world.name}`.padEnd(39)}${describe(verdict, startMs)}  (${runs} times)`);
        for (const line of verdict.faults) console.log(`      ${line}`);
      });
    };
    // Mostly they wait: all at once.
    const servers = options.swallowed > 0 ? [true, false] : [];
    await Promise.all(servers.flatMap((isOurs) => singleRuns.map((one) => single(isOurs, one))));
    console.log(`${totals.hasFailed() ? 'FAILED' : 'nothing lost'}: ${totals.says()}`);
    return totals.hasFailed() ? 1 : 0;
  });
}

const singleRuns = [
  ['cut at every byte', cutAtEveryByte],
  ['acks swallowed', swallowAcks],
] as const;
const cell = (value: string | number, width: number): string => String(value).padStart(width);

function createTotals() {
  const totals = { lost: 0, duplicated: 0, falselySent: 0, pending: 0, disordered: 0 };
  return {
    add(verdict: Verdict): void {
      for (const kind of Object.keys(totals) as (keyof typeof totals)[]) totals[kind] += verdict[kind];
    },
    hasFailed: (): boolean => Object.values(totals).some((count) => count > 0),
    says: (): string => JSON.stringify(totals),
  };
}

function describe({ lost, duplicated, falselySent, pending, disordered }: Verdict, startMs: number): string {
  const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
  const widths = [6, 7, 14, 9, 12, 6];
  return [lost, duplicated, falselySent, pending, disordered, seconds]
    .map((value, column) => cell(value, widths[column] ?? 0))
    .join('');
}

/** @param seed of the other server's moods; null: as good as it can be. */
async function inWorld<T>(
  { serverFile }: Programs,
  seed: number | null,
  isOurs: boolean,
  work: (world: World) => Promise<T>,
): Promise<T> {
  const moods = createRandom(seed ?? 0);
  const world = isOurs
    ? await createOurWorld(serverFile, mkdtempSync(path.join(tmpdir(), 'kith-chaos-server-')))
    : await createOtherWorld(seed === null ? () => 0.99 : () => moods.below(2 ** 30) / 2 ** 30);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
