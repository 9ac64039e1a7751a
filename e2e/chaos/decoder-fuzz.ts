import { parseArgs } from 'node:util';
import { fuzzDecoder } from '../../src-shared/protocol/fuzz.ts';

/** Frames of one round: the report comes in steps, so that a long run shows that it is alive. */
const rounds = 10;
const structuredPerRound = 20_000;
const mutatedPerRound = 100_000;
const slowestAllowedMs = 50;

/** The long run of the decoder fuzzer (safety §3 S1): prints a table, fails on any fault or on a frame over 50 ms. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { seed: { type: 'string', default: '1' } } });
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) {
    console.error('--seed must be a whole number');
    return 2;
  }
  let hasFailed = false;
  // Every frame goes to both decoders: taken and turned down are twice as many as frames.
  console.log('seed        frames     taken  turned down  slowest ms  frames/s  faults');
  for (let round = 0; round < rounds; round += 1) {
    const startMs = performance.now();
    const report = fuzzDecoder({
      structured: structuredPerRound,
      mutated: mutatedPerRound,
      seed: seed * rounds + round,
      nowMs: () => performance.now(),
    });
    const seconds = (performance.now() - startMs) / 1000;
    const rejects = Object.values(report.rejects).reduce((sum, count) => sum + count, 0);
    const columns: readonly (readonly [string | number, number])[] = [
      [seed * rounds + round, 4],
      [report.frames, 14],
      [report.taken.client + report.taken.server, 10],
      [rejects, 13],
      [report.slowestMs.toFixed(1), 12],
      [Math.round(report.frames / seconds), 10],
      [report.faults.length, 8],
    ];
    console.log(columns.map(([value, width]) => String(value).padStart(width)).join(''));
    for (const fault of report.faults) console.log(`  ${fault}`);
    hasFailed ||= report.faults.length > 0 || report.slowestMs >= slowestAllowedMs;
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(hasFailed ? 'FAILED' : 'no fault');
  return hasFailed ? 1 : 0;
}
