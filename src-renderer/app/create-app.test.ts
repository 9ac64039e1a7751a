import { expect, test, vi } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { rowId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import type { SessionView, Snapshot } from '../../src-shared/ipc/views.ts';
import { openConversation } from '../features/conversation/messages-actions.ts';
import { withLeft } from '../features/conversation/messages-store.ts';
import { createDeferred } from '../testing/deferred.ts';
import { createFakeBridge, type FakeBridge } from '../testing/fake-bridge.ts';
import { aContact, aConversation, aMessage, aSnapshot, me, signedIn, signedOut } from '../testing/views.ts';
import { createApp, type App } from './create-app.ts';

async function start(fake: FakeBridge): Promise<App> {
  const app = await createApp(fake.bridge);
  if (!app.ok) throw new Error('no app');
  return app.value;
}
const peers = (app: App) => [...(app.workspace.getState().current?.conversations.getState().byPeerId?.keys() ?? [])];
const other: SessionView = { ...signedIn, account: { ...me, userId: userId(7), serverUrl: serverUrl('ws://other') } };

test('the stores begin as main says, and follow it', async () => {
  const fake = createFakeBridge({
    'app:getSnapshot': () => ok(aSnapshot({ contacts: [aContact(1, 'Bo')], conversations: [aConversation(1)] })),
  });
  const app = await start(fake);
  expect(app.session.getState()).toEqual(signedIn);
  expect(peers(app)).toEqual([1]);

  fake.emit('connection:changed', { phase: 'offline', nextAttemptAtMs: 5, cause: 'timeout' });
  fake.emit('settings:changed', { ...app.settings.getState(), theme: 'dark' });
  fake.emit('conversations:upserted', [aConversation(2)]);
  fake.emit('conversations:removed', [userId(1)]);
  fake.emit('contacts:changed', [aContact(2, 'Cy')]);
  fake.emit('app:noticed', { kind: 'disk-full', detail: '' });
  fake.emit('app:noticed', { kind: 'disk-full', detail: 'again' });
  expect(app.connection.getState().phase).toBe('offline');
  expect(app.settings.getState().theme).toBe('dark');
  expect(peers(app)).toEqual([2]);
  expect(app.workspace.getState().current?.contacts.getState().byId?.get(userId(2))?.username).toBe('Cy');
  expect(app.notices.getState().notices).toEqual([{ kind: 'disk-full', detail: 'again' }]);
});

test('what main says while the first snapshot is on its way is not lost', async () => {
  const reply = createDeferred<Result<Snapshot>>();
  const fake = createFakeBridge({ 'app:getSnapshot': () => reply.promise });
  const starting = createApp(fake.bridge);
  fake.emit('conversations:upserted', [aConversation(2, { unreadCount: 3 })]);
  fake.emit('connection:changed', { phase: 'offline', nextAttemptAtMs: null, cause: null });
  reply.resolve(ok(aSnapshot({ conversations: [aConversation(1), aConversation(2)] })));
  const app = await starting;
  if (!app.ok) throw new Error('no app');
  expect(peers(app.value)).toEqual([1, 2]);
  const { current } = app.value.workspace.getState();
  expect(current?.conversations.getState().byPeerId?.get(userId(2))?.unreadCount).toBe(3);
  expect(app.value.connection.getState().phase).toBe('offline');
});

test('another account has stores of its own; nothing of the one before stays', async () => {
  const fake = createFakeBridge({ 'app:getSnapshot': () => ok(aSnapshot({ conversations: [aConversation(1)] })) });
  const app = await start(fake);
  const before = app.workspace.getState().current;

  const reply = createDeferred<Result<Snapshot>>();
  fake.answer('app:getSnapshot', () => reply.promise);
  fake.emit('session:changed', other);
  const { current } = app.workspace.getState();
  expect(current).not.toBe(before);
  expect(current?.conversations.getState().byPeerId).toBeNull();
  fake.emit('conversations:upserted', [aConversation(5, { unreadCount: 1 })]);
  reply.resolve(ok(aSnapshot({ session: other, conversations: [aConversation(4), aConversation(5)] })));
  await vi.waitFor(() => expect(peers(app)).toEqual([4, 5]));
  expect(current?.conversations.getState().byPeerId?.get(userId(5))?.unreadCount).toBe(1);
});

test('logging out leaves no account, and a late snapshot of it is not shown to the next', async () => {
  const fake = createFakeBridge({ 'app:getSnapshot': () => ok(aSnapshot()) });
  const app = await start(fake);
  const late = createDeferred<Result<Snapshot>>();
  fake.answer('app:getSnapshot', () => late.promise);
  fake.emit('session:changed', other);
  fake.emit('session:changed', signedOut);
  expect(app.workspace.getState().current).toBeNull();
  fake.emit('session:changed', signedIn);
  late.resolve(ok(aSnapshot({ session: other, conversations: [aConversation(4)] })));
  // The snapshot that the account on screen asked for is another account's too, and belongs to neither.
  await late.promise.then(() => null);
  expect(peers(app)).toEqual([]);
});

test('an expired session and a changed picture keep the account’s stores', async () => {
  const fake = createFakeBridge({ 'app:getSnapshot': () => ok(aSnapshot()) });
  const app = await start(fake);
  const before = app.workspace.getState().current;
  fake.emit('session:changed', { ...signedIn, phase: 'expired' });
  fake.emit('session:changed', { ...signedIn, account: { ...me, avatar: 'data:image/png;base64,AA' } });
  expect(app.workspace.getState().current).toBe(before);
});

test('a main that does not answer is a failure and not a crash', async () => {
  const fake = createFakeBridge({ 'app:getSnapshot': () => err(appError('store-unavailable')) });
  expect(await createApp(fake.bridge)).toEqual({ ok: false, error: { code: 'store-unavailable' } });
});

test('a disposed app listens no longer', async () => {
  const fake = createFakeBridge({ 'app:getSnapshot': () => ok(aSnapshot()) });
  const app = await start(fake);
  app.dispose();
  fake.emit('session:changed', signedOut);
  expect(app.session.getState()).toEqual(signedIn);
});

test('what was typed a moment before the end is handed in, though not for another account', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const fake = createFakeBridge({ 'app:getSnapshot': () => ok(aSnapshot()), 'drafts:save': () => ok({}) });
  const app = await start(fake);
  app.workspace.getState().current?.composers.edit(userId(4), 'half a', 6);
  fake.emit('session:changed', other);
  vi.advanceTimersByTime(1_000);
  expect(fake.callsTo('drafts:save')).toEqual([]);
  app.workspace.getState().current?.composers.edit(userId(5), 'and so', 6);
  app.dispose();
  expect(fake.callsTo('drafts:save')).toEqual([{ peerId: userId(5), draft: { text: 'and so', caret: 6 } }]);
  vi.useRealTimers();
});

