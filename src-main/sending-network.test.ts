import { randomBytes, randomInt } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createChaosProxy, type ChaosProxy } from '../e2e/chaos/proxy.ts';
import { loadMessages, logInAgain, register, type Payload, type Person } from '../src-server/testing/client.ts';
import { startServer, stopServers, type RunningServer } from '../src-server/testing/running-server.ts';
import { descriptorOf } from '../src-server/testing/upload.ts';
import { commandId, type RowId, type UserId } from '../src-shared/kernel/ids.ts';
import type { RequestOf } from '../src-shared/ipc/contract.ts';
import type { MessageView } from '../src-shared/ipc/views.ts';
import { createFastClock } from './connection/testing/fast-clock.ts';
import { buildStoreProcess } from './store/testing/build-store-process.ts';
import { createFakeVault, type FakeVault } from './testing/fake-vault.ts';
import { closeWindows, credentials, newFolder, openWindow, type Window } from './testing/main-rig.ts';

/** Uploads of the whole main process to the real server, over a line that is cut. */

const fileBytes = randomBytes(8_000_000);
let store: string;
let server: RunningServer;
let proxy: ChaosProxy;
let bo: Person;
let ann: Window;
let folder: string;
let vault: FakeVault;

beforeAll(async () => {
  store = await buildStoreProcess();
}, 30_000);
afterAll(() => rmSync(path.dirname(store), { recursive: true }));
beforeEach(async () => {
  server = await startServer();
  proxy = await createChaosProxy({ targetPort: server.port });
  [folder, vault] = [newFolder(), createFakeVault()];
  ann = await openWindow(store, { folder, vault, clock: createFastClock(20) });
  await ann.ask('session:register', { ...credentials(`ws://127.0.0.1:${proxy.port}`, 'ann'), email: '' });
  await connected();
  bo = await register(server.url, 'bo');
  await ann.ask('contacts:add', { userId: bo.id });
  // A conversation that has begun: what is not in it is proven absent.
  await say('hello');
  await ann.until(async () => (await shown()).includes('hello:sent'));
});
afterEach(async () => {
  await closeWindows();
  await proxy.close();
  await stopServers();
});

const connected = (): Promise<void> => ann.until(() => ann.told('connection:changed').at(-1)?.phase === 'connected');
const messages = (): Promise<readonly MessageView[]> => ann.messages(bo.id as UserId);
const shown = async (): Promise<string[]> =>
  (await messages()).map((message) => `${message.text}:${message.failure ?? message.state}`);
const say = (text: string) =>
  ann.ask('messages:sendText', { commandId: commandId(crypto.randomUUID()), peerId: bo.id, text });

/** Drops it into the tray and presses Send. */
async function send(
  name: string,
  file: RequestOf<'attachments:stage'>['files'][number] = { name, bytes: new Uint8Array(fileBytes) },
): Promise<RowId> {
  const { tray } = await ann.ask('attachments:stage', { peerId: bo.id, files: [file] });
  const stagedIds = tray.staged.map(({ stagedId }) => stagedId);
  const sent = await ann.ask('attachments:send', {
    commandId: commandId(crypto.randomUUID()),
    peerId: bo.id,
    stagedIds,
    caption: '',
  });
  expect(sent.sentCount).toBe(1);
  const row = (await messages()).find((message) => message.text === name);
  if (row === undefined) throw new Error('it did not become a message');
  return row.rowId;
}

/** What the server has of ann's files: name, and whether they are the very bytes. */
async function filesOnServer(): Promise<string[]> {
  const reader = await logInAgain(server.url, bo);
  const ofAnn = (await loadMessages(reader, (await theAccount()).userId)) as Payload[];
  reader.socket.terminate();
  return Promise.all(
    ofAnn
      .filter((row) => row.type !== 'text')
      .map(async (row) => {
        const { name, url, size } = descriptorOf(row);
        const response = await fetch(new URL(url, server.url.replace('ws:', 'http:')), {
          headers: { Authorization: `Bearer ${reader.token}` },
        });
        const isSame = Buffer.from(await response.arrayBuffer()).equals(fileBytes) && size === fileBytes.length;
        return `${name} ${isSame ? 'whole' : 'damaged'}`;
      }),
  );
}
async function theAccount() {
  const { session } = await ann.ask('app:getSnapshot', {});
  if (session.account === null) throw new Error('nobody is signed in');
  return session.account;
}
/** Resolves once the system took so much of it. */
const taken = (rowId: RowId, doneBytes: number): Promise<void> =>
  ann.until(() =>
    ann
      .told('transfers:progressed')
      .flat()
      .some((view) => view.rowId === rowId && view.doneBytes >= doneBytes),
  );
