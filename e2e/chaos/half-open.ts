import { serverUrl, userId, messageId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { createLink } from '../../src-main/connection/create-link.ts';
import { createDialer } from '../../src-main/connection/dialer.ts';
import type { Link } from '../../src-main/connection/link.ts';
import { inPieces } from '../../src-main/connection/testing/file-source.ts';
import { goodToken, startStubServer, type StubServer } from '../../src-main/connection/testing/stub-server.ts';
import { createSystemClock } from '../../src-main/platform/system-clock.ts';
import type { Clock } from '../../src-main/ports.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { readNumbers } from './options.ts';
import { createChaosProxy, type ChaosDirection, type ChaosProxy } from './proxy.ts';

type Line = {
  readonly link: Link;
  readonly proxy: ChaosProxy;
  readonly server: StubServer;
  readonly clock: Clock;
  readonly wait: (durationMs: number) => Promise<null>;
  readonly random: Random;
};

type Scenario = {
  readonly name: string;
  /** Detected within this; null: must survive. */
  readonly limitMs: number | null;
  /** Breaks the line. @returns when it was broken, or when it was asked after. */
  readonly breakLine: (line: Line) => Promise<number>;
};

type HalfOpenReport = {
  readonly name: string;
  readonly limitMs: number | null;
  /** One for each run, in order of size; empty where the line survived, as it should. */
  readonly detectedMs: readonly number[];
  readonly missed: number;
};

const throttle = { kind: 'throttle', bytesPerSecond: 50_000 } as const;
/** Longer than any death takes. */
const watchMs = 60_000;

const directions: readonly (readonly ChaosDirection[])[] = [['up'], ['down'], ['up', 'down']];
const me = userId(1);

type Load = { readonly name: string; readonly direction: ChaosDirection; readonly sizeBytes: number };
/** One frame that takes a minute. */
const muchDown: Load = { name: 'much on its way down', direction: 'down', sizeBytes: 3_000_000 };
/** A file that the system never takes whole, and one of which it has the end long before the server. */
const muchUp: Load = { name: 'much on its way up', direction: 'up', sizeBytes: 12_000_000 };
const endUp: Load = { name: 'end of a file on its way up', direction: 'up', sizeBytes: 1_500_000 };

function send({ link, server, proxy }: Line, { direction, sizeBytes }: Load): void {
  proxy.setFault(direction, throttle);
  if (direction === 'down') server.clients()[0]?.send('x'.repeat(sizeBytes));
  else void upload(link, sizeBytes);
}

async function upload(link: Link, sizeBytes: number): Promise<void> {
  const envelope = {
    kind: 'send-file',
    messageId: messageId(7),
    senderId: me,
    receiverId: userId(2),
    name: 'a.bin',
  } as const;
  const read = (): AsyncGenerator<Uint8Array> => inPieces(new Uint8Array(sizeBytes));
  await link.upload({ envelope, sizeBytes, read, onBegun: () => {}, onBytes: () => {} });
}

const onItsWay = (load: Load, isStalled: boolean): Scenario => ({
  name: `${load.name}, ${isStalled ? 'then nothing' : 'slow for a minute'}`,
  limitMs: isStalled ? 30_000 : null,
  breakLine: async (line) => {
    send(line, load);
    if (!isStalled) return line.clock.monotonicMs();
    await line.wait(10_000 + line.random.below(10_000));
    for (const each of ['up', 'down'] as const) line.proxy.setFault(each, { kind: 'stall' });
    return line.clock.monotonicMs();
  },
});

const scenarios: readonly Scenario[] = [
  {
    name: 'idle',
    limitMs: 25_000,
    breakLine: async ({ proxy, clock, wait, random }) => {
      await wait(random.below(20_000));
      for (const direction of random.pick(directions)) proxy.setFault(direction, { kind: 'blackhole' });
      return clock.monotonicMs();
    },
  },
  {
    name: 'idle, asked after (waking)',
    limitMs: 5_000,
    breakLine: async ({ link, proxy, clock, wait, random }) => {
      await wait(random.below(10_000));
      for (const direction of random.pick(directions)) proxy.setFault(direction, { kind: 'blackhole' });
      await wait(random.below(4_000));
      const askedAtMs = clock.monotonicMs();
      link.nudge();
      return askedAtMs;
    },
  },
  ...[muchDown, muchUp, endUp].flatMap((load) => [onItsWay(load, false), onItsWay(load, true)]),
];

/**
 * How long it takes to notice that the other side is gone (safety R3, R4): real links over real sockets, each through
 * a line of its own that swallows or holds back everything. All runs of a scenario at once, since they only wait.
 */
async function measureHalfOpen(
  options: { readonly runs: number; readonly seed: number },
  onReport: (report: HalfOpenReport) => void = () => {},
): Promise<HalfOpenReport[]> {
  const random = createRandom(options.seed);
  const reports: HalfOpenReport[] = [];
  for (const scenario of scenarios) {
    const results = await Promise.all(Array.from({ length: options.runs }, () => runOnce(scenario, random)));
    const detectedMs = results.filter((result) => result !== null).toSorted((one, other) => one - other);
    const { name, limitMs } = scenario;
    const right = limitMs === null ? results.length - detectedMs.length : detectedMs.length;
    const report = { name, limitMs, detectedMs, missed: results.length - right };
    reports.push(report);
    onReport(report);
  }
  return reports;
}

/** @returns after how long the link gave the connection up, in milliseconds; null where it did not. */
async function runOnce(scenario: Scenario, random: Random): Promise<number | null> {
  const server = await startStubServer();
  const proxy = await createChaosProxy({ targetPort: server.port });
  const clock = createSystemClock();
  const link = createLink({ clock, random: { fraction: () => 0.5 }, log: () => {}, dialer: createDialer() });
  const wait = (durationMs: number): Promise<null> =>
    new Promise((resolve) => {
      clock.setTimer(durationMs, () => resolve(null));
    });
  try {
    await becomeReady(link, proxy.port);
    const lost = new Promise<number>((resolve) => link.onState(() => resolve(clock.monotonicMs())));
    const sinceMs = await scenario.breakLine({ link, proxy, server, clock, wait, random });
    const lostAtMs = await Promise.race([lost, wait(watchMs)]);
    return lostAtMs === null ? null : lostAtMs - sinceMs;
  } finally {
    await link.stop();
    await proxy.close();
    await server.stop();
  }
}

function becomeReady(link: Link, port: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onState((state) => {
      if (state.phase !== 'ready') return;
      stop();
      resolve();
    });
    link.start({
      serverUrl: serverUrl(`ws://127.0.0.1:${port}`),
      authenticate: async (request) => {
        const reply = await request({ kind: 'log-in-by-token', token: goodToken });
        return reply.ok ? ok(undefined) : reply;
      },
      catchUp: () => Promise.resolve(ok(undefined)),
    });
  });
}

