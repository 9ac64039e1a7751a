import { parseArgs } from 'node:util';
import type { z } from 'zod';
import { requests, type RequestChannel } from '../../src-shared/ipc/contract.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { makePayload, shapeOf } from './ipc-payloads.ts';
import { createIpcRig, type IpcRig } from './ipc-rig.ts';

export type ChannelReport = {
  readonly channel: string;
  readonly calls: number;
  /** Payloads that fit the channel's schema. */
  readonly sound: number;
  readonly answered: number;
  readonly slowestMs: number;
  /** What should not have happened: the first few. */
  readonly faults: readonly string[];
};

/** A call that holds the program up this long is made again before it counts: other work of the computer shows up here too. */
const slowMs = 50;
const maxFaults = 5;
/** What is not answered by then hangs. */
const patienceMs = 5_000;

/**
 * Calls every channel of main as a page gone bad would (safety T29, §3 S12): `callsPerChannel` payloads, sound, spoilt
 * and hostile. For each there must be an answer that is a `Result`, no exception anywhere, the program held up by no more
 * than 50 ms, and nothing done where the payload does not fit. The same seed gives the same payloads.
 */
export async function fuzzIpc(options: {
  readonly callsPerChannel: number;
  readonly seed: number;
  readonly onReport?: (report: ChannelReport) => void;
}): Promise<ChannelReport[]> {
  const random = createRandom(options.seed);
  const reports: ChannelReport[] = [];
  for (const channel of Object.keys(requests) as RequestChannel[]) {
    const rig = await createIpcRig();
    try {
      await rig.signIn();
      await quiet(rig);
      const report = await fuzzChannel(rig, channel, options.callsPerChannel, random);
      reports.push(report);
      options.onReport?.(report);
    } finally {
      await rig.remove();
    }
  }
  return reports;
}

async function fuzzChannel(
  rig: IpcRig,
  channel: RequestChannel,
  calls: number,
  random: Random,
): Promise<ChannelReport> {
  const schema = requests[channel].request;
  const shape = shapeOf(schema);
  const faults: string[] = [];
  const prototypes = describePrototypes();
  let [sound, answered, slowestMs] = [0, 0, 0];

  for (let call = 0; call < calls && faults.length < maxFaults; call += 1) {
    const made = makePayload(random, shape);
    // As it comes over IPC.
    const payload: unknown = structuredClone(made);
    const isSound = fits(schema, payload);
    if (isSound) sound += 1;
    const before = rig.deeds();
    const { answer, durationMs } = await ask(rig, channel, payload);
    slowestMs = Math.max(slowestMs, durationMs);
    const fault = faultOf(answer, isSound, rig.deeds() - before);
    if (fault !== null) faults.push(`call ${call}: ${fault}`);
    if (isResult(answer) && answer.ok) answered += 1;
    if (isSound) await quiet(rig);
    // Somebody may have logged out.
    if (call % 1_000 === 999) await refresh(rig);
  }
  const unharmed = await rig.describe().catch(() => null);
  const nothing = { isSpoilt: true };
  for (let call = 0; call < 100; call += 1) await rig.main.router.handle(channel, nothing);
  if (unharmed !== null && (await rig.describe()) !== unharmed) faults.push('refused payloads changed the database');
  if (describePrototypes() !== prototypes) faults.push('a prototype has changed');
  if (slowestMs > slowMs) faults.push(`a call held the program up for ${Math.round(slowestMs)} ms`);
  return { channel, calls, sound, answered, slowestMs, faults: [...faults, ...rig.exceptions.slice(0, maxFaults)] };
}

function fits(schema: z.ZodType, payload: unknown): boolean {
  try {
    return schema.safeParse(payload).success;
  } catch {
    return false;
  }
}

async function refresh(rig: IpcRig): Promise<void> {
  await rig.clock.advance(1_000);
  await rig.signIn();
  await quiet(rig);
}

