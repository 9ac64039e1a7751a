import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import type { AccountView } from '../../src-shared/ipc/views.ts';
import { accountDir, openAccountBook } from './account-book.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-book-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const here = serverUrl('ws://here:1/');
const there = serverUrl('ws://there:1/');
const account = (id: number, username: string, url = here): AccountView => ({
  serverUrl: url,
  userId: userId(id),
  username,
  email: '',
  avatar: '',
});

it('remembers who is signed in, and how their history is kept', async () => {
  const book = await openAccountBook(folder);
  await book.signedIn(account(1, 'ann'), 'key-file');
  const again = await openAccountBook(folder);
  expect(again.read()).toMatchObject({ current: { serverUrl: here, userId: 1 }, lastUsername: 'ann', servers: [here] });
  expect(again.find(here, userId(1))).toEqual({ account: account(1, 'ann'), history: 'key-file' });
  expect(again.find(there, userId(1))).toBeNull();
});

it('has an account once, with its newest name, and forgets nobody on log-out', async () => {
  const book = await openAccountBook(folder);
  await book.signedIn(account(1, 'ann'), 'keychain');
  await book.signedIn(account(1, 'anna'), 'keychain');
  await book.signedOut();
  expect(book.read()).toMatchObject({ current: null, accounts: [{ account: { username: 'anna' } }] });
  expect(book.read().lastUsername).toBe('anna');
});

it('fills in the name that was used last on the server that was chosen', async () => {
  const book = await openAccountBook(folder);
  await book.signedIn(account(1, 'ann', here), 'keychain');
  await book.signedIn(account(2, 'ben', there), 'keychain');
  await book.rememberServer(here);
  expect(book.read()).toMatchObject({ lastServerUrl: here, lastUsername: 'ann', servers: [here, there] });
  await book.rememberServer(serverUrl('ws://new:1/'));
  expect(book.read().lastUsername).toBe('');
});

it('is not written again at each log-in of the same account', async () => {
  const book = await openAccountBook(folder);
  await book.signedIn(account(1, 'ann'), 'keychain');
  rmSync(path.join(folder, 'accounts.json'));
  await book.signedIn(account(1, 'ann'), 'keychain');
  expect(readdirSync(folder)).toEqual([]);
  await book.signedIn(account(1, 'anna'), 'keychain');
  expect(readdirSync(folder)).toEqual(['accounts.json']);
});

it('can be read again whatever servers say: long names and large pictures', async () => {
  const book = await openAccountBook(folder);
  for (let id = 1; id <= 30; id += 1)
    await book.signedIn({ ...account(id, 'x'.repeat(5_000)), avatar: 'y'.repeat(500_000) }, 'keychain');
  const again = await openAccountBook(folder);
  expect(again.read().current?.userId).toBe(30);
  expect(again.read().accounts).toHaveLength(20);
});

it.each(['', '{', 'null', '{"servers":1}'])('that is damaged (%#) is empty', async (text) => {
  writeFileSync(path.join(folder, 'accounts.json'), text);
  const book = await openAccountBook(folder);
  expect(book.read()).toMatchObject({ accounts: [], current: null, servers: [] });
  await book.rememberServer(here);
  expect(JSON.parse(readFileSync(path.join(folder, 'accounts.json'), 'utf8'))).toMatchObject({ servers: [here] });
});

it('each account has a folder of its own that tells neither name nor address', () => {
  const folders = [
    accountDir('/x', here, userId(1)),
    accountDir('/x', here, userId(2)),
    accountDir('/x', there, userId(1)),
  ];
  expect(new Set(folders).size).toBe(3);
  expect(folders.join()).not.toContain('here');
});
