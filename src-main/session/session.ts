import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { AccountView, ConnectionView, SessionView } from '../../src-shared/ipc/views.ts';
import type { ParsedRequestOf } from '../../src-shared/ipc/contract.ts';
import type { ClientFrame, WireAccount } from '../../src-shared/protocol/frames.ts';
import { safeAvatar } from '../contacts/avatar.ts';
import type { Link } from '../connection/link.ts';
import type { Random, Store, Vault } from '../ports.ts';
import { accountDir, databaseFile, type AccountBook, type History } from './account-book.ts';
import type { AccountScope } from './account-scope.ts';
import { connectionView, idleConnection } from './connection-view.ts';
import { createSecrets, type Secrets } from './secrets.ts';

/** A server that does not confirm a log-out in this time is left all the same (protocol reading, LOGOUT). */
const logOutPatienceMs = 3_000;

type Credentials = ParsedRequestOf<'session:logIn'>;
type FirstFrame = Extract<ClientFrame, { kind: 'log-in' | 'register' }>;

export type Session = {
  readonly view: () => SessionView;
  readonly connection: () => ConnectionView;
  readonly scope: () => AccountScope | null;
  readonly link: () => Link | null;
  /** Opens the account that was signed in last: history first, then the server. */
  readonly restore: () => Promise<void>;
  readonly logIn: (credentials: Credentials) => Promise<Result<AccountView>>;
  readonly register: (request: ParsedRequestOf<'session:register'>) => Promise<Result<AccountView>>;
  readonly logOut: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

export type SessionDeps = {
  readonly storageDir: string;
  readonly vault: Vault;
  readonly random: Random;
  readonly book: AccountBook;
  readonly store: Store;
  readonly createLink: () => Link;
  readonly createScope: (account: AccountView, link: Link) => Promise<AccountScope>;
  /** Makes sure that the built-in server runs, where this is its address. */
  readonly ensureServer: (serverUrl: ServerUrl) => Promise<void>;
  readonly onView: (view: SessionView) => void;
  readonly onConnection: (view: ConnectionView) => void;
  readonly notice: (kind: 'store-set-aside' | 'keychain-locked', detail: string) => void;
  readonly wait: (delayMs: number) => Promise<void>;
};

type Open = {
  readonly account: AccountView;
  readonly history: History;
  readonly scope: AccountScope;
  readonly link: Link;
};

/** Who is signed in, with which token, on which link. One account at a time; the newest token always wins. */
export function createSession(deps: SessionDeps): Session {
  const { book, store, vault } = deps;
  let open: Open | null = null;
  let phase: SessionView['phase'] = 'starting';
  let connection = idleConnection;

  const view = (): SessionView => ({
    phase,
    account: open?.account ?? null,
    lastServerUrl: book.read().lastServerUrl,
    lastUsername: book.read().lastUsername,
    vault: vault.status(),
    history: open?.history ?? (vault.status() === 'keychain' ? 'keychain' : 'memory'),
  });
  const setPhase = (next: SessionView['phase']): void => {
    phase = next;
    deps.onView(view());
  };
  const secretsOf = (account: Pick<AccountView, 'serverUrl' | 'userId'>): Secrets =>
    createSecrets(accountDir(deps.storageDir, account.serverUrl, account.userId), vault, deps.random);

  /** Opens the account's store and services. A key that cannot be opened leaves the old file alone and keeps nothing. */
  async function openAccount(account: AccountView, wanted: History, link: Link): Promise<Open> {
    const dir = accountDir(deps.storageDir, account.serverUrl, account.userId);
    let history: History = wanted === 'keychain' && vault.status() === 'none' ? 'memory' : wanted;
    const key = history === 'memory' ? null : await secretsOf(account).historyKey(history);
    if (key === 'unreadable') {
      history = 'memory';
      deps.notice('keychain-locked', '');
    }
    const isKept = key !== null && key !== 'unreadable';
    const report = await store.open({
      path: isKept ? databaseFile(dir) : null,
      key: isKept ? key : null,
      self: account.userId,
    });
    if (report.outcome === 'set-aside') deps.notice('store-set-aside', report.keptAs ?? '');
    return { account, history, link, scope: await deps.createScope(account, link) };
  }

  async function closeAccount(): Promise<void> {
    const closing = open;
    open = null;
    if (closing === null) return;
    closing.scope.dispose();
    await closing.link.stop();
    await store.close({});
    connection = idleConnection;
    deps.onConnection(connection);
  }

  function follow(link: Link): void {
    link.onState((state) => {
      if (open?.link !== link) return;
      connection = connectionView(state);
      deps.onConnection(connection);
      if (state.phase === 'refused') setPhase('expired');
      if (state.phase === 'waiting' && state.cause === 'connection-refused') {
        void deps.ensureServer(open.account.serverUrl).then(
          () => link.nudge(),
          () => undefined,
        );
      }
    });
  }

  /** Logs in with the newest token; `tokenOf` answers null only before the first success of an interactive log-in. */
  function startLink(
    link: Link,
    serverUrl: ServerUrl,
    first: FirstFrame | null,
    storedToken: string | null,
    options: { history: History; isKept: boolean },
  ): void {
    let token = storedToken;
    link.start({
      serverUrl,
      authenticate: async (request) => {
        const frame: ClientFrame =
          token === null && first !== null ? first : { kind: 'log-in-by-token', token: token ?? '' };
        const reply = await request(frame);
        if (!reply.ok) return reply;
        const account = accountFrom(serverUrl, reply.value.account);
        // A token that opens somebody else's account is no token of ours (safety R34).
        if (open?.link === link && open.account.userId !== account.userId) return err(appError('rejected'));
        token = reply.value.token;
        if (open?.link !== link) {
          await closeAccount();
          open = await openAccount(account, options.history, link);
        } else {
          open = { ...open, account };
        }
        if (options.isKept && vault.status() === 'keychain') await secretsOf(account).saveToken(token);
        await book.signedIn(account, open.history);
        setPhase('signed-in');
        return ok(undefined);
      },
      catchUp: () => (open?.link === link ? open.scope.catchUp() : Promise.resolve(ok(undefined))),
    });
  }

  async function signIn(first: FirstFrame, credentials: Credentials): Promise<Result<AccountView>> {
    await deps.ensureServer(credentials.serverUrl);
    const link = deps.createLink();
    follow(link);
    const outcome = await new Promise<Result<AccountView>>((resolve) => {
      const cancel = link.onState((state) => {
        if (open?.link === link) finish(ok(open.account));
        else if (state.phase === 'refused') finish(err(appError('rejected', state.serverText)));
        else if (state.phase === 'waiting') finish(err(appError(state.cause)));
      });
      const finish = (result: Result<AccountView>): void => {
        cancel();
        resolve(result);
      };
      startLink(link, credentials.serverUrl, first, null, {
        history: credentials.history,
        isKept: credentials.staySignedIn,
      });
    });
    // A log-in that failed is not tried again by itself (safety A13).
    if (!outcome.ok) await link.stop();
    return outcome;
  }

  async function restore(): Promise<void> {
    const { current } = book.read();
    const entry = current === null ? null : book.find(current.serverUrl, current.userId);
    if (entry === null) return setPhase('signed-out');
    const token = await secretsOf(entry.account).readToken();
    if (token === null) {
      if (vault.status() === 'locked') deps.notice('keychain-locked', '');
      return setPhase('signed-out');
    }
    const { account, history } = entry;
    const link = deps.createLink();
    open = await openAccount(account, history, link);
    follow(link);
    setPhase('signed-in');
    void deps.ensureServer(account.serverUrl).then(
      () =>
        open?.link === link ? startLink(link, account.serverUrl, null, token, { history, isKept: true }) : undefined,
      () => undefined,
    );
  }

  return {
    view,
    connection: () => connection,
    scope: () => open?.scope ?? null,
    link: () => open?.link ?? null,
    restore,
    logIn: (credentials) =>
      signIn({ kind: 'log-in', username: credentials.username, password: credentials.password }, credentials),
    register: (request) =>
      signIn(
        { kind: 'register', username: request.username, password: request.password, email: request.email },
        request,
      ),
    logOut: async () => {
      const leaving = open;
      if (leaving === null) return;
      // The token goes first: whatever the server says, this computer has forgotten it (safety A14).
      await secretsOf(leaving.account).deleteToken();
      await book.signedOut();
      if (leaving.link.state().phase === 'ready') {
        await Promise.race([
          leaving.link.request({ kind: 'log-out', userId: leaving.account.userId }),
          deps.wait(logOutPatienceMs),
        ]);
      }
      await closeAccount();
      setPhase('signed-out');
    },
    stop: async () => {
      await closeAccount();
    },
  };
}

function accountFrom(serverUrl: ServerUrl, account: WireAccount): AccountView {
  return {
    serverUrl,
    userId: account.userId,
    username: account.username,
    email: account.email,
    avatar: safeAvatar(account.avatar),
  };
}
