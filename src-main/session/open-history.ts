import { existsSync } from 'node:fs';
import type { AccountView, Notice } from '../../src-shared/ipc/views.ts';
import { isDiskFull } from '../files/atomic-file.ts';
import { StoreFailure, type Store, type Vault } from '../ports.ts';
import type { OpenInput, OpenReport } from '../store/operations.ts';
import type { Unsent } from '../store/unsent.ts';
import { httpOrigin } from '../transfers/file-address.ts';
import { databaseFile, type History } from './account-book.ts';
import type { Secrets } from './secrets.ts';

export type HistoryToOpen = {
  /** The account's folder. */
  readonly dir: string;
  readonly account: Pick<AccountView, 'userId' | 'serverUrl'>;
  readonly wanted: History;
  readonly secrets: Secrets;
  readonly vault: Pick<Vault, 'status'>;
  readonly store: Pick<Store, 'open' | 'takeUnsent'>;
  /**
   * What was written without this history and goes into it, or stays in memory with the rest (safety R20), told the
   * history's key.
   */
  readonly unsent?: ((key: Uint8Array | null) => Promise<Unsent>) | undefined;
  readonly nowMs: number;
};

export type OpenedHistory = { readonly history: History; readonly key: Uint8Array | null };

/**
 * Opens an account's database, as it is wanted where that can be: a key or a file that does not open is left alone
 * and this run keeps nothing, so that the program always opens (safety T27, R14).
 * @returns how the history is kept now, and its key where it is kept.
 * @throws StoreFailure where not even a database in memory can be had.
 */
export async function openHistory(
  { dir, account, wanted, secrets, vault, store, unsent, nowMs }: HistoryToOpen,
  notice: (kind: Notice['kind'], detail: string) => void,
): Promise<OpenedHistory> {
  async function open(input: Pick<OpenInput, 'path' | 'key'>): Promise<OpenReport> {
    const report = await store.open({ ...input, self: account.userId, serverOrigin: httpOrigin(account.serverUrl) });
    if (unsent !== undefined) await store.takeUnsent({ unsent: await unsent(input.key), nowMs });
    return report;
  }
  const inMemory = async (): Promise<OpenedHistory> => {
    await open({ path: null, key: null });
    return { history: 'memory', key: null };
  };
  if (wanted === 'memory') return inMemory();
  if (wanted === 'keychain' && vault.status() === 'none' && !existsSync(databaseFile(dir))) return inMemory();
  try {
    const key = await secrets.historyKey(wanted);
    if (key === 'unreadable') {
      notice('history-locked', (await secrets.formerKeychain()) ?? '');
      return await inMemory();
    }
    const report = await open({ path: databaseFile(dir), key });
    if (report.outcome === 'set-aside') notice('store-set-aside', String(report.saved.messages));
    return { history: wanted, key };
  } catch (error) {
    const isFull = error instanceof StoreFailure ? error.code === 'disk-full' : isDiskFull(error);
    if (isFull) notice('disk-full', '');
    notice('store-unavailable', '');
    return inMemory();
  }
}
