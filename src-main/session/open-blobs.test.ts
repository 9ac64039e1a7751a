import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import { put, bytesOf, isSame, readAll } from '../files/testing/blob-rig.ts';
import { createSessionRig, credentials, here, yes, type SessionRig } from '../testing/session-rig.ts';
import { accountDir } from './account-book.ts';

let rig: SessionRig;
beforeEach(async () => {
  rig = await createSessionRig();
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
