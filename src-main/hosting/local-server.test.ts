import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serverUrl, type ServerUrl } from '../../src-shared/kernel/ids.ts';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import type { ChildPort } from '../ports.ts';
import { createLocalServer, type LocalServer } from './local-server.ts';

/** What stands behind each port of this computer. */
type Computer = {
  readonly ports: Map<number, 'kith' | 'foreign'>;
  /** The data is held by one server at a time. */
  isDataHeld: boolean;
  readonly starts: number[];
  freePort: number;
};
type Child = ChildPort & { readonly end: () => void; readonly sent: unknown[] };

let folder: string;
let computer: Computer;
let children: Child[];
let clock: ReturnType<typeof createFakeClock>;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-hosting-'));
  computer = { ports: new Map(), isDataHeld: false, starts: [], freePort: 50_000 };
  children = [];
  clock = createFakeClock();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The server's process as the real one behaves: takes another port where its own is not to be had. */
function fork(): ChildPort {
  let tell: (message: unknown) => void = () => {};
  const exits: ((code: number | null) => void)[] = [];
  let heldPort: number | null = null;
  let hasEnded = false;
  function end(): void {
    if (hasEnded) return;
    hasEnded = true;
    if (heldPort !== null) {
      computer.ports.delete(heldPort);
      computer.isDataHeld = false;
    }
    for (const listener of exits) listener(0);
  }
  function take(message: { kind: string; port?: number }): void {
    if (message.kind === 'stop') return end();
    const wanted = message.port ?? 0;
    computer.starts.push(wanted);
    if (computer.isDataHeld) return tell({ kind: 'failed', reason: 'folder-in-use' });
    const port = wanted === 0 || computer.ports.has(wanted) ? (computer.freePort += 1) : wanted;
    heldPort = port;
    computer.isDataHeld = true;
    computer.ports.set(port, 'kith');
    tell({ kind: 'started', url: `ws://127.0.0.1:${port}/`, port });
  }
  const sent: unknown[] = [];
  const child: Child = {
    sent,
    send: (message) => {
      sent.push(message);
      queueMicrotask(() => take(message as { kind: string; port?: number }));
    },
    onMessage: (listener) => (tell = listener),
    onExit: (listener) => void exits.push(listener),
    kill: end,
    end,
  };
  children.push(child);
  return child;
}

const window = (): LocalServer =>
  createLocalServer({
    hostingDir: folder,
    fork,
    clock,
    log: () => {},
    answers: (url) => Promise.resolve(computer.ports.get(Number(new URL(url).port)) === 'kith'),
  });
