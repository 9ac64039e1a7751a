import { describe, expect, it } from 'vitest';
import { StoreFailure, type ChildPort, type Clock } from '../ports.ts';
import { createStoreClient } from './store-client.ts';
import type { StoreRequest } from './store-protocol.ts';

/** A process that answers nothing by itself. */
type FakeChild = {
  readonly sent: StoreRequest[];
  isKilled: boolean;
  reply(id: number, value: unknown): void;
  refuse(id: number, code: string): void;
  exit(): void;
};

function setUp(): {
  store: ReturnType<typeof createStoreClient>;
  children: FakeChild[];
  child: () => FakeChild;
  advance: (ms: number) => void;
} {
  const children: FakeChild[] = [];
  let nowMs = 0;
  let timers: { atMs: number; callback: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    setTimer: (delayMs, callback) => {
      const timer = { atMs: nowMs + delayMs, callback };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
  };
  const fork = (): ChildPort => {
    let onMessage: (message: unknown) => void = () => {};
    let onExit: (code: number | null) => void = () => {};
    const child: FakeChild = {
      sent: [],
      isKilled: false,
      reply: (id, value) => onMessage({ id, ok: true, value }),
      refuse: (id, code) => onMessage({ id, ok: false, error: { code, detail: 'test' } }),
      exit: () => onExit(1),
    };
    children.push(child);
    return {
      send: (message) => void child.sent.push(message as StoreRequest),
      onMessage: (listener) => (onMessage = listener),
      onExit: (listener) => (onExit = listener),
      kill: () => {
        child.isKilled = true;
        onExit(null);
      },
    };
  };
  const advance = (ms: number): void => {
    nowMs += ms;
    const due = timers.filter((timer) => timer.atMs <= nowMs);
    timers = timers.filter((timer) => timer.atMs > nowMs);
    for (const { callback } of due) callback();
  };
  const child = (): FakeChild => children.at(-1) as FakeChild;
  return { store: createStoreClient({ fork, clock, log: () => {} }), children, child, advance };
}

const openInput = { path: '/x', key: new Uint8Array(32), self: 1 as never };
const opened = { outcome: 'opened', keptAs: null };

async function open(set: ReturnType<typeof setUp>): Promise<void> {
  const opening = set.store.open(openInput);
  set.child().reply(set.child().sent[0]?.id ?? 0, opened);
  await opening;
}
const names = (child: FakeChild): string[] => child.sent.map((request) => request.name);

describe('a store whose process died', () => {
  it('opens again, asks again what was not answered, in order, and tells', async () => {
    const set = setUp();
    await open(set);
    let restarts = 0;
    set.store.onRestarted(() => (restarts += 1));
    const outbox = set.store.getOutbox({});
    const traits = set.store.getTraits({});
    set.child().exit();
    expect(set.children).toHaveLength(2);
    const child = set.child();
    expect(names(child)).toEqual(['open', 'getOutbox', 'getTraits']);
    expect(child.sent[0]?.input).toBe(openInput);
    child.reply(child.sent[0]?.id ?? 0, opened);
    expect(restarts).toBe(1);
    child.reply(child.sent[1]?.id ?? 0, []);
    child.reply(child.sent[2]?.id ?? 0, { matchedAcks: 0, keepsIds: false });
    expect(await outbox).toEqual([]);
    expect(await traits).toEqual({ matchedAcks: 0, keepsIds: false });
  });

  it('gives up the request it dies over and goes on with the others', async () => {
    const set = setUp();
    await open(set);
    const poison = set.store.getOutbox({});
    const innocent = set.store.getTraits({});
    set.child().exit();
    set.child().reply(set.child().sent[0]?.id ?? 0, opened);
    set.child().exit();
    await expect(poison).rejects.toMatchObject({ name: 'StoreFailure', code: 'store-unavailable' });
    const child = set.child();
    expect(names(child)).toEqual(['open', 'getTraits']);
    child.reply(child.sent[0]?.id ?? 0, opened);
    child.reply(child.sent[1]?.id ?? 0, 'traits');
    expect(await innocent).toBe('traits');
  });

  it('is tried three times a minute, then left alone until it is opened anew', async () => {
    const set = setUp();
    await open(set);
    for (let death = 0; death < 4; death += 1) set.child().exit();
    expect(set.children).toHaveLength(4);
    await expect(set.store.getOutbox({})).rejects.toBeInstanceOf(StoreFailure);
    await open(set);
    expect(set.children).toHaveLength(5);
  });

  it.each([
    ['its process ended too often', (set: ReturnType<typeof setUp>) => set.child().exit()],
    [
      'it could not be opened again',
      (set: ReturnType<typeof setUp>) => set.child().refuse(set.child().sent[0]?.id ?? 0, 'disk-full'),
    ],
  ])('is opened by itself a while after %s, and tells', async (_, fail) => {
    const set = setUp();
    await open(set);
    let restarts = 0;
    set.store.onRestarted(() => (restarts += 1));
    for (let death = 0; death < 3; death += 1) set.child().exit();
    fail(set);
    await expect(set.store.getOutbox({})).rejects.toBeInstanceOf(StoreFailure);
    set.advance(30_000);
    set.child().refuse(set.child().sent.at(-1)?.id ?? 0, 'disk-full');
    await expect(set.store.getOutbox({})).rejects.toBeInstanceOf(StoreFailure);
    set.advance(30_000);
    set.child().reply(set.child().sent.at(-1)?.id ?? 0, opened);
    expect(restarts).toBe(1);
    const outbox = set.store.getOutbox({});
    set.child().reply(set.child().sent.at(-1)?.id ?? 0, []);
    expect(await outbox).toEqual([]);
  });

  it('that was given up and is then closed is not opened by itself', async () => {
    const set = setUp();
    await open(set);
    for (let death = 0; death < 4; death += 1) set.child().exit();
    await expect(set.store.close({})).rejects.toBeInstanceOf(StoreFailure);
    set.advance(60_000);
    expect(set.children).toHaveLength(4);
  });

  it('has its three tries again after a quiet minute', async () => {
    const set = setUp();
    await open(set);
    for (let death = 0; death < 8; death += 1) {
      set.child().exit();
      set.child().reply(set.child().sent[0]?.id ?? 0, opened);
      set.advance(30_000);
    }
    expect(set.children).toHaveLength(9);
  });

  it('opens a file a third time when two processes died over it, so that it can be set aside', async () => {
    const set = setUp();
    const opening = set.store.open(openInput);
    set.child().exit();
    set.child().exit();
    expect(names(set.child())).toEqual(['open']);
    const report = { outcome: 'set-aside', keptAs: 'x.bad-1' };
    set.child().reply(set.child().sent[0]?.id ?? 0, report);
    expect(await opening).toEqual(report);
  });
});

describe('a store whose process hangs', () => {
  it('is killed after ten seconds without an answer, counted from the last one', async () => {
    const set = setUp();
    await open(set);
    const [first, hung] = set.children;
    expect(hung).toBeUndefined();
    void set.store.getTraits({});
    const outbox = set.store.getOutbox({});
    set.advance(9_000);
    first?.reply(first.sent[1]?.id ?? 0, {});
    set.advance(9_000);
    expect(first?.isKilled).toBe(false);
    set.advance(1_000);
    expect(first?.isKilled).toBe(true);
    const child = set.child();
    child.reply(child.sent[0]?.id ?? 0, opened);
    child.reply(child.sent[1]?.id ?? 0, []);
    expect(await outbox).toEqual([]);
  });
});

describe('a store that refuses', () => {
  it('says whether the disk is full', async () => {
    const set = setUp();
    await open(set);
    const full = set.store.getOutbox({});
    set.child().refuse(set.child().sent[1]?.id ?? 0, 'disk-full');
    await expect(full).rejects.toMatchObject({ code: 'disk-full' });
    const broken = set.store.getOutbox({});
    set.child().refuse(set.child().sent[2]?.id ?? 0, 'failed');
    await expect(broken).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  it('because of damage is replaced, and the request asked again in the new database', async () => {
    const set = setUp();
    await open(set);
    const outbox = set.store.getOutbox({});
    set.child().refuse(set.child().sent[1]?.id ?? 0, 'damaged');
    expect(set.children).toHaveLength(2);
    const child = set.child();
    child.reply(child.sent[0]?.id ?? 0, { outcome: 'set-aside', keptAs: 'x.bad-1' });
    child.reply(child.sent[1]?.id ?? 0, []);
    expect(await outbox).toEqual([]);
  });

  it('ignores what is no answer', async () => {
    const set = setUp();
    await open(set);
    for (const junk of [null, 7, 'x', {}, { id: 99, ok: true }, { id: 1 }])
      expect(() => set.child().reply(junk as never, 1)).not.toThrow();
  });
});

describe('disposing', () => {
  it('closes the database, ends the process and refuses from then on', async () => {
    const set = setUp();
    await open(set);
    const disposing = set.store.dispose();
    expect(names(set.child())).toEqual(['open', 'close']);
    set.child().reply(set.child().sent[1]?.id ?? 0, undefined);
    await disposing;
    expect(set.child().isKilled).toBe(true);
    expect(set.children).toHaveLength(1);
    await expect(set.store.getOutbox({})).rejects.toBeInstanceOf(StoreFailure);
    await set.store.dispose();
  });

  it('does not wait longer than five seconds', async () => {
    const set = setUp();
    await open(set);
    const disposing = set.store.dispose();
    set.advance(5_000);
    await disposing;
    expect(set.child().isKilled).toBe(true);
  });
});
