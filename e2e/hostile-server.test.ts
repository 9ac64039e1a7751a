import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { rawSocketOf } from '../src-main/connection/testing/loopback.ts';
import { buildStoreProcess } from '../src-main/store/testing/build-store-process.ts';
import { register, sendText, type Person } from '../src-server/testing/client.ts';
import { userId } from '../src-shared/kernel/ids.ts';
import { decodeServerFrame } from '../src-shared/protocol/codec.ts';
import { makeFrame, mutateText } from '../src-shared/protocol/frame-mutations.ts';
import { goldenServerFrames } from '../src-shared/protocol/golden-server-frames.ts';
import { createRandom } from '../src-shared/protocol/random.ts';
import { serverFrameSchemas } from '../src-shared/protocol/server-frames.ts';
import { openPerson, waitUntil, type ChaosPerson } from './chaos/sockets/person.ts';
import { startOtherServer, type OtherServer } from './doubles/other-server.ts';

/** The whole program, without Electron, against a server that does its worst: real store process, real sockets. */

/** Grace 175 ms, a minute three seconds. */
const speed = 20;
const timeoutMs = 20_000;
let storeFile: string;
let server: OtherServer;
let ann: ChaosPerson;
let ben: Person;
let cleo: Person;

beforeAll(async () => {
  storeFile = await buildStoreProcess();
}, 60_000);
afterAll(() => rmSync(path.dirname(storeFile), { recursive: true, force: true }));

beforeEach(async () => {
  server = await startOtherServer();
  ben = await register(server.url, 'ben');
  cleo = await register(server.url, 'cleo');
  ann = await openPerson(storeFile, server.port, 'ann', speed);
  for (const { id } of [ben, cleo]) await ann.add(userId(id));
});
afterEach(async () => {
  await ann.close();
  await server.stop();
});

const shown = async ({ id }: Person): Promise<string[]> =>
  (await ann.rows(userId(id))).map((row) => `${row.text}:${row.failure ?? row.state}`);
const becomes = async (person: Person, expected: readonly string[]): Promise<void> => {
  await waitUntil(timeoutMs, async () => JSON.stringify(await shown(person)) === JSON.stringify(expected));
  expect(await shown(person)).toEqual(expected);
};
const write = (person: Person, text: string): Promise<void> => ann.write(userId(person.id), text);
const socketOfAnn = (): WebSocket => server.socketsOf(ann.id)[0]!;

describe('a message over which the server closes the connection', () => {
  test.each([
    [1009, 'too-large'],
    [1003, 'refused'],
    [1007, 'refused'],
    [1008, 'refused'],
    [1006, 'poison'],
  ] as const)(
    'is parked for code %i as %s, and all others go on',
    async (code, reason) => {
      server.behave({
        intercept: (type, payload, socket) => {
          if (type !== 'SEND_MESSAGE' || payload['content'] !== 'BOOM') return false;
          if (code === 1006) socket.terminate();
          else socket.close(code);
          return true;
        },
      });
      await write(ben, 'before');
      await becomes(ben, ['before:sent']);
      for (const text of ['BOOM', 'after']) await write(ben, text);
      await write(cleo, 'hello');
      await becomes(cleo, ['hello:sent']);
      await becomes(ben, ['before:sent', `BOOM:${reason}`, 'after:sent']);
      expect(
        server
          .stored()
          .map((one) => one.content)
          .toSorted(),
      ).toEqual(['after', 'before', 'hello']);
    },
    timeoutMs * 2,
  );
});

test('a history of 65 MB is asked for three times and no more, and all other conversations go on', async () => {
  await sendText(ben, ann.id, 'from ben');
  await sendText(cleo, ann.id, 'from cleo');
  await becomes(ben, ['from ben:sent']);
  const asked = { ben: 0, cleo: 0 };
  server.behave({
    intercept: (type, payload, socket) => {
      if (type !== 'LOAD_MESSAGES') return false;
      if (payload['targetId'] !== ben.id) {
        asked.cleo += 1;
        return false;
      }
      asked.ben += 1;
      // The head of a text frame of 65 MiB: more is not looked at.
      const head = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
      head.writeBigUInt64BE(65n * 2n ** 20n, 2);
      rawSocketOf(socket).write(head);
      return true;
    },
  });
  for (let round = 0; round < 6; round += 1) {
    const before = asked.cleo;
    const connections = ann.proxy.acceptedConnections();
    ann.proxy.cut();
    await waitUntil(timeoutMs, () => ann.isConnected() && ann.proxy.acceptedConnections() > connections);
    await waitUntil(timeoutMs, () => asked.cleo > before);
  }
  await waitUntil(timeoutMs, () => ann.isConnected());
  await write(ben, 'to ben');
  await write(cleo, 'to cleo');
  await becomes(cleo, ['from cleo:sent', 'to cleo:sent']);
  await becomes(ben, ['from ben:sent', 'to ben:sent']);
  expect(asked.ben).toBe(3);
}, 60_000);

