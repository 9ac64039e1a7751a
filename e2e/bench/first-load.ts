import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Libsql from 'libsql';
import { WebSocketServer, type WebSocket } from 'ws';
import { expect } from '@playwright/test';
import { launchKith, type Window } from '../fixtures/launch.ts';
import { signUp } from '../fixtures/people.ts';
import { MainPage } from '../pages/main-page.ts';
import type { Bridge } from '../../src-shared/ipc/contract.ts';
import { watchFor } from './in-page.ts';
import { watchMain } from './main-watch.ts';
import { median, type Figure } from './table.ts';

const rounds = 5;
const rowCount = 100_000;
const peerId = 2;
const otherId = 3;

/** A server with one long history, which it sends when it is told to. */
type LongServer = {
  readonly url: string;
  /** Resolves once the history was asked for. */
  readonly asked: () => Promise<void>;
  /** @returns milliseconds since 1970 when the frame had been handed to the system. */
  readonly send: () => Promise<number>;
  readonly stop: () => Promise<void>;
};

/** P11: the first load of a history of 100,000 messages in one frame, into the app as it is. */
export async function benchFirstLoad(dir: string): Promise<Figure[]> {
  const frame = historyFrame();
  const seen: Load[] = [];
  const plain: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    plain.push(plainInsertMs(path.join(dir, `plain-${round}.db`), frame));
    seen.push(await loadOnce(path.join(dir, `round-${round}`), frame));
  }
  const plainly = { what: 'JSON.parse + insert', value: median(plain) };
  const figure = (what: string, of: (load: Load) => number, limitMs: number | null, reference = false): Figure => {
    const ours = median(seen.map(of));
    return {
      id: 'P11',
      what,
      ours,
      unit: 'ms',
      reference: reference ? plainly : null,
      aim: limitMs === null ? null : { target: `≤ ${limitMs} ms`, isMet: ours <= limitMs },
    };
  };
  return [
    figure(`${rowCount} messages in one frame: frame → all there`, (load) => load.wholeMs, 4_000, true),
    figure('frame → first screen painted', (load) => load.firstMs, 300),
    figure('event-loop delay of main meanwhile, p99', (load) => load.delayP99Ms, 50),
    figure('event-loop delay of main meanwhile, longest', (load) => load.delayMaxMs, null),
    figure('Enter → own bubble painted meanwhile, slowest', (load) => load.slowestBubbleMs, null),
  ];
}

type Load = {
  readonly firstMs: number;
  readonly wholeMs: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
  readonly slowestBubbleMs: number;
};

async function loadOnce(dir: string, frame: string): Promise<Load> {
  const server = await startLongServer(frame);
  const window = await launchKith(dir, 'ann');
  try {
    const main = await signUp(window, server.url, 'Ann');
    await server.asked();
    await main.openContact('Long');
    const first = await watchFor(window.page, `message number ${rowCount - 1}.`);
    const whole = await watchForWhole(window);
    const delays = await watchMain(window);
    const sentAtMs = await server.send();
    const firstMs = (await first.paintedAtMs()) - sentAtMs;
    const slowestBubbleMs = await writeMeanwhile(main);
    const wholeMs = (await whole()) - sentAtMs;
    await expectAll(window);
    return { firstMs, wholeMs, slowestBubbleMs, ...(await delays()) };
  } finally {
    await window.close();
    await server.stop();
  }
}

/** Writes to the same person while their history is laid down. */
async function writeMeanwhile(main: MainPage): Promise<number> {
  let slowestMs = 0;
  for (let index = 0; index < 5; index += 1) {
    const text = `written meanwhile ${index}.`;
    await main.composer.fill(text);
    const pressed = await main.page.evaluateHandle(() => ({
      atMs: new Promise<number>((resolve) => {
        const take = (event: Event): void => resolve(performance.timeOrigin + event.timeStamp);
        document.addEventListener('keydown', take, { capture: true, once: true });
      }),
    }));
    const watch = await watchFor(main.page, text);
    await main.composer.press('Enter');
    const paintedAtMs = await watch.paintedAtMs();
    slowestMs = Math.max(slowestMs, paintedAtMs - (await pressed.evaluate(async ({ atMs }) => atMs)));
  }
  return slowestMs;
}

