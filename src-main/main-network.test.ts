import { rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createChaosProxy, type ChaosProxy } from '../e2e/chaos/proxy.ts';
import { connect } from '../src-server/testing/client.ts';
import { startServer, stopServers } from '../src-server/testing/running-server.ts';
import type { UserId } from '../src-shared/kernel/ids.ts';
import { createFastClock } from './connection/testing/fast-clock.ts';
import { buildStoreProcess } from './store/testing/build-store-process.ts';
import { createFakeVault } from './testing/fake-vault.ts';
import { closeWindows, credentials, newFolder, openWindow, type Window } from './testing/main-rig.ts';

/** The main process as a whole: real store processes, real sockets, the real server; no Electron, no window. */

let store: string;
let proxy: ChaosProxy | null = null;

beforeAll(async () => {
  store = await buildStoreProcess();
}, 30_000);
afterAll(() => rmSync(path.dirname(store), { recursive: true }));
afterEach(async () => {
  await closeWindows();
  await proxy?.close();
  proxy = null;
  await stopServers();
});

/** A server, and an address for it whose line the test can spoil. */
async function startLine(): Promise<{ proxy: ChaosProxy; url: string; direct: string }> {
  const server = await startServer();
  proxy = await createChaosProxy({ targetPort: server.port });
  return { proxy, url: `ws://127.0.0.1:${proxy.port}`, direct: server.url };
}

async function signUp(window: Window, url: string, name: string): Promise<UserId> {
  const account = await window.ask('session:register', { ...credentials(url, name), email: `${name}@example.org` });
  await window.until(() => isConnected(window));
  return account.userId;
}

const isConnected = (window: Window): boolean => window.told('connection:changed').at(-1)?.phase === 'connected';
const send = (window: Window, peerId: UserId, text: string) =>
  window.ask('messages:sendText', { commandId: crypto.randomUUID(), peerId, text });
const shown = async (window: Window, peerId: UserId): Promise<string[]> =>
  (await window.messages(peerId)).map((message) => `${message.text}:${message.failure ?? message.state}`);
