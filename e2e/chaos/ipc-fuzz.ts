import type { z } from 'zod';
import { requestChannels } from '../../src-shared/ipc/channels.ts';
import { requests, type RequestChannel } from '../../src-shared/ipc/contract.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { waitedForProcessorMs } from './cpu-time.ts';
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
/** These do nothing where nothing is wrong: now and then something is. */
const triesAgain: readonly RequestChannel[] = ['history:retry', 'history:startNew'];
const troubleEvery = 25;
/** What is not answered by then hangs. */
const patienceMs = 5_000;

/**
 * Calls one channel of main as a page gone bad would (safety T29, §3 S12): `calls` payloads, sound, spoilt and hostile,
 * to a main process of its own. For each there must be an answer that is a `Result`, no exception anywhere, the program
 * held up by no more than 50 ms, and nothing done where the payload does not fit. The same seed gives the same payloads.
 */
export async function fuzzChannel(channel: RequestChannel, calls: number, seed: number): Promise<ChannelReport> {
  const rig = await createIpcRig();
  try {
    await rig.signIn();
    await quiet(rig);
    return await callOften(rig, channel, calls, createRandom(seed + requestChannels.indexOf(channel)));
  } finally {
    await rig.remove();
  }
}

async function callOften(rig: IpcRig, channel: RequestChannel, calls: number, random: Random): Promise<ChannelReport> {
  const schema = requests[channel].request;
  const shape = shapeOf(schema);
  const faults: string[] = [];
  const prototypes = describePrototypes();
  let [sound, answered, slowestMs] = [0, 0, 0];

  for (let call = 0; call < calls && faults.length < maxFaults; call += 1) {
    if (triesAgain.includes(channel) && call % troubleEvery === 0) {
      rig.makeTrouble();
      await quiet(rig);
    }
    const made = makePayload(random, shape);
    // As it comes over IPC.
    const payload: unknown = structuredClone(made);
    const isSound = fits(schema, payload);
    if (isSound) sound += 1;
    const before = rig.deeds();
    const { answer, heldMs } = await ask(rig, channel, payload);
    slowestMs = Math.max(slowestMs, heldMs);
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
async function ask(rig: IpcRig, channel: string, payload: unknown): Promise<{ answer: unknown; heldMs: number }> {
  const first = await askOnce(rig, channel, payload);
  let { heldMs } = first;
  for (let again = 0; again < 2 && heldMs > slowMs; again += 1)
    heldMs = Math.min(heldMs, (await askOnce(rig, channel, payload)).heldMs);
  return { answer: first.answer, heldMs };
}

/**
 * How long the program is held up counts, at one time; a disk may be slow, and what others did meanwhile with the
 * processor is not ours.
 */
async function askOnce(rig: IpcRig, channel: string, payload: unknown): Promise<{ answer: unknown; heldMs: number }> {
  const startMs = performance.now();
  const waitedMs = waitedForProcessorMs();
  const asked = { answer: unanswered as unknown };
  const take = (value: unknown): void => void (asked.answer = value);
  rig.main.router.handle(channel, payload).then(take, take);
  const notOursMs = (): number => waitedForProcessorMs() - waitedMs;
  let turnMs = performance.now();
  let heldMs = turnMs - startMs;
  const isPatient = (): boolean => {
    const askedForMs = turnMs - startMs;
    return askedForMs < patienceMs || askedForMs - notOursMs() < patienceMs;
  };
  while (asked.answer === unanswered && isPatient()) {
    await new Promise((resolve) => setImmediate(resolve));
    const nowMs = performance.now();
    heldMs = Math.max(heldMs, nowMs - turnMs);
    turnMs = nowMs;
  }
  return { answer: asked.answer, heldMs: Math.max(0, heldMs - notOursMs()) };
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
