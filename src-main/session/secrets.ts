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
   * now, or a database stands without one; none is made then, since that would throw the history away (safety T27).
   */
  readonly historyKey: (history: History) => Promise<Uint8Array | 'unreadable'>;
};

/** `check` tells a key that opens to something else from the right one (safety T27). */
const envelopeSchema = z.object({ version: z.literal(1), backend: z.string(), sealed: z.base64(), check: z.string() });
const maxBytes = 64 * 1024;

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
    };
    await writeAtomic(file, new TextEncoder().encode(JSON.stringify(envelope)));
  }

  async function readSealed(file: string): Promise<{ plain: string } | null | 'unreadable'> {
    const bytes = await readIfExists(file, maxBytes);
    if (bytes === null) return null;
    if (vault.status() !== 'keychain') return 'unreadable';
    try {
      const envelope = envelopeSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
      const plain = vault.open(Buffer.from(envelope.sealed, 'base64'));
      return plain !== null && check(plain) === envelope.check ? { plain } : 'unreadable';
    } catch {
      return 'unreadable';
    }
  }

  async function historyKey(history: History): Promise<Uint8Array | 'unreadable'> {
    if (history === 'key-file') {
      const known = await readIfExists(plainKeyFile, maxBytes);
      if (known !== null) return known.length === 32 ? known : 'unreadable';
      const made = random.bytes(32);
      await writeAtomic(plainKeyFile, made);
      return made;
    }
    const known = await readSealed(sealedKeyFile);
    if (known === 'unreadable' || (known === null && existsSync(databaseFile(dir)))) return 'unreadable';
    if (known !== null) return new Uint8Array(Buffer.from(known.plain, 'base64'));
    const made = random.bytes(32);
    await writeSealed(sealedKeyFile, Buffer.from(made).toString('base64'));
    return made;
  }

  return {
    saveToken: (token) => writeSealed(tokenFile, token),
    readToken: async () => {
      const token = await readSealed(tokenFile);
      return token === 'unreadable' ? null : (token?.plain ?? null);
    },
    deleteToken: () => rm(tokenFile, { force: true }),
    historyKey,
  };
}

function check(plain: string): string {
  return createHash('sha256').update(plain).digest('hex').slice(0, 16);
}
