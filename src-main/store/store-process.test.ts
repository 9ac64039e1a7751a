import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messageId } from '../../src-shared/kernel/ids.ts';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { HeldId } from '../connection/inbound-frame.ts';
import type { ChildPort, Clock, Store } from '../ports.ts';
import { createNodeForkChild } from './fork-child-node.ts';
import { createStoreClient } from './store-client.ts';
import { buildStoreProcess } from './testing/build-store-process.ts';
import { fileName, fileToSend, stagedRow } from './testing/files.ts';
import { anna, me, newCommandId, randomKey, testKey, wire } from './testing/test-store.ts';

const clock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

let program: string;
let folder: string;
let file: string;
const children: ChildPort[] = [];
const stores: Store[] = [];

beforeAll(async () => {
  program = await buildStoreProcess();
}, 30_000);
afterAll(() => rmSync(path.dirname(program), { recursive: true }));
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-store-'));
  file = path.join(folder, 'history.db');
});
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.dispose()));
  children.length = 0;
  rmSync(folder, { recursive: true });
});

function start(): Store {
  const fork = createNodeForkChild({ store: program });
  const store = createStoreClient({
    fork: (name) => {
      const child = fork(name);
      children.push(child);
      return child;
    },
    clock,
    log: () => {},
  });
  stores.push(store);
  return store;
}

const openInput = { key: testKey, self: me };
let nextId = 1;
function write(store: Store, text: string): Promise<unknown> {
  nextId += 1;
  const messageIds = [messageId(nextId)];
  return store.enqueueText({
    commandId: newCommandId(),
    peerId: anna,
    messageIds,
    text,
    isSentAtOnce: false,
    nowMs: Date.now(),
  });
}
const outboxTexts = async (store: Store): Promise<string[]> => (await store.getOutbox({})).map((item) => item.text);

const mergeInput = { peerId: anna, mayMatchContent: false, confirmedSince: [], nowMs: 1 };
async function hold(store: Store, count: number): Promise<HeldId> {
  const messages = Array.from({ length: count }, (_, i) => wire(i + 1, `message 你好 ${i}`));
  const bytes = Buffer.from(encodeServerFrame({ kind: 'messages-loaded', messages, droppedRows: 0 }));
  const frame = await store.decodeFrame({ bytes });
  if (!frame.ok || frame.value.kind !== 'history-held') throw new Error('the history is not held');
  expect(frame.value.rowCount).toBe(count);
  return frame.value.held;
}