const at = (port: number): ServerUrl => serverUrl(`ws://127.0.0.1:${port}`);
const place = (): unknown => JSON.parse(readFileSync(path.join(folder, 'place.json'), 'utf8'));
/** Lets time pass until it is done; files take real time in between. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const progress = { isDone: false };
  const done = work.finally(() => (progress.isDone = true));
  while (!progress.isDone) await clock.advance(250);
  return done;
}

describe('the first start', () => {
  it('takes the usual port and remembers it', async () => {
    expect(await window().start()).toEqual({ ok: true, value: at(14_514) });
    expect(place()).toEqual({ port: 14_514 });
  });

  it('takes another port where a foreign program has that one, and remembers it', async () => {
    computer.ports.set(14_514, 'foreign');
    expect(await window().start()).toEqual({ ok: true, value: at(50_001) });
    expect(place()).toEqual({ port: 50_001 });
  });

  it('of two windows at once gives both the same server', async () => {
    const both = [window().start(), window().start()] as const;
    // Either may be the one that starts it; time passes for the other one only.
    await Promise.race(both);
    const answers = await inTime(Promise.all(both));
    expect(answers).toEqual([
      { ok: true, value: at(14_514) },
      { ok: true, value: at(14_514) },
    ]);
    expect([...computer.ports.keys()]).toEqual([14_514]);
  });

  it('twice in one window is one start', async () => {
    const local = window();
    await Promise.all([local.start(), local.start()]);
    await local.start();
    expect(computer.starts).toEqual([14_514]);
  });

  it('says so where the server does not come up', async () => {
    computer.isDataHeld = true;
    expect(await inTime(window().start())).toEqual({ ok: false, error: { code: 'hosting-failed' } });
  });

  it('says so where the process is silent, and ends it', async () => {
    const local = createLocalServer({
      hostingDir: folder,
      fork: () => ({ send: () => {}, onMessage: () => {}, onExit: () => {}, kill: () => computer.starts.push(-1) }),
      clock,
      log: () => {},
      answers: () => Promise.resolve(false),
    });
    expect(await inTime(local.start())).toEqual({ ok: false, error: { code: 'hosting-failed' } });
    expect(computer.starts).toEqual([-1]);
  });

  it('says so where its place cannot be written down', async () => {
    mkdirSync(path.join(folder, 'place.json', 'in-the-way'), { recursive: true });
    expect(await inTime(window().start())).toEqual({ ok: false, error: { code: 'hosting-failed' } });
    expect(computer.isDataHeld).toBe(false);
  });
});

describe('a later start', () => {
  it('uses the server that another window runs, without starting one', async () => {
    await window().start();
    expect(await window().start()).toEqual({ ok: true, value: at(14_514) });
    expect(computer.starts).toEqual([14_514]);
  });

  it('never moves to another port, because accounts belong to the address: it waits for a foreign program to go', async () => {
    const first = window();
    await first.start();
    await first.stop();
    computer.ports.set(14_514, 'foreign');
    expect(await inTime(window().start())).toEqual({ ok: false, error: { code: 'hosting-failed' } });
    expect(computer.isDataHeld).toBe(false);
    expect(place()).toEqual({ port: 14_514 });
    computer.ports.delete(14_514);
    expect(await window().start()).toEqual({ ok: true, value: at(14_514) });
  });

  it.each(['', '{', '{"port":0}', '{"port":"x"}', 'null', 'x'.repeat(5_000)])(
    'with a damaged place (%#) takes the usual port',
    async (text) => {
      writeFileSync(path.join(folder, 'place.json'), text);
      expect(await window().start()).toEqual({ ok: true, value: at(14_514) });
      expect(place()).toEqual({ port: 14_514 });
    },
  );
});

describe('making sure that it runs', () => {
  it('starts it where it is meant and nobody answers', async () => {
    const first = window();
    await first.start();
    await first.stop();
    expect(await window().ensure(at(14_514))).toBe(true);
    expect(computer.ports.get(14_514)).toBe('kith');
  });

  it('does nothing for any other address, or where it runs already', async () => {
    expect(await window().ensure(serverUrl('wss://chat.example.org'))).toBe(false);
    await window().start();
    expect(await window().ensure(serverUrl('wss://chat.example.org'))).toBe(false);
    expect(await window().ensure(at(14_514))).toBe(false);
    expect(computer.starts).toEqual([14_514]);
  });

  it('takes over when the window that ran it leaves, or when its process dies', async () => {
    const [one, other] = [window(), window()];
    await one.start();
    await one.stop();
    expect(await other.ensure(at(14_514))).toBe(true);
    children.at(-1)?.end();
    expect(await other.ensure(at(14_514))).toBe(true);
    expect(computer.ports.get(14_514)).toBe('kith');
  });
});

describe('stopping', () => {
  it('asks first and ends a process that does not listen after two seconds', async () => {
    const local = window();
    await local.start();
    const [child] = children;
    const killed: string[] = [];
    const kill = (): void => {
      killed.push('killed');
      child!.end();
    };
    Object.assign(child!, { send: () => {}, kill });
    const stopped = local.stop();
    await clock.advance(1_999);
    expect(killed).toEqual([]);
    await clock.advance(1);
    await stopped;
    expect(killed).toEqual(['killed']);
    expect(clock.pendingTimers()).toBe(0);
  });

  it('of what does not run is nothing', async () => {
    await window().stop();
    expect(children).toEqual([]);
  });
});
