import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { commandId, userId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { createFakeVault, type FakeVault } from '../testing/fake-vault.ts';
import { createSessionRig, credentials, here, yes, type SessionRig } from '../testing/session-rig.ts';
import { accountDir, databaseFile } from './account-book.ts';

let rig: SessionRig;
let vault: FakeVault;
afterEach(async () => {
  await rig.session.stop();
  rig.remove();
});

const bo = userId(2);
const dirOf = (id = 1): string => accountDir(rig.folder, here, userId(id));
const keyFile = (id = 1): string => path.join(dirOf(id), 'history-key.json');
const digestOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
let lastCommand = 0;

async function logIn(id = 1): Promise<void> {
  const outcome = rig.session.logIn(credentials());
  await rig.answer(yes(id, `token ${id}`));
  expect(await outcome).toMatchObject({ ok: true });
}
async function write(text: string): Promise<void> {
  const scope = rig.session.scope();
  if (scope === null) throw new Error('nobody is signed in');
  lastCommand += 1;
  const id = commandId(`00000000-0000-4000-8000-${String(lastCommand).padStart(12, '0')}`);
  await scope.outbox.sendText({ commandId: id, peerId: bo, text });
}
const outbox = async (): Promise<string[]> =>
  ((await rig.session.scope()?.store.getOutbox({})) ?? []).map((item) => item.text);

/** Someone has a history with a message that is not out yet; the program ends. */
async function past(): Promise<void> {
  vault = createFakeVault();
  rig = await createSessionRig(vault);
  await logIn();
  rig.last().lose();
  await write('from before');
  await rig.session.stop();
}

const scenarios: readonly [string, () => void, () => void][] = [
  ['the keychain is locked', () => vault.set({ status: 'locked' }), () => vault.set({ status: 'keychain' })],
  ['there is no keychain any more', () => vault.set({ status: 'none' }), () => vault.set({ status: 'keychain' })],
  ['the keychain has another secret', () => vault.set({ secret: 0x11 }), () => vault.set({ secret: 0x55 })],
  [
    'it is another keychain',
    () => vault.set({ backend: 'kwallet6', secret: 0x2a }),
    () => vault.set({ backend: 'gnome_libsecret', secret: 0x55 }),
  ],
  [
    'the system forgot everything it knew of the keychain',
    () => vault.set({ status: 'none', secret: 0x77 }),
    () => vault.set({ status: 'keychain', secret: 0x55 }),
  ],
  ['the file of the key is gone', () => moveKey('away'), () => moveKey('back')],
  ['the file of the key is empty', () => spoilKey(''), () => moveKey('back')],
  ['the file of the key is nonsense', () => spoilKey('{"version":1}'), () => moveKey('back')],
  ['the check of the key is another', () => editKey({ check: '0'.repeat(16) }), () => moveKey('back')],
  ['the sealed key was swapped', () => editKey({ sealed: 'AAAA' }), () => moveKey('back')],
  ['the key is that of another account', () => editKey({ owner: 'someone' }), () => moveKey('back')],
  ['a folder is in place of the key', () => (moveKey('away'), mkdirSync(keyFile())), () => moveKey('back')],
];
function moveKey(where: 'away' | 'back'): void {
  if (where === 'away') return renameSync(keyFile(), `${keyFile()}.kept`);
  rmSync(keyFile(), { recursive: true, force: true });
  renameSync(`${keyFile()}.kept`, keyFile());
}
function spoilKey(text: string): void {
  copyFileSync(keyFile(), `${keyFile()}.kept`);
  writeFileSync(keyFile(), text);
}
function editKey(change: object): void {
  const envelope = JSON.parse(readFileSync(keyFile(), 'utf8')) as object;
  spoilKey(JSON.stringify({ ...envelope, ...change }));
}

describe('a history whose key is not to be had (safety T27, R19, R20)', () => {
  it.each(scenarios)('is hidden and untouched where %s, and whole again once it is', async (_, lose, bringBack) => {
    await past();
    const before = digestOf(databaseFile(dirOf()));
    lose();
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    if (rig.session.view().phase === 'signed-out') await logIn();
    rig.last().lose();
    expect(rig.session.view().history).toBe('memory');
    expect(rig.notices).toContain('history-locked');
    expect(await outbox()).toEqual([]);
    await write('written meanwhile');
    await rig.session.scope()?.store.saveDraft({ peerId: bo, draft: { text: 'half', caret: 2 }, nowMs: 1 });
    await rig.session.retryHistory();
    expect(rig.notices).toContain('history-locked');
    expect(await outbox()).toEqual(['written meanwhile']);
    expect(digestOf(databaseFile(dirOf()))).toBe(before);

    bringBack();
    await rig.session.retryHistory();
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', history: 'keychain' });
    expect(rig.notices).not.toContain('history-locked');
    expect(await outbox()).toEqual(['from before', 'written meanwhile']);
    expect((await rig.session.scope()?.conversations())?.[0]?.draft).toEqual({ text: 'half', caret: 2 });
    await rig.answer(yes(1, 'token'));
    await settle();
    expect(rig.last().sent.flatMap((frame) => (frame.kind === 'send-message' ? [frame.content] : []))).toEqual([
      'from before',
    ]);
  });

  it('takes along whatever it accepted before it is opened again', async () => {
    await past();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    rig.last().lose();
    vault.set({ status: 'keychain' });
    const release = rig.store.hold();
    const early = write('just before');
    const retrying = rig.session.retryHistory();
    await settle();
    const late = write('just after').then(
      () => ['just after'],
      () => [],
    );
    release();
    await Promise.all([retrying, early]);
    expect(await outbox()).toEqual(['from before', 'just before', ...(await late)]);
  });

  it('stays hidden, with what was written meanwhile still here, where that does not fit in', async () => {
    await past();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    rig.last().lose();
    await write('written meanwhile');
    vault.set({ status: 'keychain' });
    rig.store.fail('takeUnsent', 'disk-full');
    await rig.session.retryHistory();
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', history: 'memory' });
    expect(rig.notices).toContain('disk-full');
    expect(await outbox()).toEqual(['written meanwhile']);
    await rig.session.retryHistory();
    expect(rig.notices).toEqual([]);
    expect(await outbox()).toEqual(['from before', 'written meanwhile']);
  });

  it('opens by itself at the next start where nobody asked before', async () => {
    await past();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    expect(rig.session.view().phase).toBe('signed-out');
    expect(rig.notices).toEqual(['keychain-locked']);
    vault.set({ status: 'keychain' });
    rig = await rig.restart();
    await rig.session.restore();
    expect(await outbox()).toEqual(['from before']);
  });

  it('is opened by Retry from the log-in too, with nothing typed', async () => {
    await past();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    vault.set({ status: 'keychain' });
    // However often the person clicks.
    await Promise.all([rig.session.retryHistory(), rig.session.retryHistory()]);
    expect(rig.links).toHaveLength(1);
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', history: 'keychain' });
    expect(rig.notices).toEqual([]);
    expect(await outbox()).toEqual(['from before']);
  });
});

describe('a history whose key is lost for good (safety R20)', () => {
  it('is set aside, kept as it was, and a new one takes what was written without it', async () => {
    await past();
    const before = digestOf(databaseFile(dirOf()));
    vault.set({ secret: 0x11 });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    rig.last().lose();
    await write('written meanwhile');
    expect(await rig.session.startNewHistory()).toMatchObject({ ok: true });
    expect(rig.session.view()).toMatchObject({ phase: 'signed-in', history: 'keychain' });
    expect(rig.notices).toEqual([]);
    expect(await outbox()).toEqual(['written meanwhile']);
    const aside = path.join(dirOf(), readdirSync(dirOf()).find((name) => name.startsWith('locked-')) ?? '');
    expect(digestOf(databaseFile(aside))).toBe(before);
    expect(readdirSync(aside)).toContain('history-key.json');
    // The new one opens by itself from now on.
    rig = await rig.restart();
    await rig.session.restore();
    expect(await outbox()).toEqual(['written meanwhile']);
  });

  it('stays in its place where its key is to be had again, or no other could be kept', async () => {
    await past();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    expect(await rig.session.startNewHistory()).toMatchObject({ ok: false, error: { code: 'keychain-locked' } });
    expect(rig.session.view().history).toBe('memory');
    vault.set({ status: 'keychain' });
    expect(await rig.session.startNewHistory()).toMatchObject({ ok: true });
    expect(await outbox()).toEqual(['from before']);
    expect(readdirSync(dirOf()).filter((name) => name.startsWith('locked-'))).toEqual([]);
  });

  it('says which keychain locked it, where that is another one now', async () => {
    await past();
    vault.set({ backend: 'kwallet6', secret: 0x2a });
    rig = await createSessionRig(vault, rig.folder);
    await rig.session.restore();
    await logIn();
    expect(rig.details.get('history-locked')).toBe('gnome_libsecret');
  });
});

describe('a history for which there was no space', () => {
  it('opens by itself once there is, with what was written meanwhile', async () => {
    await past();
    rig = await createSessionRig(vault, rig.folder);
    rig.store.fail('open', 'disk-full');
    await rig.session.restore();
    expect(rig.notices).toEqual(['disk-full', 'store-unavailable']);
    await write('meanwhile');
    for (const tell of rig.spaceWaits) tell();
    await expect.poll(() => rig.session.view().history).toBe('keychain');
    await expect.poll(outbox).toEqual(['from before', 'meanwhile']);
    expect(rig.notices).toEqual([]);
    expect(rig.spaceWaits.size).toBe(0);
  });
});

describe('a history that could not be opened this time', () => {
  it('is tried again when the person asks, and takes what was written without it', async () => {
    await past();
    rig = await createSessionRig(vault, rig.folder);
    rig.store.fail('open', 'store-unavailable');
    await rig.session.restore();
    expect(rig.session.view().history).toBe('memory');
    expect(rig.notices).toEqual(['store-unavailable']);
    await write('meanwhile');
    await rig.session.retryHistory();
    expect(rig.session.view().history).toBe('keychain');
    expect(rig.notices).toEqual([]);
    expect(await outbox()).toEqual(['from before', 'meanwhile']);
  });

  it('is left alone where nothing is wrong, however often it is asked for: a log-in each time would help nobody', async () => {
    vault = createFakeVault();
    rig = await createSessionRig(vault);
    await logIn();
    await rig.session.retryHistory();
    expect(await rig.session.startNewHistory()).toEqual({ ok: true, value: undefined });
    expect(rig.links).toHaveLength(1);
    expect(rig.store.opened).toHaveLength(1);
  });

  it('is opened once more where it is open and something was said to be wrong', async () => {
    vault = createFakeVault();
    rig = await createSessionRig(vault);
    await logIn();
    rig.notices.push('store-unavailable');
    await Promise.all([rig.session.retryHistory(), rig.session.retryHistory()]);
    expect(rig.notices).toEqual([]);
    expect(rig.store.opened).toHaveLength(2);
  });
});
