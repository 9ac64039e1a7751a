import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemRandom } from '../platform/system-random.ts';
import { createFakeVault, type FakeVault } from '../testing/fake-vault.ts';
import { createSecrets, type Secrets } from './secrets.ts';

let dir: string;
let vault: FakeVault;
let secrets: Secrets;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kith-secrets-'));
  vault = createFakeVault();
  secrets = createSecrets(dir, vault, createSystemRandom());
});
afterEach(() => rmSync(dir, { recursive: true }));

const file = (name: string): string => path.join(dir, name);
/** Everything in the folder, by name. */
const files = (): Record<string, string> =>
  Object.fromEntries(readdirSync(dir).map((name) => [name, readFileSync(file(name)).toString('hex')]));
const makeDatabase = (): void => writeFileSync(file('history.db'), 'sealed');
/** A key was made and a history written with it. */
async function used(): Promise<Uint8Array> {
  const key = await secrets.historyKey('keychain');
  if (key === 'unreadable') throw new Error('no key');
  makeDatabase();
  return key;
}

describe('the key of a history (safety T27): what does not open is never replaced', () => {
  it('is made once and is the same from then on', async () => {
    const key = await used();
    expect(key).toHaveLength(32);
    expect(await secrets.historyKey('keychain')).toEqual(key);
  });

  it('lies sealed, in a file for this person alone', async () => {
    const key = await used();
    expect(statSync(file('history-key.json')).mode & 0o777).toBe(0o600);
    const text = readFileSync(file('history-key.json'), 'utf8');
    expect(text).not.toContain(Buffer.from(key).toString('base64'));
    expect(JSON.parse(text)).toMatchObject({ version: 1, backend: 'gnome_libsecret' });
  });

  it('opens again once a locked keychain is unlocked', async () => {
    const key = await used();
    vault.set({ status: 'locked' });
    expect(await secrets.historyKey('keychain')).toBe('unreadable');
    vault.set({ status: 'keychain' });
    expect(await secrets.historyKey('keychain')).toEqual(key);
  });

  const broken: readonly [string, () => void][] = [
    ['the keychain is locked', () => vault.set({ status: 'locked' })],
    ['the keychain is gone', () => vault.set({ status: 'none' })],
    ['the keychain was replaced, and opens to something else', () => vault.set({ secret: 0x11 })],
    ['the keychain is another one', () => vault.set({ backend: 'kwallet6', secret: 0x2a })],
    ['the file of the key is gone', () => rmSync(file('history-key.json'))],
    ['the file of the key is empty', () => writeFileSync(file('history-key.json'), '')],
    ['the file of the key is damaged', () => writeFileSync(file('history-key.json'), '{"version":1,"sealed":"!"}')],
    ['the check of the key is another', () => replaceInKey((envelope) => ({ ...envelope, check: '0'.repeat(16) }))],
    ['the sealed key was swapped', () => replaceInKey((envelope) => ({ ...envelope, sealed: 'AAAA' }))],
    [
      'a folder is in its place',
      () => {
        rmSync(file('history-key.json'));
        mkdirSync(file('history-key.json'));
      },
    ],
  ];
  function replaceInKey(change: (envelope: object) => object): void {
    const envelope = JSON.parse(readFileSync(file('history-key.json'), 'utf8')) as object;
    writeFileSync(file('history-key.json'), JSON.stringify(change(envelope)));
  }
  it.each(broken)('is unreadable where %s, and nothing on the disk is touched', async (_, damage) => {
    await used();
    damage();
    const isFolder = existsSync(file('history-key.json')) && statSync(file('history-key.json')).isDirectory();
    const before = isFolder ? null : files();
    expect(await secrets.historyKey('keychain')).toBe('unreadable');
    if (before !== null) expect(files()).toEqual(before);
    // Nor is a key in a plain file made for a history that has another key.
    expect(await secrets.historyKey('key-file')).toBe('unreadable');
    expect(existsSync(file('history-key.plain'))).toBe(false);
  });

  it('is not made with a keychain that is locked', async () => {
    vault.set({ status: 'locked' });
    expect(await secrets.historyKey('keychain')).toBe('unreadable');
    expect(readdirSync(dir)).toEqual([]);
  });
});

describe('a key in a plain file, asked for where there is no keychain', () => {
  it('is 32 bytes for this person alone, and the same each time', async () => {
    vault.set({ status: 'none' });
    const key = await secrets.historyKey('key-file');
    expect(key).toHaveLength(32);
    expect(statSync(file('history-key.plain')).mode & 0o777).toBe(0o600);
    makeDatabase();
    expect(await secrets.historyKey('key-file')).toEqual(key);
  });

  it('is unreadable where it is damaged', async () => {
    await secrets.historyKey('key-file');
    writeFileSync(file('history-key.plain'), 'short');
    expect(await secrets.historyKey('key-file')).toBe('unreadable');
  });

  it('is taken over by a keychain that came later, and the file goes', async () => {
    vault.set({ status: 'none' });
    const key = await secrets.historyKey('key-file');
    makeDatabase();
    vault.set({ status: 'keychain' });
    expect(await secrets.historyKey('keychain')).toEqual(key);
    expect(existsSync(file('history-key.plain'))).toBe(false);
    expect(await secrets.historyKey('keychain')).toEqual(key);
  });
});

describe('the token', () => {
  it('is read back, replaced by the newest and gone after a log-out', async () => {
    expect(await secrets.readToken()).toBeNull();
    await secrets.saveToken('first');
    await secrets.saveToken('second');
    expect(await secrets.readToken()).toBe('second');
    await secrets.deleteToken();
    expect(await secrets.readToken()).toBeNull();
    expect(readdirSync(dir)).toEqual([]);
    await secrets.deleteToken();
  });

  it('is never on the disk in plain text', async () => {
    await secrets.saveToken('canary');
    expect(readFileSync(file('token.json'), 'utf8')).not.toContain('canary');
    expect(statSync(file('token.json')).mode & 0o777).toBe(0o600);
  });

  it('is none where the keychain does not open, opens to something else or is not there', async () => {
    await secrets.saveToken('first');
    vault.set({ status: 'locked' });
    expect(await secrets.readToken()).toBeNull();
    vault.set({ status: 'keychain', secret: 0x11 });
    expect(await secrets.readToken()).toBeNull();
    vault.set({ status: 'none' });
    await expect(secrets.saveToken('x')).rejects.toThrow();
    vault.set({ status: 'keychain', secret: 0x55 });
    expect(await secrets.readToken()).toBe('first');
  });
});