describe('the store’s own process', () => {
  it('keeps everything across a restart of the program', async () => {
    const first = start();
    expect(await first.open({ ...openInput, path: file })).toEqual({ outcome: 'created', keptAs: null });
    await write(first, 'kept');
    await first.dispose();
    const second = start();
    expect(await second.open({ ...openInput, path: file })).toEqual({ outcome: 'opened', keptAs: null });
    expect(await outboxTexts(second)).toEqual(['kept']);
  });

  it('killed in the middle of calls, answers all of them after its restart, each done once', async () => {
    const store = start();
    await store.open({ ...openInput, path: file });
    let restarts = 0;
    store.onRestarted(() => (restarts += 1));
    const texts = Array.from({ length: 60 }, (_, i) => `text ${i}`);
    const writes = texts.map((text) => write(store, text));
    await writes[10];
    children[0]?.kill();
    await Promise.all(writes);
    expect(restarts).toBe(1);
    expect(await outboxTexts(store)).toEqual(texts);
  });

  it('loses no answered write in ten kills, and leaves a whole file', async () => {
    const answered: string[] = [];
    for (let round = 0; round < 10; round += 1) {
      const store = start();
      await store.open({ ...openInput, path: file });
      const fork = children.at(-1);
      const writes = Array.from({ length: 40 }, async (_, i) => {
        const text = `round ${round} text ${i}`;
        await write(store, text);
        answered.push(text);
      });
      await writes[round * 3];
      // Not through the client, which would start another: the process alone dies, then the program ends.
      const ended = new Promise<void>((resolve) => fork?.onExit(() => resolve()));
      void store.dispose();
      fork?.kill();
      await Promise.allSettled(writes);
      await ended;
    }
    const store = start();
    expect(await store.open({ ...openInput, path: file })).toMatchObject({ outcome: 'opened' });
    const kept = await outboxTexts(store);
    expect(answered.length).toBeGreaterThan(100);
    expect(answered.filter((text) => !kept.includes(text))).toEqual([]);
    expect(new Set(kept).size).toBe(kept.length);
  }, 30_000);

  it('leaves a file in the tray or makes it a message, never both and never neither, wherever it is killed', async () => {
    const numbers = Array.from({ length: 240 }, (_, i) => i + 1);
    const first = start();
    await first.open({ ...openInput, path: file });
    await first.putStaged({ peerId: anna, rows: numbers.map((one) => stagedRow(one)), nowMs: 1 });
    await first.dispose();
    for (let round = 0; round < 6; round += 1) {
      const store = start();
      await store.open({ ...openInput, path: file });
      const sends = numbers.slice(round * 40, round * 40 + 40).map((one) => store.enqueueAttachment(fileToSend(one)));
      await sends[round * 5];
      void store.dispose();
      children.at(-1)?.kill();
      await Promise.allSettled(sends);
    }
    const store = start();
    await store.open({ ...openInput, path: file });
    const inTray = (await store.listStaged({ peerId: anna })).map((row) => row.name);
    const outbox = await store.getOutbox({});
    expect(outbox.length).toBeGreaterThan(70);
    expect(outbox.map((item) => item.attachment)).not.toContain(null);
    expect([...inTray, ...(await outboxTexts(store))].toSorted()).toEqual(numbers.map(fileName).toSorted());
  }, 30_000);

  it('sets a file with another key aside and goes on with a new one', async () => {
    const first = start();
    await first.open({ ...openInput, path: file });
    await write(first, 'CANARY-SECRET');
    await first.dispose();
    const second = start();
    const report = await second.open({ path: file, key: randomKey(), self: me });
    expect(report.outcome).toBe('set-aside');
    expect(readdirSync(folder)).toContain(report.keptAs);
    expect(await outboxTexts(second)).toEqual([]);
    for (const name of readdirSync(folder))
      expect(readFileSync(path.join(folder, name)).toString('latin1')).not.toContain('CANARY');
  });

  it('takes a history of 20,000 messages in one call', async () => {
    const store = start();
    await store.open({ path: null, key: null, self: me });
    const messages = Array.from({ length: 20_000 }, (_, i) => wire(i + 1, `message 你好 ${i}`));
    const report = await store.mergeHistory({
      peerId: anna,
      messages,
      mayMatchContent: false,
      confirmedSince: [],
      nowMs: 1,
    });
    expect(report.changes).toMatchObject({ reordered: [anna], conversations: [{ unreadCount: 20_000 }] });
    const page = await store.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 50 });
    expect(page.messages.at(-1)?.text).toBe('message 你好 19999');
  });

  it('reads a long history, holds it, and answers others while it lays it down', async () => {
    const store = start();
    await store.open({ ...openInput, path: file });
    const held = await hold(store, 20_000);
    const shown = new Promise<number>((resolve) =>
      store.onHistoryProgress(({ peerId, done }) => {
        expect(peerId).toBe(anna);
        resolve(done);
      }),
    );
    let isMerged = false;
    const merging = store.mergeHistory({ ...mergeInput, messages: held });
    void merging.then(() => (isMerged = true));
    expect(await shown).toBe(200);
    await write(store, 'written meanwhile');
    const page = await store.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 50 });
    expect(isMerged).toBe(false);
    expect(page.messages.at(-1)?.text).toBe('written meanwhile');
    expect(await merging).toMatchObject({ isReadable: true, changes: { conversations: [{ unreadCount: 20_000 }] } });
    await expect(store.mergeHistory({ ...mergeInput, messages: held })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  }, 30_000);

  it('killed while it lays a history down, is whole after the next one', async () => {
    const store = start();
    await store.open({ ...openInput, path: file });
    const begun = new Promise<void>((resolve) =>
      store.onHistoryProgress(({ done, total }) => {
        if (done < total) resolve();
      }),
    );
    const merging = store.mergeHistory({ ...mergeInput, messages: await hold(store, 20_000) });
    const lost = expect(merging).rejects.toMatchObject({ code: 'store-unavailable' });
    await begun;
    children[0]?.kill();
    await lost;
    const report = await store.mergeHistory({ ...mergeInput, messages: await hold(store, 20_000) });
    expect(report.changes.conversations).toMatchObject([{ unreadCount: 20_000 }]);
    const texts: string[] = [];
    for (let position = Number.MAX_SAFE_INTEGER; ;) {
      const page = await store.getPage({ peerId: anna, anchor: { kind: 'before', position }, limit: 200 });
      texts.unshift(...page.messages.map((message) => message.text));
      if (page.messages[0] === undefined) break;
      ({ position } = page.messages[0]);
    }
    expect(texts).toEqual(Array.from({ length: 20_000 }, (_, i) => `message 你好 ${i}`));
  }, 30_000);

  it('holds two histories at most, and none of an account that was closed', async () => {
    const store = start();
    await store.open({ ...openInput, path: file });
    const held = [
      await hold(store, 3_000),
      await hold(store, 3_000),
      await hold(store, 3_000),
      await hold(store, 3_000),
    ];
    await store.releaseFrame({ held: held[3]! });
    const outcomes = await Promise.allSettled(
      held.slice(0, 3).map((messages) => store.mergeHistory({ ...mergeInput, messages })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled']);
    const last = await hold(store, 3_000);
    await store.close({});
    await store.open({ ...openInput, path: file });
    await expect(store.mergeHistory({ ...mergeInput, messages: last })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  }, 30_000);

  it('refuses what needs an open database, and a path that cannot be', async () => {
    const store = start();
    await expect(store.getOutbox({})).rejects.toMatchObject({ code: 'store-unavailable' });
    const impossible = store.open({ ...openInput, path: path.join('/dev/null', 'x.db') });
    await expect(impossible).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await store.open({ path: null, key: null, self: me })).toEqual({ outcome: 'created', keptAs: null });
  });
});