const texts = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name} ${index + 1} 你好 👋`);

/** What the server itself has of a conversation, in its order. */
async function keptBy(url: string, name: string, peerId: UserId): Promise<string[]> {
  const client = await connect(url);
  const { userId } = await client.ask('LOGIN', { username: name, password: 'correct horse' }, 'LOGIN_SUCCESS');
  const rows: { content: string }[] = await client.ask(
    'LOAD_MESSAGES',
    { userId, targetId: peerId },
    'MESSAGES_LOADED',
  );
  client.socket.terminate();
  return rows.map((row) => row.content);
}

describe('two people on one server', () => {
  it('register, add each other, write twenty messages each way and see that they were read', async () => {
    const { url } = await startLine();
    const [ann, ben] = [await openWindow(store), await openWindow(store)];
    const [annId, benId] = [await signUp(ann, url, 'ann'), await signUp(ben, url, 'ben')];

    const added = await ann.ask('contacts:add', { userId: benId });
    expect(added).toMatchObject({ username: 'ben', isContact: true, presence: 'online' });
    await ben.until(() =>
      ben
        .told('contacts:changed')
        .flat()
        .some((one) => one.userId === annId),
    );

    const [fromAnn, fromBen] = [texts('ann', 20), texts('ben', 20)];
    for (const [index, text] of fromAnn.entries()) {
      await send(ann, benId, text);
      await send(ben, annId, fromBen[index] ?? '');
    }
    const hasAll = async (window: Window, peerId: UserId): Promise<boolean> =>
      (await window.messages(peerId)).filter((message) => message.state === 'sent').length === 40;
    await ann.until(() => hasAll(ann, benId));
    await ben.until(() => hasAll(ben, annId));
    const mine = async (window: Window, peerId: UserId): Promise<string[]> =>
      (await window.messages(peerId)).filter((one) => one.senderId !== peerId).map((one) => one.text);
    expect(await mine(ann, benId)).toEqual(fromAnn);
    expect(await mine(ben, annId)).toEqual(fromBen);

    const unread = (await ben.messages(annId)).filter((message) => message.senderId === annId);
    await ben.ask('messages:markRead', { peerId: annId, rowIds: unread.map((message) => message.rowId) });
    await ann.until(async () => (await shown(ann, benId)).filter((one) => one.endsWith(':read')).length === 20);
    const snapshot = await ben.ask('app:getSnapshot', {});
    expect(snapshot.conversations).toMatchObject([{ peerId: annId, unreadCount: 0 }]);
  });

  it('see a wrong password as the words of the server, and can try again', async () => {
    const { url } = await startLine();
    const ann = await openWindow(store);
    await signUp(ann, url, 'ann');
    await ann.ask('session:logOut', {});
    const wrong = { ...credentials(url, 'ann'), password: 'wrong horse' };
    const refused = await ann.main.router.handle('session:logIn', wrong);
    expect(refused).toMatchObject({ ok: false, error: { code: 'rejected' } });
    expect((await ann.ask('session:logIn', credentials(url, 'ann'))).username).toBe('ann');
  });
});

describe('after a restart', () => {
  it('is signed in and shows its history before the server answers, then connects by its token', async () => {
    const { url, proxy } = await startLine();
    const [folder, vault] = [newFolder(), createFakeVault()];
    const ben = await openWindow(store);
    const benId = await signUp(ben, url, 'ben');
    const first = await openWindow(store, { folder, vault });
    const annId = await signUp(first, url, 'ann');
    await first.ask('contacts:add', { userId: benId });
    await send(first, benId, 'before');
    await first.until(async () => (await shown(first, benId)).includes('before:sent'));
    await first.close();

    await proxy.refuse(true);
    proxy.cut();
    const again = await openWindow(store, { folder, vault, clock: createFastClock(6) });
    const snapshot = await again.ask('app:getSnapshot', {});
    expect(snapshot.session).toMatchObject({ phase: 'signed-in', account: { userId: annId, username: 'ann' } });
    expect(snapshot.contacts).toMatchObject([{ username: 'ben', presence: 'unknown' }]);
    expect(snapshot.conversations).toMatchObject([{ peerId: benId, lastMessage: { text: 'before' } }]);
    expect(await shown(again, benId)).toEqual(['before:sent']);
    await again.until(() => again.told('connection:changed').some((one) => one.phase === 'offline'));
    await proxy.refuse(false);
    await again.until(() => isConnected(again));
  });

  it('asks for the log-in where the person had logged out, with the token gone and the name filled in', async () => {
    const { url } = await startLine();
    const [folder, vault] = [newFolder(), createFakeVault()];
    const first = await openWindow(store, { folder, vault });
    await signUp(first, url, 'ann');
    await first.ask('session:logOut', {});
    await first.close();
    const again = await openWindow(store, { folder, vault });
    const { session, conversations } = await again.ask('app:getSnapshot', {});
    expect(session).toMatchObject({ phase: 'signed-out', account: null, lastUsername: 'ann', lastServerUrl: url });
    expect(conversations).toEqual([]);
  });
});

describe('over a bad line', () => {
  it('delivers what was written offline once and in order when the server is back', async () => {
    const { url, direct, proxy } = await startLine();
    const ben = await openWindow(store);
    const benId = await signUp(ben, url, 'ben');
    const [folder, vault, clock] = [newFolder(), createFakeVault(), createFastClock(6)];
    const ann = await openWindow(store, { folder, vault, clock });
    await signUp(ann, url, 'ann');
    await proxy.refuse(true);
    proxy.cut();
    await ann.until(() => !isConnected(ann));
    for (const text of texts('offline', 30)) await send(ann, benId, text);
    expect((await shown(ann, benId)).every((one) => one.endsWith(':queued'))).toBe(true);
    // The program ends meanwhile.
    await ann.close();
    const again = await openWindow(store, { folder, vault, clock });
    await again.main.start();
    await proxy.refuse(false);
    await again.until(async () => (await shown(again, benId)).every((one) => one.endsWith(':sent')));
    expect(await keptBy(direct, 'ann', benId)).toEqual(texts('offline', 30));
  });

  it('gets every message to the server once and in order while connections are cut in the middle', async () => {
    const { url, direct, proxy } = await startLine();
    const ben = await openWindow(store);
    const benId = await signUp(ben, url, 'ben');
    const ann = await openWindow(store, { clock: createFastClock(6) });
    await signUp(ann, url, 'ann');
    const all = texts('burst', 150);
    // Cuts that part a frame on its way up, and cuts that swallow acks.
    const cuts = [
      { direction: 'up', bytes: 1_000 },
      { direction: 'down', bytes: 700 },
      { direction: 'up', bytes: 2_222 },
      { direction: 'down', bytes: 1_100 },
      null,
    ] as const;
    for (const [index, cut] of cuts.entries()) {
      await ann.until(() => isConnected(ann));
      const accepted = proxy.acceptedConnections();
      if (cut !== null) proxy.cutAfter(cut.direction, cut.bytes);
      for (const text of all.slice(index * 30, (index + 1) * 30)) await send(ann, benId, text);
      await ann.until(() => cut === null || proxy.acceptedConnections() > accepted);
    }
    await ann.until(async () => (await shown(ann, benId)).every((one) => one.endsWith(':sent')));
    expect(await keptBy(direct, 'ann', benId)).toEqual(all);
    expect((await ann.messages(benId)).map((message) => message.text)).toEqual(all);
  }, 20_000);
});
