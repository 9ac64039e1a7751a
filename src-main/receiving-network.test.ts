import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { createChaosProxy, type ChaosProxy } from '../e2e/chaos/proxy.ts';
import { register, type Person } from '../src-server/testing/client.ts';
import { startServer, stopServers } from '../src-server/testing/running-server.ts';
import { sendFile } from '../src-server/testing/upload.ts';
import type { RowId, UserId } from '../src-shared/kernel/ids.ts';
import type { MessageView } from '../src-shared/ipc/views.ts';
import { createFastClock } from './connection/testing/fast-clock.ts';
import { buildStoreProcess } from './store/testing/build-store-process.ts';
import { createFakeVault, type FakeVault } from './testing/fake-vault.ts';
import { closeWindows, credentials, newFolder, openWindow, type Window } from './testing/main-rig.ts';

/** Downloads of the whole main process from the real server, over a line that is cut. */

const fileBytes = randomBytes(6_000_000);
let store: string;
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
  const server = await startServer();
  proxy = await createChaosProxy({ targetPort: server.port });
  [folder, vault] = [newFolder(), createFakeVault()];
  ann = await openWindow(store, { folder, vault, clock: createFastClock(20) });
  const url = `ws://127.0.0.1:${proxy.port}`;
  const me = await ann.ask('session:register', { ...credentials(url, 'ann'), email: '' });
  await connected();
  bo = await register(server.url, 'bo');
  await ann.ask('contacts:add', { userId: bo.id });
  const messageId = sendFile(bo, me.userId, fileBytes, { name: '报告.pdf' });
  await bo.next('MESSAGE_RECEIVED_SELF', (payload) => payload.messageId === messageId);
  await ann.until(async () => (await messages()).length === 1);
});
afterEach(async () => {
  await closeWindows();
  await proxy.close();
  await stopServers();
});

const connected = (): Promise<void> => ann.until(() => ann.told('connection:changed').at(-1)?.phase === 'connected');
const messages = (): Promise<readonly MessageView[]> => ann.messages(bo.id as UserId);
async function theFile(): Promise<MessageView> {
  const [message] = await messages();
  if (message === undefined) throw new Error('no message');
  return message;
}
const download = (rowId: RowId) => ann.main.router.handle('attachments:download', { rowId });
async function expectWhole(): Promise<void> {
  const { attachment, sizeBytes } = await theFile();
  expect(sizeBytes).toBe(fileBytes.length);
  const found = attachment?.blobId == null ? null : await ann.main.media.blob(attachment.blobId);
  const pieces: Uint8Array[] = [];
  for await (const piece of found?.read(0, found.sizeBytes) ?? []) pieces.push(piece);
  expect(Buffer.compare(Buffer.concat(pieces), fileBytes)).toBe(0);
}
/** Resolves once so much of the file was told to be here. */
const told = (doneBytes: number): Promise<void> =>
  ann.until(() => ann.told('transfers:progressed').some((views) => views.some((view) => view.doneBytes >= doneBytes)));

it('a file of the server is fetched when it is asked for, and seen on its way', async () => {
  const { rowId, attachment, text } = await theFile();
  expect([text, attachment?.source, attachment?.blobId]).toEqual(['报告.pdf', 'server', null]);
  expect(await download(rowId)).toEqual({ ok: true, value: {} });
  await expectWhole();
  await ann.until(() => ann.told('transfers:progressed').flat().at(-1)?.phase === 'done');
  const views = ann.told('transfers:progressed').flat();
  expect(views.every((view) => view.rowId === rowId && view.direction === 'down')).toBe(true);
  expect(views.at(-1)).toMatchObject({ doneBytes: fileBytes.length, totalBytes: fileBytes.length, error: null });
});

it('a line that is cut ten times costs a piece each time, not the file', async () => {
  const { rowId } = await theFile();
  const before = proxy.bytesPassed('down');
  const downloaded = download(rowId);
  for (let cuts = 0; cuts < 10; cuts += 1) {
    const connections = proxy.acceptedConnections();
    proxy.cutAfter('down', 500_000);
    const passed = proxy.bytesPassed('down');
    // The cut has come once another connection was made for what is left.
    while (proxy.bytesPassed('down') < passed + 500_000 || proxy.acceptedConnections() === connections)
      await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await downloaded).toEqual({ ok: true, value: {} });
  await expectWhole();
  // Beyond the file: what was on its way at each cut, and some talk.
  expect(proxy.bytesPassed('down') - before).toBeLessThan(fileBytes.length * 1.6);
});

it('a download goes on where it was cancelled, and where the program ended', async () => {
  const { rowId } = await theFile();
  proxy.setFault('down', { kind: 'throttle', bytesPerSecond: 3_000_000 });
  const first = download(rowId);
  await told(1_500_000);
  await ann.ask('transfers:cancel', { rowId });
  expect(await first).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  const second = download(rowId);
  await told(3_000_000);
  await ann.close();
  expect(await second).toMatchObject({ ok: false });
  proxy.setFault('down', null);
  // By the clock that dates its files: parts of downloads are not kept for ever.
  ann = await openWindow(store, { folder, vault });
  await ann.main.start();
  await connected();
  const before = proxy.bytesPassed('down');
  expect(await download(rowId)).toEqual({ ok: true, value: {} });
  await expectWhole();
  expect(proxy.bytesPassed('down') - before).toBeLessThan(fileBytes.length - 2_500_000);
});
