import { createRandom, type Random } from '../../../src-shared/protocol/random.ts';
import { fileForms, serverModels, varied, type ServerModel } from './models.ts';

/** The people I write with: contacts, for a stranger's word that was not pushed nobody could ask. */
export const peers = [2, 3, 4] as const;
export type Peer = (typeof peers)[number];

/** Something that happens from outside: what people do, and what goes wrong. */
export type Step = { readonly atMs: number } & Deed;
type Deed =
  /** `isFile`: not the text, but a file of that name. */
  | { readonly do: 'send'; readonly peer: Peer; readonly text: string; readonly isFile?: true }
  /** The window asks the same command again, as after a reload (safety R37). */
  | { readonly do: 'repeat'; readonly which: number }
  | { readonly do: 'incoming'; readonly peer: Peer; readonly text: string }
  /** Another device of mine writes. */
  | { readonly do: 'other-device'; readonly peer: Peer; readonly text: string }
  | { readonly do: 'peer-reads'; readonly peer: Peer }
  | { readonly do: 'open'; readonly peer: Peer }
  | { readonly do: 'read'; readonly peer: Peer }
  /** `everyMs`: not all at once, but one after the other. */
  | { readonly do: 'retry-failed'; readonly everyMs?: number }
  | { readonly do: 'delete-failed' }
  /** Of what waits, is under way or is in doubt. */
  | { readonly do: 'delete-unsent'; readonly which: number }
  | Fault;

export type Fault =
  | { readonly do: 'rst' | 'cut-down' | 'half-open' | 'nudge' }
  | { readonly do: 'stall'; readonly way: 'up' | 'down' | 'both'; readonly forMs: number }
  | { readonly do: 'refuse' | 'hold-acks' | 'late-load' | 'repeat-acks' | 'repeat-pushes'; readonly forMs: number }
  | { readonly do: 'server-restart'; readonly forMs: number; readonly code: number }
  /** An ack that was given before, however long ago; or one for nothing that I ever wrote. */
  | { readonly do: 'old-ack' | 'unknown-ack'; readonly which: number }
  | { readonly do: 'crash'; readonly forMs: number; readonly runs: number }
  | { readonly do: 'store-dies'; readonly hasRun: boolean }
  | { readonly do: 'store-slow' | 'disk-full' | 'sleep' | 'clock-jump'; readonly forMs: number };

/** All of one run: nothing else decides what happens, so the same plan is the same run. */
export type Plan = { readonly seed: number; readonly model: ServerModel; readonly steps: readonly Step[] };

const ownMessages = 44;
const incomingMessages = 12;
const otherDeviceMessages = 4;
/** Messages that one run is about. */
export const messagesPerRun = ownMessages + incomingMessages + otherDeviceMessages;

/** What a server of some kind chokes on (safety R10, R29, R30). Only where it stands alone in the text. */
export const spoilt = { tooLarge: 'TOO LARGE', poison: 'POISON', ignored: 'IGNORED' } as const;

export const isChokedOn = (text: string): boolean => (Object.values(spoilt) as string[]).includes(text);

const short = ['ok', 'yes', 'no', '好'];

