import { checkHistory, type Violation } from './checker.ts';
import { serverModels, type ServerModel } from './models.ts';
import type { Plan, Step } from './schedule.ts';
import { simulate } from './simulate.ts';

/** A short story that the program is to survive, wherever in it the program crashes (safety §3 S4). */
export type Scenario = { readonly name: string; readonly model: ServerModel; readonly steps: readonly Step[] };

const [a, b, c, d, e] = serverModels as [ServerModel, ServerModel, ServerModel, ServerModel, ServerModel];
const send = (atMs: number, text: string, peer: 2 | 3 | 4 = 2): Step => ({ atMs, do: 'send', peer, text });
const file = (atMs: number, text: string, peer: 2 | 3 | 4 = 2): Step => ({
  atMs,
  do: 'send',
  peer,
  text,
  isFile: true,
});
const burst = (atMs: number, count: number): Step[] =>
  Array.from({ length: count }, (_, k) => send(atMs + k, k % 3 === 0 ? 'ok' : `m${k}`, k % 2 === 0 ? 2 : 3));

export const scenarios: readonly Scenario[] = [
  { name: 'one message', model: a, steps: [send(200, 'hello')] },
  { name: 'the same words twice, no dedupe', model: b, steps: [send(200, 'ok'), send(210, 'ok')] },
  { name: 'a burst to two people, the server’s own ids', model: c, steps: burst(200, 6) },
  { name: 'acks that name the server’s ids', model: d, steps: burst(200, 4) },
  { name: 'newest first, acks twice, cuts', model: e, steps: [...burst(200, 4), send(900, 'last')] },
  { name: 'written offline', model: b, steps: [{ atMs: 100, do: 'refuse', forMs: 900 }, ...burst(200, 4)] },
  {
    name: 'stored and never acked',
    model: c,
    steps: [{ atMs: 150, do: 'cut-down' }, send(200, 'ok'), { atMs: 400, do: 'rst' }, send(600, 'ok')],
  },
  {
    name: 'in doubt, absent, sent again',
    model: b,
    steps: [{ atMs: 150, do: 'half-open' }, send(200, 'one'), { atMs: 900, do: 'rst' }, send(5_000, 'two')],
  },
  {
    name: 'the same command again',
    model: a,
    steps: [send(200, 'once'), { atMs: 203, do: 'repeat', which: 0 }, { atMs: 900, do: 'repeat', which: 0 }],
  },
  {
    name: 'parked, retried and deleted',
    model: b,
    steps: [
      send(200, 'TOO LARGE'),
      send(210, 'after'),
      { atMs: 3_000, do: 'retry-failed' },
      { atMs: 9_000, do: 'delete-failed' },
    ],
  },
  {
    name: 'messages come in while others go out',
    model: d,
    steps: [
      ...burst(200, 3),
      { atMs: 201, do: 'incoming', peer: 2, text: 'ok' },
      { atMs: 203, do: 'incoming', peer: 3, text: 'hi' },
      { atMs: 205, do: 'other-device', peer: 2, text: 'elsewhere' },
      { atMs: 600, do: 'read', peer: 2 },
    ],
  },
  {
    name: 'files between texts',
    model: { ...c, files: 'slices' },
    steps: [send(200, 'see'), file(201, 'a.bin'), file(202, 'b.bin'), send(203, 'done'), file(900, 'a.bin', 3)],
  },
  {
    name: 'the store dies and the disk is full',
    model: b,
    steps: [
      ...burst(200, 3),
      { atMs: 203, do: 'store-dies', hasRun: true },
      { atMs: 400, do: 'disk-full', forMs: 900 },
      send(500, 'refused'),
      send(2_000, 'kept'),
    ],
  },
];

export type CrashReport = {
  readonly runs: number;
  readonly points: number;
  readonly failures: readonly {
    readonly point: number;
    readonly seed: number;
    readonly violations: readonly Violation[];
  }[];
};

/** How long the program is down: before the grace of what it sent is over, and after. */
const downTimesMs = [30, 5_000];

/**
 * Crashes a scenario after its first commit or frame, after its second, and so on until it ends before the crash. Each
 * point `variants` times: what was written last arrives or not, at once or late.
 */
export async function crashEverywhere(scenario: Scenario, variants: number): Promise<CrashReport> {
  const failures: CrashReport['failures'][number][] = [];
  let runs = 0;
  for (let point = 1; ; point += 1) {
    for (let variant = 0; variant < variants; variant += 1) {
      const seed = point * 100 + variant;
      const plan: Plan = { seed, model: scenario.model, steps: scenario.steps };
      const downMs = downTimesMs[variant % downTimesMs.length]!;
      const { history, hasCrashed } = await simulate(plan, { crashAfter: { steps: point, downMs } });
      if (!hasCrashed) return { runs, points: point - 1, failures };
      runs += 1;
      const violations = checkHistory(history);
      if (violations.length > 0) failures.push({ point, seed, violations });
    }
  }
}
