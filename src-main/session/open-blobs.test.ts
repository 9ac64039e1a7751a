import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { messageId, stagedId, userId } from '../../src-shared/kernel/ids.ts';
import { put, bytesOf, isSame, readAll } from '../files/testing/blob-rig.ts';
import { createFakeVault, type FakeVault } from '../testing/fake-vault.ts';
import { createSessionRig, credentials, here, yes, type SessionRig } from '../testing/session-rig.ts';
import { accountDir } from './account-book.ts';

let vault: FakeVault;
let rig: SessionRig;
beforeEach(async () => {
  vault = createFakeVault();
  rig = await createSessionRig(vault);
});
afterEach(async () => {
  await rig.session.stop();
  rig.remove();
});

async function signIn(history: 'keychain' | 'memory') {
  const signingIn = rig.session.logIn(credentials({ history }));
  await rig.answer(yes(1, 'token'));
  expect(await signingIn).toMatchObject({ ok: true });
  return blobs();
}
function blobs() {
  const scope = rig.session.scope();
  if (scope === null) throw new Error('nobody is signed in');
  return scope.blobs;
}
const folder = (name: string): string => path.join(accountDir(rig.folder, here, userId(1)), name);

it('files are kept as the history is: under its key, for the next start', async () => {
  const { blobId } = await put(await signIn('keychain'), bytesOf(1_000));
  expect(readdirSync(folder('media'))).toEqual([blobId]);
  rig = await rig.restart();
  await rig.session.restore();
  expect(isSame(await readAll(blobs().read(blobId)), bytesOf(1_000))).toBe(true);
});

it('files of a history in memory are gone when the account is closed, and those that were kept are not', async () => {
  const { blobId: kept } = await put(await signIn('keychain'), bytesOf(1_000));
  await rig.session.logOut();
  const unkept = await signIn('memory');
  await put(unkept, bytesOf(2_000));
  expect(readdirSync(folder('media-unkept'))).toHaveLength(1);
  await rig.session.logOut();
  expect(existsSync(folder('media-unkept'))).toBe(false);
  expect(readdirSync(folder('media'))).toEqual([kept]);
});

it('what a crash left of files that were not to be kept is gone after the next start', async () => {
  mkdirSync(folder('media-unkept'), { recursive: true });
  writeFileSync(path.join(folder('media-unkept'), 'x'), 'x');
  expect(await (await signIn('memory')).list()).toEqual([]);
  expect(existsSync(path.join(folder('media-unkept'), 'x'))).toBe(false);
});

describe('files that were added while the history could not be opened', () => {
  const bo = userId(2);
  const named = (last: number) => stagedId(`00000000-0000-4000-8000-00000000000${last}`);
  const staged = {
    isAsFile: false,
    hasMetadata: false,
    keepsMetadata: false,
    kind: 'file' as const,
    width: null,
    height: null,
    problem: null,
    path: null,
    modifiedMs: null,
    sizeBytes: null,
  };
  function store() {
    const scope = rig.session.scope();
    if (scope === null) throw new Error('nobody is signed in');
    return scope.store;
  }

  /** One is on its way, one is in the tray; their bytes are kept for this run only. */
  async function addFiles(): Promise<void> {
    await put(await signIn('keychain'), bytesOf(10));
    await rig.session.stop();
    vault.set({ status: 'locked' });
    rig = await createSessionRig(vault, rig.folder);
    const unkept = await signIn('keychain');
    rig.last().lose();
    expect(rig.session.view().history).toBe('memory');
    const [first, second] = [await put(unkept, bytesOf(200_000, 1)), await put(unkept, bytesOf(1_000, 2))];
    const rows = [
      { ...staged, stagedId: named(1), name: 'a', blobId: first.blobId },
      { ...staged, stagedId: named(2), name: 'b', blobId: second.blobId },
    ];
    await store().putStaged({ peerId: bo, rows, nowMs: 1 });
    const file = { ...first, mime: '', width: null, height: null, kind: 'file' as const, name: 'a' };
    await store().enqueueAttachment({ ...file, stagedId: named(1), peerId: bo, messageIds: [messageId(7)], nowMs: 1 });
  }
  async function bytesThere(): Promise<boolean[]> {
    const [item] = await store().getOutbox({});
    const [row] = await store().listStaged({ peerId: bo });
    const ids = [item?.attachment?.blobId, row?.blobId];
    const found: boolean[] = [];
    for (const [index, id] of ids.entries()) {
      if (id === undefined || id === null) throw new Error('a file was lost');
      found.push(isSame(await readAll(blobs().read(id)), index === 0 ? bytesOf(200_000, 1) : bytesOf(1_000, 2)));
    }
    return found;
  }

  it('are taken along when it can be, with their bytes, and kept from then on', async () => {
    await addFiles();
    vault.set({ status: 'keychain' });
    await rig.session.retryHistory();
    expect(rig.session.view().history).toBe('keychain');
    expect(await bytesThere()).toEqual([true, true]);
    expect(existsSync(folder('media-unkept'))).toBe(false);
    rig = await rig.restart();
    await signIn('keychain');
    expect(await bytesThere()).toEqual([true, true]);
  });

  it('stay where they are, with their bytes, as long as it cannot', async () => {
    await addFiles();
    await rig.session.retryHistory();
    expect(await bytesThere()).toEqual([true, true]);
    vault.set({ status: 'keychain' });
    rig.store.fail('takeUnsent', 'disk-full');
    await rig.session.retryHistory();
    expect(rig.session.view().history).toBe('memory');
    expect(await bytesThere()).toEqual([true, true]);
    await rig.session.retryHistory();
    expect(rig.session.view().history).toBe('keychain');
    expect(await bytesThere()).toEqual([true, true]);
  });
});