/** What happens in the run of this seed. */
export function planOf(seed: number): Plan {
  const random = createRandom(seed);
  // Of their own, so that which are files changes nothing else.
  const fileRandom = createRandom(seed ^ 0xf11e);
  const removalRandom = createRandom(seed ^ 0xde1);
  const model = {
    ...varied(serverModels[seed % serverModels.length]!, random),
    files: fileRandom.pick(fileForms),
  };
  const lastsMs = random.pick([8_000, 40_000, 120_000]);
  const isSpoilt = random.oneIn(12);
  const steps: Step[] = [];
  const text = (k: number): string => (random.oneIn(3) ? random.pick(short) : `m${k}`);

  for (let k = 0, atMs = 0; k < ownMessages; k += 1) {
    // People write in bursts.
    if (!random.oneIn(3)) atMs = random.below(lastsMs);
    else atMs += random.below(30);
    const said = isSpoilt && random.oneIn(20) ? random.pick(Object.values(spoilt)) : text(k);
    steps.push({ atMs, do: 'send', peer: random.pick(peers), text: said });
    if (random.oneIn(12)) steps.push({ atMs: atMs + random.below(4_000), do: 'repeat', which: k });
  }
  for (let k = 0; k < incomingMessages; k += 1)
    steps.push({ atMs: random.below(lastsMs), do: 'incoming', peer: random.pick(peers), text: text(k) });
  for (let k = 0; k < otherDeviceMessages; k += 1) {
    steps.push({ atMs: random.below(lastsMs), do: 'other-device', peer: random.pick(peers), text: text(k) });
  }
  for (const deed of ['peer-reads', 'open', 'read', 'read'] as const)
    steps.push({ atMs: random.below(lastsMs), do: deed, peer: random.pick(peers) });
  if (random.oneIn(3)) steps.push({ atMs: random.below(lastsMs), do: 'retry-failed' });
  if (random.oneIn(6)) steps.push({ atMs: random.below(lastsMs), do: 'delete-failed' });
  const faults = random.below(12);
  for (let k = 0; k < faults; k += 1) steps.push({ atMs: random.below(lastsMs), ...anyFault(random) });
  for (const [index, step] of steps.entries())
    if (step.do === 'send' && !isChokedOn(step.text) && fileRandom.oneIn(5))
      steps[index] = { ...step, text: `${step.text}.bin`, isFile: true };
  steps.push(...removals(removalRandom, steps, lastsMs));
  return { seed, model, steps: steps.toSorted((one, other) => one.atMs - other.atMs) };
}

/** Every third run has some of it: most of it just after something was sent, where it is under way. */
function removals(random: Random, steps: readonly Step[], lastsMs: number): Step[] {
  if (!random.oneIn(3)) return [];
  const sends = steps.filter((step) => step.do === 'send');
  const deletions = Array.from({ length: 1 + random.below(4) }, (): Step => {
    const atMs = random.pick(sends).atMs + random.pick([0, 2, 10, 60, 1_000, 5_000]);
    return { atMs, do: 'delete-unsent', which: random.below(1_000) };
  });
  if (!random.oneIn(3)) return deletions;
  const retries: Step = { atMs: random.below(lastsMs), do: 'retry-failed', everyMs: random.pick([1, 5, 40, 300]) };
  return [...deletions, retries];
}

/** Bytes of a connection that was given up come this late at most: below the grace (the honest limit of safety §4.2). */
export const longestStallMs = 3_000;

function anyFault(random: Random): Fault {
  const forMs = random.pick([50, 700, 4_000]) + random.below(3_000);
  const kind = random.pick([
    ...(['rst', 'rst', 'rst', 'cut-down', 'cut-down', 'half-open', 'stall', 'stall', 'server-restart'] as const),
    ...(['crash', 'crash', 'refuse', 'old-ack', 'unknown-ack', 'hold-acks', 'repeat-acks', 'repeat-pushes'] as const),
    ...(['late-load', 'store-dies', 'store-slow', 'disk-full', 'sleep', 'clock-jump', 'nudge'] as const),
  ]);
  switch (kind) {
    case 'rst':
    case 'cut-down':
    case 'half-open':
    case 'nudge':
      return { do: kind };
    case 'stall':
      return { do: kind, way: random.pick(['up', 'down', 'both']), forMs: random.below(longestStallMs) };
    case 'server-restart':
      return { do: kind, forMs, code: random.pick([1006, 1001, 1012, 1013]) };
    case 'old-ack':
    case 'unknown-ack':
      return { do: kind, which: random.below(1_000) };
    case 'crash':
      return { do: kind, forMs: random.pick([20, 500, 6_000]), runs: random.below(3) };
    case 'store-dies':
      return { do: kind, hasRun: random.oneIn(2) };
    case 'clock-jump':
      return { do: kind, forMs: random.pick([-1, 1]) * random.pick([3_600_000, 90_000_000, 315_360_000_000]) };
    case 'sleep':
      return { do: kind, forMs: random.pick([2_000, 20_000, 90_000]) };
    case 'late-load':
      return { do: kind, forMs: 10_000 + random.below(10_000) };
    default:
      return { do: kind, forMs };
  }
}
