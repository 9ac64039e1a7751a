import type { Bridge } from '../src-shared/ipc/contract.ts';
import type { MessageView, Snapshot } from '../src-shared/ipc/views.ts';
import { connect, type Client } from '../src-server/testing/client.ts';
import { expect, test } from './fixtures/kith.ts';
import type { Window } from './fixtures/launch.ts';
import { signUp } from './fixtures/people.ts';

const burst = 1_000;
type Kith = { readonly kith: Bridge };

/** Somebody who writes without a window. */
async function joinBare(url: string, name: string): Promise<{ client: Client; userId: number }> {
  const client = await connect(url);
  const request = { username: name, password: 'correct horse battery', email: 'a@example.org' };
  return { client, userId: (await client.ask('REGISTER', request, 'REGISTER_SUCCESS')).userId };
}

/** Asks the page through the program: Playwright does not talk to a page that has crashed once. */
function inPage<T>({ app }: Window, code: string): Promise<T> {
  return app.evaluate(
    ({ BrowserWindow }, script) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script),
    code,
  );
}

test('a page that reloads between a command and its answer may ask again: one message', async ({ server, launch }) => {
  const window = await launch('ann');
  await signUp(window, server.url, 'Ann');
  const bo = await joinBare(server.url, 'Bo');
  const command = { commandId: crypto.randomUUID(), peerId: bo.userId, text: 'only once' };
  const loaded = window.page.waitForEvent('load');
  await window.page.evaluate((request) => {
    void (window as unknown as Kith).kith['messages:sendText'](request);
    location.reload();
  }, command);
  await loaded;
  for (let i = 0; i < 3; i += 1)
    await window.page.evaluate((request) => (window as unknown as Kith).kith['messages:sendText'](request), command);
  await bo.client.next('MESSAGE_RECEIVED_OTHER', (payload) => payload.content === 'only once');
  const { userId } = bo;
  const own = await window.page.evaluate(
    async () => (await (window as unknown as Kith).kith['app:getSnapshot']({})).ok,
  );
  expect(own).toBe(true);
  const me = Number((await inPage<Snapshot>(window, snapshotCode)).session.account?.userId);
  const kept = await bo.client.ask('LOAD_MESSAGES', { userId, targetId: me }, 'MESSAGES_LOADED');
  expect(kept).toHaveLength(1);
  bo.client.socket.close();
});

const snapshotCode = `window.kith['app:getSnapshot']({}).then(({ ok, value, error }) => {
  if (!ok) throw new Error(error.code);
  return value;
})`;

test('a page that crashes in a burst of 1,000 messages is back once, with draft, unread and every message', async ({
  server,
  launch,
}) => {
  test.setTimeout(180_000);
  const window = await launch('ann');
  const ann = await signUp(window, server.url, 'Ann');
  const bo = await joinBare(server.url, 'Bo');
  const cy = await joinBare(server.url, 'Cy');
  for (const { userId } of [bo, cy]) await ann.addContact(String(userId));
  await ann.openContact('Cy');
  await ann.composer.fill('half a thought');
  await expect.poll(async () => (await inPage<Snapshot>(window, snapshotCode)).conversations.length).toBe(1);
  const me = Number(await ann.myId());
  await window.app.evaluate(({ BrowserWindow }) => {
    const loads = Object.assign(globalThis, { loads: 0 });
    BrowserWindow.getAllWindows()[0]?.webContents.on('did-finish-load', () => (loads.loads += 1));
  });

  for (let i = 0; i < burst; i += 1) {
    if (i === burst / 2)
      await window.app.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer(),
      );
    bo.client.send('SEND_MESSAGE', { messageId: i + 1, senderId: bo.userId, receiverId: me, content: `line ${i}` });
  }
  const loads = (): Promise<number> => window.app.evaluate(() => (globalThis as unknown as { loads: number }).loads);
  await expect.poll(loads).toBe(1);
  const unread = async (): Promise<number | undefined> => {
    const { conversations } = await inPage<Snapshot>(window, snapshotCode);
    return conversations.find((one) => one.peerId === bo.userId)?.unreadCount;
  };
  await expect.poll(unread, { timeout: 60_000 }).toBe(burst);
  const { conversations } = await inPage<Snapshot>(window, snapshotCode);
  expect(conversations.find((one) => one.peerId === cy.userId)?.draft?.text).toBe('half a thought');

  const expected = Array.from({ length: burst }, (_, i) => `line ${i}`);
  const stored = await inPage<MessageView[]>(
    window,
    `(async () => {
      const pages = [];
      for (let anchor = { kind: 'newest' }; ; anchor = { kind: 'before', position: pages[0][0].position }) {
        const { value } = await window.kith['messages:getPage']({ peerId: ${bo.userId}, anchor, limit: 200 });
        pages.unshift(value.messages);
        if (!value.hasOlder) return pages.flat();
      }
    })()`,
  );
  expect(stored.map((message) => message.text)).toEqual(expected);
  const kept = await bo.client.ask('LOAD_MESSAGES', { userId: bo.userId, targetId: me }, 'MESSAGES_LOADED');
  expect(kept.map((row: { content: string }) => row.content)).toEqual(expected);
  // The list on screen says the same.
  const row = `[...document.querySelectorAll('li')].map((one) => one.innerText).find((text) => text.includes('Bo'))`;
  await expect.poll(() => inPage<string>(window, row)).toContain(`line ${burst - 1}`);
  expect(await loads()).toBe(1);
  for (const { client } of [bo, cy]) client.socket.close();
});