const isSettled = async (name: string): Promise<boolean> =>
  (await messages()).some((message) => message.text === name && ['sent', 'failed'].includes(message.state));

it(
  'a file arrives once and byte for byte over a line that is cut at ten random points',
  { timeout: 60_000 },
  async () => {
    const names = ['a.bin', 'b.bin'];
    for (const name of names) {
      proxy.cutAfter('up', randomInt(100_000, 10_000_000));
      await send(name);
      for (let cuts = 1; cuts < 5; cuts += 1) {
        const connections = proxy.acceptedConnections();
        await ann.until(() => proxy.acceptedConnections() > connections);
        proxy.cutAfter('up', randomInt(100_000, 10_000_000));
      }
      await ann.until(() => isSettled(name));
    }
    expect(await shown()).toEqual(['hello:sent', 'a.bin:sent', 'b.bin:sent']);
    expect(await filesOnServer()).toEqual(['a.bin whole', 'b.bin whole']);
  },
);

it.each([0.1, 0.5, 0.99])('a file that is cancelled at %d of it is either sent whole or not there', async (share) => {
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 10_000_000 });
  const rowId = await send('a.bin');
  await say('after');
  await taken(rowId, fileBytes.length * share);
  await ann.ask('transfers:cancel', { rowId });
  proxy.setFault('up', null);
  await ann.until(async () => (await isSettled('a.bin')) && (await isSettled('after')));
  const isSent = (await shown()).includes('a.bin:sent');
  if (share < 0.9) expect(isSent).toBe(false);
  expect(await shown()).toEqual(['hello:sent', isSent ? 'a.bin:sent' : 'a.bin:cancelled', 'after:sent']);
  expect(await filesOnServer()).toEqual(isSent ? ['a.bin whole'] : []);
  if (isSent) return;
  await ann.ask('messages:retry', { rowId });
  await ann.until(async () => (await shown()).includes('a.bin:sent'));
  expect(await filesOnServer()).toEqual(['a.bin whole']);
});

it('a file and the texts behind it survive a server and a program that end in the middle', async () => {
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 10_000_000 });
  const rowId = await send('a.bin');
  await say('one');
  await say('two');
  await taken(rowId, 2_000_000);
  const { dataDir, port } = server;
  await server.stop();
  proxy.setFault('up', null);
  server = await startServer({ dataDir, port });
  await taken(rowId, 4_000_000);
  await ann.close();
  ann = await openWindow(store, { folder, vault, clock: createFastClock(20) });
  await ann.main.start();
  await connected();
  await ann.until(() => isSettled('two'));
  expect(await shown()).toEqual(['hello:sent', 'a.bin:sent', 'one:sent', 'two:sent']);
  expect(await filesOnServer()).toEqual(['a.bin whole']);
});

it('a file that failed is sent again from what was kept of it, though it is gone from the disk', async () => {
  const source = path.join(folder, 'a.bin');
  writeFileSync(source, fileBytes);
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 10_000_000 });
  const rowId = await send('a.bin', { path: source });
  rmSync(source);
  await taken(rowId, 1_000_000);
  await ann.ask('transfers:cancel', { rowId });
  proxy.setFault('up', null);
  await ann.until(async () => (await shown()).includes('a.bin:cancelled'));
  await ann.ask('messages:retry', { rowId });
  await ann.until(async () => (await shown()).includes('a.bin:sent'));
  expect(await shown()).toEqual(['hello:sent', 'a.bin:sent']);
  expect(await filesOnServer()).toEqual(['a.bin whole']);
});