test('frames that are none are counted out and end the connection only above twenty in a minute', async () => {
  await write(ben, 'first');
  await becomes(ben, ['first:sent']);
  const connections = ann.proxy.acceptedConnections();
  const socket = socketOfAnn();
  const deep = `{"type":"MESSAGES_LOADED","payload":${'['.repeat(5_000)}${']'.repeat(5_000)}}`;
  const truncated = '{"type":"MESSAGE_RECEIVED_OTHER","payload":{"id":1,"sender';
  const foreign = { id: 5, senderId: ben.id, receiverId: cleo.id, content: 'x', timestamp: '', status: 'sent' };
  const bad = [Buffer.from([0, 1, 2]), deep, truncated, '', 'null', '[]', '{"type":"HELLO","payload":{}}'];
  for (const frame of bad) socket.send(frame);
  socket.send(Buffer.from([0xff, 0xfe, 0x80]), { binary: false });
  socket.send(JSON.stringify({ type: 'MESSAGE_RECEIVED_OTHER', payload: { ...foreign, type: 'text' } }));
  await write(ben, 'second');
  await becomes(ben, ['first:sent', 'second:sent']);
  expect(await shown(cleo)).toEqual([]);
  expect(ann.proxy.acceptedConnections()).toBe(connections);

  for (let index = 0; index < 25; index += 1) socket.send(truncated);
  await waitUntil(timeoutMs, () => ann.proxy.acceptedConnections() > connections);
  await write(ben, 'third');
  await becomes(ben, ['first:sent', 'second:sent', 'third:sent']);
}, 60_000);

test('a compressed frame, which nobody agreed to, ends the connection and is not unpacked', async () => {
  await write(ben, 'first');
  await becomes(ben, ['first:sent']);
  const connections = ann.proxy.acceptedConnections();
  // FIN, RSV1, text: a bomb would follow.
  rawSocketOf(socketOfAnn()).write(Buffer.from([0xc1, 3, 0x4b, 0x04, 0x00]));
  await waitUntil(timeoutMs, () => ann.proxy.acceptedConnections() > connections);
  await write(ben, 'second');
  await becomes(ben, ['first:sent', 'second:sent']);
}, 60_000);

test('no frame but a clear takes a message away or changes it', async () => {
  for (let index = 0; index < 5; index += 1) {
    await write(ben, `mine ${index}`);
    await sendText(ben, ann.id, `theirs ${index}`);
  }
  const complete = async (): Promise<boolean> =>
    (await ann.rows(userId(ben.id))).filter(({ state }) => state === 'sent').length === 10;
  await waitUntil(timeoutMs, complete);
  const before = await ann.rows(userId(ben.id));

  const random = createRandom(5);
  const ids = (text: string): string => text.replaceAll(/\b7\b/g, String(ann.id)).replaceAll(/\b42\b/g, String(ben.id));
  const texts = goldenServerFrames.map(({ text }) => ids(text));
  const types = [...serverFrameSchemas.keys()];
  const socket = socketOfAnn();
  let sent = 0;
  while (sent < 3_000) {
    const text = random.oneIn(4) ? ids(makeFrame(random, types)) : mutateText(random, texts);
    const frame = decodeServerFrame(text);
    if (!frame.ok || frame.value.kind === 'history-cleared') continue;
    socket.send(text);
    sent += 1;
  }
  await sendText(ben, ann.id, 'the last');
  const told = async (): Promise<Map<number, string>> =>
    new Map((await ann.rows(userId(ben.id))).map((row) => [row.rowId, row.text]));
  await waitUntil(timeoutMs, async () => [...(await told()).values()].includes('the last'));
  const after = await told();
  for (const { rowId, text } of before) expect(after.get(rowId)).toBe(text);
  expect(ann.isConnected()).toBe(true);
}, 60_000);
