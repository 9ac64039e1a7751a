import type { Random } from '../../../src-shared/protocol/random.ts';
import type { ChaosDirection } from '../proxy.ts';

/** What goes wrong. Times are real ones: stalls and slow lines stay below the grace of the clock the programs run by. */
export type Trouble =
  | { readonly kind: 'cut-after'; readonly direction: ChaosDirection; readonly bytes: number }
  | { readonly kind: 'cut' | 'reset' }
  | { readonly kind: 'half-close'; readonly direction: ChaosDirection }
  | { readonly kind: 'blackhole'; readonly direction: ChaosDirection | 'both'; readonly forMs: number }
  | { readonly kind: 'stall'; readonly direction: ChaosDirection; readonly forMs: number }
  | { readonly kind: 'throttle'; readonly direction: ChaosDirection; readonly bytesPerSecond: number }
  | { readonly kind: 'refuse'; readonly forMs: number }
  | { readonly kind: 'restart'; readonly how: 'stop' | 'kill'; readonly awayMs: number };

/** `who`: whose line it is. `at`: how many messages had been written. */
export type Step = { readonly at: number; readonly who: 0 | 1; readonly trouble: Trouble };

const kinds = ['cut-after', 'cut-after', 'cut', 'reset', 'half-close', 'blackhole', 'stall', 'throttle'] as const;
/** Below the shortest grace: 3.5 s at a clock eight times as fast are 437 ms. */
const longestStallMs = 200;

/** The troubles of one run, in order; the same for the same seed. */
export function makeSchedule(random: Random, messages: number): Step[] {
  const count = 3 + random.below(5);
  return Array.from({ length: count }, () => ({
    at: random.below(messages),
    who: random.pick([0, 1] as const),
    trouble: makeTrouble(random),
  })).toSorted((one, other) => one.at - other.at);
}

function makeTrouble(random: Random): Trouble {
  const direction = random.pick(['up', 'down'] as const);
  const kind = random.pick([...kinds, 'refuse', 'restart'] as const);
  switch (kind) {
    case 'cut-after':
      return { kind, direction, bytes: random.below(3_000) };
    case 'cut':
    case 'reset':
      return { kind };
    case 'half-close':
      return { kind, direction };
    case 'blackhole':
      return { kind, direction: random.pick([direction, 'both'] as const), forMs: 100 + random.below(1_500) };
    case 'stall':
      return { kind, direction, forMs: random.below(longestStallMs) };
    case 'throttle':
      return { kind, direction, bytesPerSecond: 50_000 + random.below(100_000) };
    case 'refuse':
      return { kind, forMs: random.below(600) };
    case 'restart':
      return { kind, how: random.pick(['stop', 'kill'] as const), awayMs: random.below(400) };
  }
}

/** A step as one line of a report. */
export function describeStep({ at, who, trouble }: Step): string {
  const { kind, ...rest } = trouble;
  return `at ${at}, line ${who}: ${kind} ${Object.values(rest).join(' ')}`.trimEnd();
}