/** Lets what a call set in motion come to its end. */
async function quiet(rig: IpcRig): Promise<void> {
  for (let turn = 0, before = -1; turn < 5; turn += 1) {
    if (rig.deeds() !== before) turn = 0;
    before = rig.deeds();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const unanswered = Symbol('unanswered');

/** The fastest of three where the first one was slow. */
async function ask(rig: IpcRig, channel: string, payload: unknown): Promise<{ answer: unknown; durationMs: number }> {
  let best = await askOnce(rig, channel, payload);
  for (let again = 0; again < 2 && best.durationMs > slowMs; again += 1) {
    const { durationMs } = await askOnce(rig, channel, payload);
    best = { ...best, durationMs: Math.min(best.durationMs, durationMs) };
  }
  return best;
}

/** How long the program is held up counts, at one time; a disk may be slow. */
async function askOnce(rig: IpcRig, channel: string, payload: unknown) {
  const startMs = performance.now();
  const asked = rig.main.router.handle(channel, payload).catch((error: unknown) => error);
  let durationMs = performance.now() - startMs;
  let answer: unknown = unanswered;
  while (answer === unanswered && performance.now() - startMs < patienceMs) {
    const turnMs = performance.now();
    answer = await Promise.race([asked, new Promise((resolve) => setImmediate(resolve, unanswered))]);
    durationMs = Math.max(durationMs, performance.now() - turnMs);
  }
  return { answer, durationMs };
}

type AnyResult = { readonly ok: boolean; readonly error?: { readonly code: string } };
const isResult = (answer: unknown): answer is AnyResult =>
  typeof answer === 'object' && answer !== null && typeof (answer as AnyResult).ok === 'boolean';

function faultOf(answer: unknown, isSound: boolean, deeds: number): string | null {
  if (answer === unanswered) return 'no answer';
  if (!isResult(answer)) return `no result: ${String(answer).slice(0, 200)}`;
  if (answer.error?.code === 'unexpected') return 'an exception';
  if (isSound) return null;
  if (answer.ok || answer.error?.code !== 'invalid-request') return 'taken, though it does not fit';
  return deeds === 0 ? null : `${deeds} things done, though it does not fit`;
}

const describePrototypes = (): string =>
  [Object, Array, String, Number, Map, Function, Promise]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype).join(' '))
    .join('\n');

/** The long run (safety §3 S12): prints a table, fails on any fault. */
export async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { seed: { type: 'string', default: '1' }, calls: { type: 'string', default: '50000' } },
  });
  const [seed, callsPerChannel] = [Number(values.seed), Number(values.calls)];
  if (!Number.isSafeInteger(seed) || !Number.isSafeInteger(callsPerChannel)) {
    console.error('--seed and --calls must be whole numbers');
    return 2;
  }
  let uncaught = 0;
  const note = (): void => void (uncaught += 1);
  process.on('unhandledRejection', note).on('uncaughtException', note);
  console.log(`seed ${seed}`);
  console.log('channel                      calls    sound  answered  slowest ms  calls/s  faults');
  let startMs = performance.now();
  const reports = await fuzzIpc({
    callsPerChannel,
    seed,
    onReport: ({ channel, calls, sound, answered, slowestMs, faults }) => {
      const perSecond = Math.round(calls / ((performance.now() - startMs) / 1_000));
      startMs = performance.now();
      const numbers = [
        [calls, 9],
        [sound, 9],
        [answered, 10],
        [slowestMs.toFixed(1), 12],
        [perSecond, 9],
        [faults.length, 8],
      ];
      console.log(channel.padEnd(25) + numbers.map(([value, width]) => String(value).padStart(Number(width))).join(''));
      for (const fault of faults) console.log(`  ${fault}`);
    },
  });
  process.off('unhandledRejection', note).off('uncaughtException', note);
  const faults = reports.reduce((sum, report) => sum + report.faults.length, uncaught);
  console.log(faults === 0 ? 'no fault' : `FAILED: ${faults} faults, ${uncaught} of them uncaught`);
  return faults === 0 ? 0 : 1;
}
