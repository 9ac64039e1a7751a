import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { messageId, serverUrl, userId } from '../src-shared/kernel/ids.ts';
import { appError } from '../src-shared/kernel/app-error.ts';
import { err, ok } from '../src-shared/kernel/result.ts';
import { createFakeClock, settle } from './connection/testing/fake-clock.ts';
import { createMain, type Main, type MainPorts } from './create-main.ts';
import { createSystemRandom } from './platform/system-random.ts';
import { createAsyncStore, type AsyncStore } from './testing/async-store.ts';
import { noNetwork } from './testing/no-network.ts';
import { createFakeLink, type FakeLink } from './testing/fake-link.ts';
import { createFakeVault } from './testing/fake-vault.ts';
import { createNoFileShell } from './testing/no-file-shell.ts';
import { credentials, here } from './testing/session-rig.ts';

let folder: string;
let store: AsyncStore;
let link: FakeLink;
let told: [string, unknown][];
let opened: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-create-main-'));
  store = createAsyncStore();
  told = [];
  opened = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

function create(change: Partial<MainPorts> = {}): Promise<Main> {
  const clock = createFakeClock();
  link = createFakeLink(clock);
  return createMain({
    clock,
    random: createSystemRandom(),
    log: () => {},
    vault: createFakeVault(),
    store: store.store,
    fork: () => ({ send: () => {}, onMessage: () => {}, onExit: () => {}, kill: () => {} }),
    createLink: () => link.link,
    httpGet: noNetwork,
    probe: () => Promise.resolve(ok({ serverUrl: here, isPlainPublic: false })),
    storageDir: folder,
    hostingDir: path.join(folder, 'hosting'),
    systemLocale: () => 'zh-CN',
    platform: 'linux',
    profile: 'test',
    isRoot: false,
    openExternal: async (url) => void opened.push(url),
    fileShell: createNoFileShell(folder),
    emit: (channel, event) => void told.push([channel, event]),
    isFocused: () => true,
    isScreenLocked: () => false,
    onQuitAnswer: () => {},
    ...change,
  });
}
const account = { userId: userId(1), username: 'ann', email: '', avatar: '' };
/** Logs in; the server says yes. */
async function signIn(main: Main): Promise<void> {
  // As in the program: the last account is looked for first.
  await main.start();
  const outcome = main.router.handle('session:logIn', credentials());
  while (link.target() === null) await settle();
  link.setState({ phase: 'authenticating', epoch: 1 });
  await link.target()?.authenticate(async () => ok({ kind: 'logged-in', account, token: 't' }) as never);
  link.ready();
  expect(await outcome).toMatchObject({ ok: true });
}
const snapshotOf = async (main: Main): Promise<unknown> =>
  ((await main.router.handle('app:getSnapshot', {})) as { value: unknown }).value;
const commandId = '00000000-0000-4000-8000-000000000001';

it('the first snapshot of a new profile says that nobody is signed in', async () => {
  const main = await create();
  expect(await snapshotOf(main)).toMatchObject({
    session: { phase: 'signed-out', account: null, vault: 'keychain' },
    connection: { phase: 'idle' },
    systemLocale: 'zh-CN',
    contacts: [],
    conversations: [],
    notices: [],
  });
});

it('what the person should know is in the snapshot until it is dismissed, and told once', async () => {
  writeFileSync(path.join(folder, 'settings.json'), '{');
  const main = await create({ isRoot: true });
  expect(await snapshotOf(main)).toMatchObject({ notices: [{ kind: 'settings-reset' }, { kind: 'running-as-root' }] });
  expect(told.filter(([channel]) => channel === 'app:noticed')).toHaveLength(2);
  await main.router.handle('app:dismissNotice', { kind: 'running-as-root' });
  expect(await snapshotOf(main)).toMatchObject({ notices: [{ kind: 'settings-reset' }] });
});

