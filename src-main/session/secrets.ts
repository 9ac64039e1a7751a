import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import type { Random, Vault } from '../ports.ts';
import { databaseFile, type History } from './account-book.ts';

/** Token and database key of one account, in its folder. Sealed by the keychain; the key in a plain 0600 file only when asked for. */
export type Secrets = {
  readonly saveToken: (token: string) => Promise<void>;
  /** The stored token, or null where there is none or the keychain cannot open it. */
  readonly readToken: () => Promise<string | null>;
  readonly deleteToken: () => Promise<void>;
  /**
   * The 32-byte key of the history, made at the first call. `unreadable`: there is one, but it cannot be opened
   * now, or a database stands without one, or the keychain that should take it is not to be had; none is made then,
   * since that would throw the history away (safety T27).
   */
  readonly historyKey: (history: Exclude<History, 'memory'>) => Promise<Uint8Array | 'unreadable'>;
  /** The keychain that sealed the history's key, where that is another one than there is now; else null. */
  readonly formerKeychain: () => Promise<string | null>;
};

/**
 * `check` tells a key that opens to something else from the right one, and `owner`, the name of the account's folder,
 * one that was put in its place from another account (safety T27).
 */
const envelopeSchema = z.object({
  version: z.literal(1),
  backend: z.string(),
  sealed: z.base64(),
  check: z.string(),
  owner: z.string().optional(),
});
const maxBytes = 64 * 1024;
const keyBytes = 32;
/** What Linux may be told to use, by the name that Electron has for it (safety T27). Elsewhere there is only one. */
const knownKeychains = new Set(['gnome_libsecret', 'kwallet', 'kwallet5', 'kwallet6']);

/** @param dir the account's folder (see account-book.ts). */
export function createSecrets(dir: string, vault: Vault, random: Random): Secrets {
  const tokenFile = path.join(dir, 'token.json');
  const sealedKeyFile = path.join(dir, 'history-key.json');
  const plainKeyFile = path.join(dir, 'history-key.plain');

  async function writeSealed(file: string, plain: string): Promise<void> {
    const envelope = {
      version: 1,
      backend: vault.backend(),
      sealed: Buffer.from(vault.seal(plain)).toString('base64'),
      check: check(plain),
      owner: path.basename(dir),
    };
    await writeAtomic(file, new TextEncoder().encode(JSON.stringify(envelope)));
  }

  async function readSealed(file: string): Promise<{ plain: string } | null | 'unreadable'> {
    try {
      const bytes = await readIfExists(file, maxBytes);
      if (bytes === null) return null;
      if (vault.status() !== 'keychain') return 'unreadable';
      const envelope = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      if (envelope.owner !== undefined && envelope.owner !== path.basename(dir)) return 'unreadable';
      const plain = vault.open(Buffer.from(envelope.sealed, 'base64'));
      return plain !== null && check(plain) === envelope.check ? { plain } : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  async function readPlainKey(): Promise<Uint8Array | null | 'unreadable'> {
    try {
      const known = await readIfExists(plainKeyFile, maxBytes);
      return known === null || known.length === keyBytes ? known : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  async function makeKey(history: Exclude<History, 'memory'>): Promise<Uint8Array | 'unreadable'> {
    if (existsSync(databaseFile(dir))) return 'unreadable';
    const made = random.bytes(keyBytes);
    if (history === 'key-file') await writeAtomic(plainKeyFile, made);
    else await writeSealed(sealedKeyFile, Buffer.from(made).toString('base64'));
    return made;
  }

  async function plainKey(): Promise<Uint8Array | 'unreadable'> {
    const known = await readPlainKey();
    if (known !== null) return known;
    return existsSync(sealedKeyFile) ? 'unreadable' : makeKey('key-file');
  }

  async function sealedKey(): Promise<Uint8Array | 'unreadable'> {
    if (vault.status() !== 'keychain') return 'unreadable';
    const known = await readSealed(sealedKeyFile);
    if (known === 'unreadable') return known;
    if (known !== null) {
      const key = new Uint8Array(Buffer.from(known.plain, 'base64'));
      return key.length === keyBytes ? key : 'unreadable';
    }
    const plain = await readPlainKey();
    if (plain === null || plain === 'unreadable') return plain ?? makeKey('keychain');
    // There is a keychain now: it takes the key over, and the file goes.
    await writeSealed(sealedKeyFile, Buffer.from(plain).toString('base64'));
    await rm(plainKeyFile, { force: true });
    return plain;
  }

  return {
    saveToken: (token) => writeSealed(tokenFile, token),
    readToken: async () => {
      const token = await readSealed(tokenFile);
      return token === 'unreadable' ? null : (token?.plain ?? null);
    },
    deleteToken: () => rm(tokenFile, { force: true }),
    formerKeychain: async () => {
      try {
        const bytes = await readIfExists(sealedKeyFile, maxBytes);
        const { backend } = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(bytes ?? new Uint8Array())));
        return knownKeychains.has(backend) && backend !== vault.backend() ? backend : null;
      } catch {
        return null;
      }
    },
    historyKey: (history) => (history === 'key-file' ? plainKey() : sealedKey()),
  };
}

function check(plain: string): string {
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}
