import { clientFrameSchemas } from '../../../src-shared/protocol/client-frames.ts';
import { decodeClientFrame } from '../../../src-shared/protocol/codec.ts';
import { makeFrame, mutateText } from '../../../src-shared/protocol/frame-mutations.ts';
import { goldenClientFrames } from '../../../src-shared/protocol/golden-client-frames.ts';
import { goldenServerFrames } from '../../../src-shared/protocol/golden-server-frames.ts';
import type { Random } from '../../../src-shared/protocol/random.ts';

/** How a frame goes over the wire. */
export type HostileFrame = {
  readonly text: string;
  readonly form: 'text' | 'binary' | 'in pieces';
};

const logIns = new Set(['log-in', 'log-in-by-token', 'register']);
const texts = [...goldenClientFrames, ...goldenServerFrames].map(({ text }) => text);
const types = [...clientFrameSchemas.keys(), '__proto__', 'constructor', 'HELLO', ''];

/**
 * Frames without end, made from nothing or from good ones that are spoilt, none of which may have any effect from
 * somebody with the id `self`, or from nobody (0). Log-ins are left out before one: each costs a password's time.
 */
export function createHostileFrames(random: Random, self: number): () => HostileFrame {
  function mayDoSomething(text: string): boolean {
    const frame = decodeClientFrame(text);
    if (!frame.ok) return false;
    if (logIns.has(frame.value.kind)) return self === 0;
    const { userId, senderId } = frame.value as { readonly [field: string]: unknown };
    return self !== 0 && [userId, senderId].includes(self);
  }
  return () => {
    for (;;) {
      const text = random.oneIn(3) ? makeFrame(random, types) : mutateText(random, texts);
      if (mayDoSomething(text)) continue;
      return { text, form: random.oneIn(30) ? random.pick(['binary', 'in pieces'] as const) : 'text' };
    }
  };
}

/** Good frames of this person, some of them spoilt: anything may happen to what is theirs, and to nothing else. */
export function createOwnFrames(random: Random, self: number): () => HostileFrame {
  const own = texts.map((text) => text.replace(/("(?:userId|senderId|requesterUserId)":)\d+/g, `$1${self}`));
  const isCostly = /"(?:LOGIN|LOGIN_BY_TOKEN|REGISTER|UPDATE_PROFILE|LOGOUT)"/;
  const cheap = own.filter((text) => !isCostly.test(text));
  return () => {
    const text = random.oneIn(3) ? random.pick(cheap) : mutateText(random, cheap);
    return { text, form: 'text' };
  };
}
