import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import { serverUrlSchema, userIdSchema } from '../../src-shared/ipc/ids-schema.ts';
import { accountViewSchema, type AccountView } from '../../src-shared/ipc/views.ts';
import type { ServerUrl, UserId } from '../../src-shared/kernel/ids.ts';
import { readIfExists } from '../files/atomic-file.ts';
import { createKeptFile } from '../files/kept-file.ts';

/** An account is as large as its picture, which is 512 KiB at most (see avatar.ts). */
const maxAccounts = 20;
const maxServers = 20;
const maxNameLength = 200;
const maxBytes = 16 * 1024 * 1024;

const bookSchema = z.object({
  servers: z.array(serverUrlSchema).max(200),
  accounts: z
    .array(z.object({ account: accountViewSchema, history: z.enum(['keychain', 'key-file', 'memory']) }))
    .max(200),
  /** Who is signed in, to be resumed at the next start. */
  current: z.object({ serverUrl: serverUrlSchema, userId: userIdSchema }).nullable(),
  lastServerUrl: serverUrlSchema.nullable(),
  lastUsername: z.string().max(maxNameLength),
});
type Book = z.infer<typeof bookSchema>;
export type History = Book['accounts'][number]['history'];

const empty: Book = { servers: [], accounts: [], current: null, lastServerUrl: null, lastUsername: '' };

export type AccountBook = {
  readonly read: () => Book;
  /** Makes this the current account and remembers its server and name. */
  readonly signedIn: (account: AccountView, history: History) => Promise<void>;
  readonly signedOut: () => Promise<void>;
  readonly rememberServer: (serverUrl: ServerUrl) => Promise<void>;
  readonly find: (serverUrl: ServerUrl, userId: UserId) => Book['accounts'][number] | null;
};

/** The accounts and servers of this profile, in `accounts.json`. Holds no secrets. A damaged file is an empty book. */
export async function openAccountBook(storageDir: string): Promise<AccountBook> {
  const file = path.join(storageDir, 'accounts.json');
  let book = parse(await readIfExists(file, maxBytes).catch(() => null));
  const kept = createKeptFile(file, null);
  const save = async (next: Book): Promise<void> => {
    book = next;
    await kept.keep(JSON.stringify(book));
  };
  const withServer = (serverUrl: ServerUrl): ServerUrl[] =>
    [serverUrl, ...book.servers.filter((known) => known !== serverUrl)].slice(0, maxServers);
  const isSame = (account: AccountView, serverUrl: ServerUrl, userId: UserId): boolean =>
    account.serverUrl === serverUrl && account.userId === userId;
  /** The newest account comes first. */
  const lastNameOn = (serverUrl: ServerUrl): string =>
    book.accounts.find(({ account }) => account.serverUrl === serverUrl)?.account.username ?? '';
  return {
    read: () => book,
    signedIn: (account, history) =>
      save({
        servers: withServer(account.serverUrl),
        accounts: [
          { account, history },
          ...book.accounts.filter((known) => !isSame(known.account, account.serverUrl, account.userId)),
        ].slice(0, maxAccounts),
        current: { serverUrl: account.serverUrl, userId: account.userId },
        lastServerUrl: account.serverUrl,
        lastUsername: account.username.slice(0, maxNameLength),
      }),
    signedOut: () => save({ ...book, current: null }),
    rememberServer: (serverUrl) =>
      save({
        ...book,
        servers: withServer(serverUrl),
        lastServerUrl: serverUrl,
        lastUsername: lastNameOn(serverUrl).slice(0, maxNameLength),
      }),
    find: (serverUrl, userId) => book.accounts.find((known) => isSame(known.account, serverUrl, userId)) ?? null,
  };
}

/** The folder of an account's files: no name and no address in it. */
export function accountDir(storageDir: string, serverUrl: ServerUrl, userId: UserId): string {
  const digest = createHash('sha256').update(`${serverUrl}\n${userId}`).digest('hex').slice(0, 24);
  return path.join(storageDir, 'accounts', digest);
}

/** The history of an account, in its folder. */
export function databaseFile(dir: string): string {
  return path.join(dir, 'history.db');
}

function parse(bytes: Uint8Array | null): Book {
  if (bytes === null) return empty;
  try {
    const parsed = bookSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return parsed.success ? parsed.data : empty;
  } catch {
    return empty;
  }
}