it('opens where the list of conversations cannot be read', async () => {
  const main = await create();
  await signIn(main);
  // What the store said at the opening serves until something changes.
  await main.router.handle('drafts:save', { peerId: 2, draft: { text: 'x', caret: 1 } });
  store.fail('getOverview', 'store-unavailable');
  expect(await snapshotOf(main)).toMatchObject({ session: { phase: 'signed-in' }, conversations: [] });
});

it('hands out nothing of an account that was closed meanwhile', async () => {
  const main = await create();
  await signIn(main);
  await main.router.handle('drafts:save', { peerId: 2, draft: { text: 'x', caret: 1 } });
  const release = store.hold();
  const asked = snapshotOf(main);
  const leaving = main.router.handle('session:logOut', {});
  while (link.target() !== null) await settle();
  release();
  expect(await asked).toMatchObject({ session: { account: null }, conversations: [] });
  await leaving;
});

it.each([
  ['contacts:add', { userId: 2 }],
  ['messages:sendText', { commandId, peerId: 2, text: 'x' }],
  ['messages:getPage', { peerId: 2, anchor: { kind: 'newest' }, limit: 10 }],
  ['messages:retry', { rowId: 1 }],
  ['messages:delete', { rowId: 1 }],
  ['messages:markRead', { peerId: 2, rowIds: [1] }],
  ['drafts:save', { peerId: 2, draft: null }],
  ['conversations:setViewed', { peerId: 2 }],
])('%s needs somebody who is signed in', async (channel, payload) => {
  const main = await create();
  expect(await main.router.handle(channel, payload)).toEqual(err(appError('not-signed-in')));
  expect(store.calls).toEqual([]);
});

it('a text is counted in characters as a person sees them, and refused beyond the limit', async () => {
  const main = await create();
  await signIn(main);
  const send = (text: string, id: number) =>
    main.router.handle('messages:sendText', { commandId: commandId.replace(/1$/, String(id)), peerId: 2, text });
  expect(await send('👋'.repeat(8_000), 2)).toMatchObject({ ok: true });
  expect(await send('x'.repeat(8_001), 3)).toEqual(err(appError('too-long')));
});

it('a draft is kept, emptied by the sending, and a message can be deleted', async () => {
  const main = await create();
  await signIn(main);
  await main.router.handle('drafts:save', { peerId: 2, draft: { text: 'half a', caret: 3 } });
  expect(await snapshotOf(main)).toMatchObject({ conversations: [{ draft: { text: 'half a', caret: 3 } }] });
  const sent = await main.router.handle('messages:sendText', { commandId, peerId: 2, text: 'whole' });
  expect(await snapshotOf(main)).toMatchObject({ conversations: [{ draft: null, lastMessage: { text: 'whole' } }] });
  const { rowId } = (sent as { value: { rowId: number } }).value;
  await main.router.handle('messages:delete', { rowId });
  expect(await snapshotOf(main)).toMatchObject({ conversations: [{ draft: null, lastMessage: null }] });
  const removed = await main.router.handle('messages:listRemoved', { peerId: 2, after: null, limit: 10 });
  expect(removed).toMatchObject({ ok: true, value: { total: 1, removed: [{ message: { text: 'whole' } }] } });
  await main.router.handle('messages:bringBack', { peerId: 2, rowIds: [rowId] });
  expect(await snapshotOf(main)).toMatchObject({
    conversations: [{ lastMessage: { text: 'whole', state: 'failed' } }],
  });
  await main.router.handle('contacts:setBlocked', { userId: 2, isBlocked: true });
  expect(await snapshotOf(main)).toMatchObject({ conversations: [], contacts: [{ userId: 2, isBlocked: true }] });
});

it('opens web addresses in the system and nothing else', async () => {
  const main = await create();
  expect(await main.router.handle('links:open', { url: 'https://example.org' })).toMatchObject({ ok: true });
  expect(await main.router.handle('links:open', { url: 'file:///etc/passwd' })).toEqual(
    err(appError('link-not-allowed')),
  );
  expect(opened).toEqual(['https://example.org/']);
});