/** `npm run chaos -- half-open`: the distribution of detection times; fails where one is over its limit. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { runs: 40, seed: 1 });
  if (options === null) return 2;
  console.log(`seed ${options.seed}, ${options.runs} lines at once\n`);
  console.log('scenario                                        limit s   min s  median s   p95 s   max s  wrong');
  let isWrong = false;
  await measureHalfOpen(options, ({ name, limitMs, detectedMs, missed }) => {
    const at = (share: number): string => {
      const found = detectedMs[Math.min(detectedMs.length - 1, Math.floor(detectedMs.length * share))];
      return found === undefined ? '–' : (found / 1_000).toFixed(2);
    };
    const late = limitMs === null ? 0 : detectedMs.filter((ms) => ms > limitMs + toleranceMs).length;
    isWrong ||= late + missed > 0;
    const limit = limitMs === null ? 'survive' : String(limitMs / 1_000);
    const cells = [limit.padStart(9), ...[0, 0.5, 0.95, 1].map((share, i) => at(share).padStart(i === 1 ? 10 : 8))];
    console.log(name.padEnd(46) + cells.join('') + String(late + missed).padStart(7));
  });
  console.log(isWrong ? '\nFAILED' : '\nall within their limits');
  return isWrong ? 1 : 0;
}

/** For timers that a busy computer lets run late. */
const toleranceMs = 250;
