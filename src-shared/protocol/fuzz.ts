import type { Result } from '../kernel/result.ts';
import { clientFrameSchemas } from './client-frames.ts';
import { decodeClientFrame, decodeServerFrame, encodeClientFrame, encodeServerFrame } from './codec.ts';
import { makeFrame, mutateText } from './frame-mutations.ts';
import type { FrameReject } from './frames.ts';
import { goldenClientFrames } from './golden-client-frames.ts';
import { goldenServerFrames } from './golden-server-frames.ts';
import { createRandom } from './random.ts';
import { serverFrameSchemas } from './server-frames.ts';

export type FuzzOptions = {
  /** Frames made from nothing. */
  readonly structured: number;
  /** Golden frames with spoilt bytes. */
  readonly mutated: number;
  readonly seed: number;
  /** A clock that only goes forward, in milliseconds. */
  readonly nowMs: () => number;
};

export type FuzzReport = {
  readonly frames: number;
  /** How many of them were taken, by the decoder that took them. */
  readonly taken: { readonly client: number; readonly server: number };
  readonly rejects: Readonly<Record<FrameReject['reason'], number>>;
  readonly slowestMs: number;
  /** What should not have happened, with the frame it happened on: the first few. */
  readonly faults: readonly string[];
};

/** A frame this slow is measured again before it counts: other work of the computer shows up here too. */
const slowMs = 20;
const maxFaults = 20;

/**
 * Feeds random frames to the decoders of both directions and checks what must hold for any input (safety T13, T14, §3
 * S1): no throw, plain objects, clean strings, decoding what was decoded changes nothing, only a clear clears, and
 * the prototypes of everything stay as they are. The same seed gives the same frames.
 */
export function fuzzDecoder({ structured, mutated, seed, nowMs }: FuzzOptions): FuzzReport {
  const random = createRandom(seed);
  const types = [...clientFrameSchemas.keys(), ...serverFrameSchemas.keys(), '__proto__', 'constructor', 'HELLO', ''];
  const texts = [...goldenClientFrames, ...goldenServerFrames].map(({ text }) => text);
  const rejects = {
    'too-large': 0,
    'too-deep': 0,
    'not-json': 0,
    'not-a-frame': 0,
    'unknown-type': 0,
    'invalid-payload': 0,
  };
  const taken = { client: 0, server: 0 };
  const faults: string[] = [];
  let slowestMs = 0;
  const prototypes = describePrototypes();

  const checkWith = <Frame extends { readonly kind: string }>(
    side: 'client' | 'server',
    text: string,
    decode: (text: string) => Result<Frame, FrameReject>,
    encode: (frame: Frame) => string,
  ): void => {
    const startMs = nowMs();
    const result = decode(text);
    let durationMs = nowMs() - startMs;
    if (durationMs > slowMs)
      durationMs = Math.min(
        durationMs,
        remeasure(() => decode(text), nowMs),
      );
    slowestMs = Math.max(slowestMs, durationMs);
    if (!result.ok) {
      rejects[result.error.reason] += 1;
      return;
    }
    taken[side] += 1;
    const fault = findFault(text, result.value, decode, encode);
    if (fault !== null) throw new Error(fault);
  };

  const count = structured + mutated;
  for (let index = 0; index < count && faults.length < maxFaults; index += 1) {
    const text = index < structured ? makeFrame(random, types) : mutateText(random, texts);
    try {
      checkWith('client', text, decodeClientFrame, encodeClientFrame);
      checkWith('server', text, decodeServerFrame, encodeServerFrame);
    } catch (error) {
      faults.push(`${String(error)}: ${text.slice(0, 500)}`);
    }
  }
  if (describePrototypes() !== prototypes) faults.push('a prototype has changed');
  return { frames: count, taken, rejects, slowestMs, faults };
}

/** The fastest of three runs. */
function remeasure(run: () => void, nowMs: () => number): number {
  const durations = [0, 1, 2].map(() => {
    const startMs = nowMs();
    run();
    return nowMs() - startMs;
  });
  return Math.min(...durations);
}

const describePrototypes = (): string =>
  [Object, Array, String, Number, Map, Function]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype).join(' '))
    .join('\n');

function findFault<Frame extends { readonly kind: string }>(
  text: string,
  frame: Frame,
  decode: (text: string) => Result<Frame, FrameReject>,
  encode: (frame: Frame) => string,
): string | null {
  if (!isPlain(frame)) return 'not plain data';
  if (frame.kind === 'history-cleared' && !saysCleared(text)) return 'cleared by a frame that is no clear';
  const again = decode(encode(frame));
  // Bad rows are counted in the first decoding only.
  const written = (value: unknown) => JSON.stringify(value).replace(/,"droppedRows":\d+/, '');
  if (!again.ok || written(again.value) !== written(frame)) return 'decoding again changes it';
  return null;
}

/** Whether `value` is made of plain objects, arrays, booleans, clean strings and safe integers, at most 6 deep. */
function isPlain(value: unknown, depth = 0): boolean {
  if (depth > 6) return false;
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every((element) => isPlain(element, depth + 1));
  return (
    typeof value === 'object' &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Object.values(value).every((field) => isPlain(field, depth + 1))
  );
}

/** Whether the frame says "history cleared", told without the codec. */
function saysCleared(text: string): boolean {
  const { type, payload } = JSON.parse(text) as { type: string; payload: object };
  const fields = Object.keys(payload);
  return (
    (type === 'MESSAGE_RECEIVED_OTHER' || type === 'MESSAGES_CLEARED') &&
    fields.includes('userId') &&
    fields.includes('targetUserId') &&
    !fields.some((field) => ['id', 'senderId', 'receiverId', 'content'].includes(field))
  );
}
