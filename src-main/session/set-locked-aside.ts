import { mkdir, readdir, rename } from 'node:fs/promises';
import path from 'node:path';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { isDiskFull } from '../files/atomic-file.ts';
import type { Vault } from '../ports.ts';
import type { History } from './account-book.ts';
import type { Secrets } from './secrets.ts';

type LockedHistory = {
  /** The account's folder. */
  readonly dir: string;
  readonly wanted: History;
  readonly secrets: Pick<Secrets, 'historyKey'>;
  readonly vault: Pick<Vault, 'status'>;
  readonly nowMs: number;
};

/** The history and its files, and last the keys: a history without its key stays locked, whenever this is cut off. */
const belongsToHistory = (name: string): boolean => name.startsWith('history.db') || name === 'media';
const isKey = (name: string): boolean => name.startsWith('history-key.');

/**
 * Puts a history whose key cannot be had, with all that belongs to it, into a folder beside it, so that a new one can
 * be begun (safety R20). Nothing is deleted: moved back, it opens when its key does. One that opens by now stays.
 * @returns `keychain-locked` where there would be no key for the new one either; `disk-full` or `folder-not-writable`
 * where the files cannot be moved.
 */
export async function setLockedAside({ dir, wanted, secrets, vault, nowMs }: LockedHistory): Promise<Result<void>> {
  if (wanted === 'memory') return ok(undefined);
  if (wanted === 'keychain' && vault.status() !== 'keychain') return err(appError('keychain-locked'));
  try {
    if ((await secrets.historyKey(wanted)) !== 'unreadable') return ok(undefined);
    const aside = path.join(dir, `locked-${nowMs}`);
    await mkdir(aside, { recursive: true, mode: 0o700 });
    const names = await readdir(dir);
    for (const name of [...names.filter(belongsToHistory), ...names.filter(isKey)])
      await rename(path.join(dir, name), path.join(aside, name));
    return ok(undefined);
  } catch (error) {
    return err(appError(isDiskFull(error) ? 'disk-full' : 'folder-not-writable'));
  }
}