it('remembers a server that was found, and tells each step of finding it', async () => {
  const step = { step: 'name', outcome: 'passed', detail: '', elapsedMs: 1, error: null } as const;
  const found = serverUrl('ws://found:1/');
  const main = await create({
    probe: async (_, onStep) => {
      onStep(step);
      return ok({ serverUrl: found, isPlainPublic: false });
    },
  });
  await main.router.handle('servers:probe', { address: 'found', probeId: commandId });
  expect(told).toContainEqual(['servers:probed', { probeId: commandId, step }]);
  expect(await snapshotOf(main)).toMatchObject({ servers: [found], session: { lastServerUrl: found } });
});

it('hands settings and power on', async () => {
  const main = await create();
  const changes: string[] = [];
  main.onSettingsChanged((settings) => changes.push(settings.theme));
  await main.router.handle('settings:update', { theme: 'dark' });
  expect(changes).toEqual(['dark']);
  expect(told.some(([channel]) => channel === 'settings:changed')).toBe(true);
  await signIn(main);
  main.onPowerResume();
  await main.router.handle('connection:retryNow', {});
  expect([link.nudges(), link.retries()]).toEqual([1, 1]);
});

it('hands on what the person says to the question before quitting', async () => {
  const answers: string[] = [];
  const main = await create({ onQuitAnswer: (answer) => void answers.push(answer) });
  expect(main.underWay()).toEqual([]);
  expect(await main.router.handle('app:answerQuit', { answer: 'keep-open' })).toMatchObject({ ok: true });
  expect(await main.router.handle('app:answerQuit', { answer: 'sure' })).toMatchObject({ ok: false });
  expect(answers).toEqual(['keep-open']);
});

it('counts nothing as read behind a locked screen, and tells the window of it', async () => {
  let isLocked = true;
  const main = await create({ isScreenLocked: () => isLocked });
  await signIn(main);
  link.say({
    kind: 'message-received',
    message: {
      id: messageId(5),
      senderId: userId(2),
      receiverId: userId(1),
      content: 'a',
      timestampMs: 1,
      status: 'sent',
      type: 'text',
    },
  });
  await settle();
  main.onScreenLocked(true);
  expect(told).toContainEqual(['app:screenLocked', { isLocked: true }]);
  const read = { peerId: 2, rowIds: [1] };
  expect(await main.router.handle('messages:markRead', read)).toEqual(err(appError('cancelled')));
  expect(await snapshotOf(main)).toMatchObject({ conversations: [{ unreadCount: 1 }] });
  isLocked = false;
  expect(await main.router.handle('messages:markRead', read)).toEqual(ok({}));
  expect(await snapshotOf(main)).toMatchObject({ conversations: [{ unreadCount: 0 }] });
  expect(link.sent).toEqual([{ kind: 'mark-read', messageId: 5 }]);
});

it('stops in order, also where the store does not close', async () => {
  const main = await create();
  await signIn(main);
  store.fail('close', 'store-unavailable');
  await main.stop();
  expect(link.isStopped()).toBe(true);
});

it('plain copies of files that were opened are gone although the server does not let go', async () => {
  let letGo = (): void => {};
  const stop = (): Promise<void> => new Promise((resolve) => (letGo = () => resolve()));
  const main = await create({ createLink: () => ({ ...link.link, stop }) });
  await signIn(main);
  const copy = path.join(folder, 'opened', 'a', 'contract.pdf');
  mkdirSync(path.dirname(copy), { recursive: true });
  writeFileSync(copy, 'text');
  const stopped = main.stop();
  await vi.waitFor(() => expect(existsSync(copy)).toBe(false));
  letGo();
  await stopped;
});

it('plain copies of files that were opened are gone after a crash, and when the person logs out', async () => {
  const copy = path.join(folder, 'opened', 'a', 'contract.pdf');
  const open = (): void => {
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, 'text');
  };
  open();
  const main = await create();
  await vi.waitFor(() => expect(existsSync(copy)).toBe(false));
  await signIn(main);
  open();
  link.lose();
  await main.router.handle('session:logOut', {});
  await vi.waitFor(() => expect(existsSync(copy)).toBe(false));
});