const viewed = {
  peerId: userId(1),
  start: 'newest' as const,
  page: { messages: [aMessage(1, 'hello')], hasOlder: false, hasNewer: false, firstUnreadRowId: null },
};

test('the conversation that was left on screen is there with its messages, without another question', async () => {
  const fake = createFakeBridge({
    'app:getSnapshot': () => ok(aSnapshot({ conversations: [aConversation(1)], viewed })),
  });
  const { current } = (await start(fake)).workspace.getState();
  expect(current?.conversations.getState().viewedPeerId).toBe(1);
  openConversation({ store: current!.messages, bridge: fake.bridge }, userId(1), false);
  expect(current?.messages.getState().byPeer.get(userId(1))).toMatchObject({
    status: 'ready',
    rows: viewed.page.messages,
  });
  expect(fake.callsTo('messages:getPage')).toEqual([]);
});

test('the line of new messages stands in it; a second visit asks again', async () => {
  const unread = { ...viewed, start: 'first-unread' as const, page: { ...viewed.page, firstUnreadRowId: rowId(1) } };
  const fake = createFakeBridge({
    'app:getSnapshot': () => ok(aSnapshot({ conversations: [aConversation(1)], viewed: unread })),
    'messages:getPage': () => ok(unread.page),
  });
  const { messages } = (await start(fake)).workspace.getState().current!;
  openConversation({ store: messages, bridge: fake.bridge }, userId(1), true);
  expect(fake.callsTo('messages:getPage')).toEqual([]);
  messages.setState((state) => withLeft(state, userId(1)));
  openConversation({ store: messages, bridge: fake.bridge }, userId(1), true);
  expect(fake.callsTo('messages:getPage')).toHaveLength(1);
});

test('a page that messages overtook on its way is asked for again', async () => {
  const reply = createDeferred<Result<Snapshot>>();
  const fake = createFakeBridge({ 'app:getSnapshot': () => reply.promise, 'messages:getPage': () => ok(viewed.page) });
  const starting = createApp(fake.bridge);
  fake.emit('messages:upserted', [aMessage(1, 'newer')]);
  reply.resolve(ok(aSnapshot({ conversations: [aConversation(1)], viewed })));
  const app = await starting;
  if (!app.ok) throw new Error('no app');
  const { conversations, messages } = app.value.workspace.getState().current!;
  expect(conversations.getState().viewedPeerId).toBe(1);
  openConversation({ store: messages, bridge: fake.bridge }, userId(1), false);
  expect(fake.callsTo('messages:getPage')).toHaveLength(1);
});