describe('the end of the program', () => {
  it('leaves the same behind whether it was quit or killed (safety R38)', async () => {
    const left: unknown[] = [];
    for (const end of ['quit', 'kill'] as const) {
      const here = path.join(folder, end, 'history.db');
      const store = start();
      await store.open({ ...openInput, path: here });
      await store.applyPushed({ messages: [wire(1, 'theirs')], nowMs: 1 });
      for (const text of ['one', 'two'])
        await store.enqueueText({
          commandId: newCommandId(),
          peerId: anna,
          messageIds: [messageId(text.length + text.charCodeAt(0))],
          text,
          isSentAtOnce: text === 'one',
          nowMs: 2,
        });
      await store.saveDraft({ peerId: anna, draft: { text: 'half', caret: 2 }, nowMs: 3 });
      const ended = store.dispose();
      if (end === 'kill') children.at(-1)?.kill();
      await ended;
      const again = start();
      expect(await again.open({ ...openInput, path: here })).toMatchObject({ outcome: 'opened' });
      const page = await again.getPage({ peerId: anna, anchor: { kind: 'newest' }, limit: 200 });
      left.push({ page, outbox: await again.getOutbox({}), overview: await again.getOverview({}) });
    }
    expect(left[0]).toEqual(left[1]);
  });
});