/** The time, in milliseconds since 1970, at which the window heard that the history is whole. */
async function watchForWhole({ page }: Window): Promise<() => Promise<number>> {
  const handle = await page.evaluateHandle(() => ({
    atMs: new Promise<number>((resolve) => {
      const { kith } = window as unknown as { kith: Bridge };
      kith.on['conversations:historyProgress'](({ total }) => {
        if (total === 0) resolve(performance.timeOrigin + performance.now());
      });
    }),
  }));
  return () => handle.evaluate(async ({ atMs }) => atMs);
}

async function expectAll({ page }: Window): Promise<void> {
  const oldest = await page.evaluate(async (peer) => {
    const { kith } = window as unknown as { kith: Bridge };
    let position = Number.MAX_SAFE_INTEGER;
    let count = 0;
    for (;;) {
      const read = await kith['messages:getPage']({ peerId: peer, anchor: { kind: 'before', position }, limit: 200 });
      const first = read.ok ? read.value.messages[0] : undefined;
      if (!read.ok || first === undefined) return count;
      count += read.value.messages.filter((message) => message.text.startsWith('message number')).length;
      ({ position } = first);
    }
  }, peerId);
  expect(oldest).toBe(rowCount);
}

/** What the least work costs: the frame as a whole, and a row of a plain table for each message. */
function plainInsertMs(file: string, frame: string): number {
  const db = new Libsql(file);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec('CREATE TABLE messages (id INTEGER PRIMARY KEY, sender INTEGER, at TEXT, content TEXT)');
  const startMs = performance.now();
  const { payload } = JSON.parse(frame) as {
    payload: { id: number; senderId: number; timestamp: string; content: string }[];
  };
  db.exec('BEGIN');
  const insert = db.prepare('INSERT INTO messages VALUES (?, ?, ?, ?)');
  for (const row of payload) insert.run([row.id, row.senderId, row.timestamp, row.content]);
  db.exec('COMMIT');
  const tookMs = performance.now() - startMs;
  db.close();
  return tookMs;
}

/** About 15 MB. */
function historyFrame(): string {
  const rows = Array.from({ length: rowCount }, (_, index) => ({
    id: index + 1,
    senderId: index % 2 === 0 ? peerId : 1,
    receiverId: index % 2 === 0 ? 1 : peerId,
    content: `message number ${index}. 你好`,
    timestamp: new Date(1_700_000_000_000 + index * 1_000).toISOString(),
    status: 'read',
    type: 'text',
  }));
  return JSON.stringify({ type: 'MESSAGES_LOADED', payload: rows });
}

async function startLongServer(frame: string): Promise<LongServer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  let waiting: WebSocket | null = null;
  let noteAsked = (): void => {};
  const asked = new Promise<void>((resolve) => (noteAsked = resolve));
  const account = { userId: 1, username: 'Ann', email: 'ann@example.org', avatar: '', token: 'token' };
  const contact = (contactId: number, username: string) => ({ contactId, username, online: true, avatar: '' });
  function answer(type: unknown, payload: Record<string, unknown>): object | null {
    if (type === 'REGISTER') return { type: 'REGISTER_SUCCESS', payload: account };
    if (type === 'LOGIN_BY_TOKEN') return { type: 'LOGIN_SUCCESS', payload: account };
    if (type === 'LOAD_CONTACTS')
      return { type: 'CONTACTS_LOADED', payload: { contacts: [contact(peerId, 'Long'), contact(otherId, 'Short')] } };
    if (type === 'LOAD_MESSAGES') return { type: 'MESSAGES_LOADED', payload: [] };
    if (type === 'SEND_MESSAGE') return { type: 'MESSAGE_RECEIVED_SELF', payload: { messageId: payload['messageId'] } };
    return null;
  }
  server.on('connection', (socket) => {
    socket.on('message', (data: Buffer) => {
      const { type, payload } = JSON.parse(data.toString()) as { type: unknown; payload: Record<string, unknown> };
      if (type === 'LOAD_MESSAGES' && payload['targetId'] === peerId) {
        waiting = socket;
        return noteAsked();
      }
      const reply = answer(type, payload);
      if (reply !== null) socket.send(JSON.stringify(reply));
    });
  });
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: () => asked,
    send: async () => {
      await new Promise<unknown>((resolve) => {
        waiting?.send(frame, resolve);
      });
      return Date.now();
    },
    stop: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
