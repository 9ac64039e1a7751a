import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { requestChannels } from '../../src-shared/ipc/channels.ts';
import type { RequestChannel } from '../../src-shared/ipc/contract.ts';
import type { ChannelReport } from './ipc-fuzz.ts';
import type { ChannelOrder } from './ipc-worker.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** The long run (safety §3 S12), a channel after the other in each of some processes: a table, fails on any fault. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      seed: { type: 'string', default: '1' },
      calls: { type: 'string', default: '50000' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      channel: { type: 'string' },
    },
  });
  const [seed = 0, calls = 0, jobs = 0] = [values.seed, values.calls, values.jobs].map(Number);
  const channels = requestChannels.filter((channel) => values.channel === undefined || channel === values.channel);
  if (![seed, calls, jobs].every(Number.isSafeInteger) || channels.length === 0) {
    console.error('--seed, --calls and --jobs must be whole numbers, --channel the name of one');
    return 2;
  }
  console.log(`seed ${seed}`);
  console.log('channel                      calls    sound  answered  slowest ms  calls/s  faults');
  const startMs = performance.now();
  const reports = await callAll(channels, { calls, seed }, jobs);
  const seconds = (performance.now() - startMs) / 1_000;
  const made = reports.reduce((sum, report) => sum + report.calls, 0);
  const faults = reports.reduce((sum, report) => sum + report.faults.length, 0);
  const slowest = reports.toSorted((one, other) => other.slowestMs - one.slowestMs)[0];
  console.log(`${made} calls of ${reports.length} channels in ${seconds.toFixed(0)} s`);
  if (slowest !== undefined) console.log(`slowest: ${slowest.channel}, ${slowest.slowestMs.toFixed(1)} ms`);
  console.log(faults === 0 ? 'no fault' : `FAILED: ${faults} faults`);
  return faults === 0 ? 0 : 1;
}

/** Spreads the channels over processes. */
async function callAll(
  channels: readonly RequestChannel[],
  how: Omit<ChannelOrder, 'channel'>,
  jobs: number,
): Promise<ChannelReport[]> {
  const waiting = [...channels];
  const reports: ChannelReport[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(path.join(root, 'build/run.mjs'), [path.join(import.meta.dirname, 'ipc-worker.ts')], {
        cwd: root,
        // Else main waits for threads that clean up beside it, and they for the processor, which no counter tells.
        execArgv: ['--single-threaded-gc'],
      });
      let startMs = 0;
      const give = (): void => {
        const channel = waiting.shift();
        if (channel === undefined) return child.disconnect();
        startMs = performance.now();
        child.send({ channel, ...how } satisfies ChannelOrder);
      };
      child.on('message', (report: ChannelReport) => {
        reports.push(report);
        tell(report, (performance.now() - startMs) / 1_000);
        give();
      });
      child.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`a process of the calls ended with ${code}`)),
      );
      give();
    });
  await Promise.all(Array.from({ length: Math.min(Math.max(1, jobs), channels.length) }, work));
  return reports;
}

function tell({ channel, calls, sound, answered, slowestMs, faults }: ChannelReport, seconds: number): void {
  const numbers: readonly (readonly [number | string, number])[] = [
    [calls, 9],
    [sound, 9],
    [answered, 10],
    [slowestMs.toFixed(1), 12],
    [Math.round(calls / seconds), 9],
    [faults.length, 8],
  ];
  console.log(channel.padEnd(25) + numbers.map(([value, width]) => String(value).padStart(width)).join(''));
  for (const fault of faults) console.log(`  ${fault}`);
}
