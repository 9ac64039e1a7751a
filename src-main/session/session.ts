import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { AccountView, SessionView } from '../../src-shared/ipc/views.ts';
import type { Link } from '../connection/link.ts';
import { StoreFailure, type Cancel } from '../ports.ts';
import { accountDir } from './account-book.ts';
import { accountView, sessionView } from './account-view.ts';
import { connectionView, idleConnection } from './connection-view.ts';
import { createTurns } from './in-turn.ts';
import { openingBlobs, type LeftBehind } from './open-blobs.ts';
import { openHistory } from './open-history.ts';
import { createRemember } from './remember.ts';
import { setLockedAside } from './set-locked-aside.ts';
import { createSecrets, type Secrets } from './secrets.ts';
import type { Credentials, FirstFrame, LogIn, Open, Session, SessionDeps } from './session-types.ts';

/** A server that does not confirm a log-out in this time is left all the same (protocol reading, LOGOUT). */
const logOutPatienceMs = 3_000;
/** What is over once a history is open as it was wished for. */
const troubles = ['history-locked', 'store-unavailable', 'keychain-locked', 'disk-full'] as const;

/** Who is signed in, with which token, on which link. One account at a time; the newest token always wins. */
export function createSession(deps: SessionDeps): Session {
  const { book, store, vault, log } = deps;
  let open: Open | null = null;
  /** The link of an interactive log-in that has not come to its end. */
  let signingIn: Link | null = null;
  let phase: SessionView['phase'] = 'starting';
  let connection = idleConnection;
  let cancelSpace: Cancel = () => {};
  let retrying: Promise<void> | null = null;
  const remember = createRemember(log);
  /** Opening and closing accounts happens one after the other: there is one store. */
  const inTurn = createTurns();

  const view = (): SessionView => sessionView(phase, open, vault.status(), book.read());
  const setPhase = (next: SessionView['phase']): void => {
    phase = next;
    deps.onView(view());
  };
  const secretsOf = (account: Pick<AccountView, 'serverUrl' | 'userId'>): Secrets =>
    createSecrets(accountDir(deps.storageDir, account.serverUrl, account.userId), vault, deps.random);
  const isWanted = (link: Link): boolean => open?.link === link || signingIn === link;

  async function openAccount(account: AccountView, logIn: LogIn, link: Link, left?: LeftBehind): Promise<Open> {
    const dir = accountDir(deps.storageDir, account.serverUrl, account.userId);
    const media = openingBlobs(dir, left, deps);
    const how = { wanted: logIn.history, secrets: secretsOf(account), unsent: media.unsentUnder, nowMs: deps.nowMs() };
    let isFull = false;
    const { history, key } = await openHistory({ dir, account, vault, store, ...how }, (kind, detail) => {
      isFull ||= kind === 'disk-full';
      deps.notice(kind, detail);
    });
    if (isFull) cancelSpace = deps.waitForSpace(dir, () => void openAgain());
    if (history === logIn.history) deps.endNotices(troubles);
    const blobs = await media.open(key);
    try {
      return { account, history, link, logIn, scope: await deps.createScope(account, link, blobs, () => logIn.token) };
    } catch (error) {
      await blobs.dispose();
      throw error;
    }
  }

  /** @param isTakenAlong whether what is kept nowhere else is wanted. @returns it, with the bytes, where there is any. */
  async function closeAccount(isTakenAlong = false): Promise<LeftBehind | undefined> {
    const closing = open;
    open = null;
    if (closing === null) return undefined;
    cancelSpace();
    deps.endNotices(['disk-full']);
    closing.scope.dispose();
    await closing.link.stop();
    let left: LeftBehind | undefined;
    // What is on the disk stays there: in two places it could go out twice.
    if (isTakenAlong && closing.history === 'memory')
      await remember('unsent', async () => {
        left = { unsent: await store.getUnsent({}), blobs: closing.scope.blobs };
      });
    if (left === undefined) await closing.scope.blobs.dispose();
    await remember('store-close', () => store.close({}));
    connection = idleConnection;
    deps.onConnection(connection);
    return left;
  }

  /** Closes what is open. What was written in the same account and not kept goes along (safety R20, R34). */
  async function openInstead(account: AccountView, logIn: LogIn, link: Link): Promise<void> {
    const { serverUrl, userId } = account;
    const before = open?.account.serverUrl === serverUrl && open.account.userId === userId ? open.scope : null;
    const shown = before?.contacts.list().map((person) => person.userId);
    const left = await closeAccount(before !== null);
    const opened = await openAccount(account, logIn, link, left);
    open = opened;
    if (shown !== undefined) await remember('shown', () => opened.scope.showAnew(shown));
  }

  function follow(link: Link): void {
    link.onState((state) => {
      if (open?.link !== link) return;
      connection = connectionView(state);
      deps.onConnection(connection);
      if (state.phase === 'refused') setPhase('expired');
      if (state.phase === 'waiting' && state.cause === 'connection-refused') void startServerFor(link, open.account);
    });
  }

  /** The window that ran the built-in server may have gone: then this one takes over. Costs nothing elsewhere. */
  async function startServerFor(link: Link, { serverUrl }: AccountView): Promise<void> {
    const isStarted = await deps.ensureServer(serverUrl).catch(() => false);
    if (isStarted && open?.link === link) link.nudge();
  }

  function startLink(link: Link, logIn: LogIn): void {
    link.start({
      serverUrl: logIn.serverUrl,
      authenticate: async (request) => {
        const { token, first } = logIn;
        const reply = await request(
          token === null && first !== null ? first : { kind: 'log-in-by-token', token: token ?? '' },
        );
        if (!reply.ok) return reply;
        const account = accountView(logIn.serverUrl, reply.value.account);
        // A token that opens somebody else's account is no token of ours (safety R34).
        if (open?.link === link && open.account.userId !== account.userId) return err(appError('rejected'));
        logIn.token = reply.value.token;
        const outcome = await inTurn(() => adopt(link, account, logIn, reply.value.token));
        logIn.onOutcome(outcome);
        return outcome.ok ? ok(undefined) : outcome;
      },
      catchUp: () => (open?.link === link ? open.scope.catchUp() : Promise.resolve(ok(undefined))),
    });
  }

  /** The server said yes. The token is kept before anything else is done with the session (safety A12). */
  async function adopt(link: Link, account: AccountView, logIn: LogIn, token: string): Promise<Result<AccountView>> {
    if (!isWanted(link)) return err(appError('cancelled'));
    const secrets = secretsOf(account);
    const mayKeep = logIn.isTokenKept && vault.status() === 'keychain';
    await remember('token', () => (mayKeep ? secrets.saveToken(token) : secrets.deleteToken()));
    if (open?.link === link) open = { ...open, account };
    else {
      try {
        await openInstead(account, logIn, link);
      } catch (error) {
        setPhase('signed-out');
        return err(appError(error instanceof StoreFailure ? error.code : 'unexpected'));
      }
      signingIn = null;
    }
    // What was wished for, not what could be had now: a keychain that is locked today opens tomorrow.
    await remember('account', () => book.signedIn(account, logIn.history));
    setPhase('signed-in');
    return ok(account);
  }

  async function signIn(first: FirstFrame, credentials: Credentials): Promise<Result<AccountView>> {
    const { serverUrl, history, staySignedIn } = credentials;
    const link = deps.createLink();
    const former = signingIn;
    signingIn = link;
    await former?.stop();
    await deps.ensureServer(serverUrl).catch(() => false);
    if (signingIn !== link) return err(appError('cancelled'));
    follow(link);
    const outcome = await new Promise<Result<AccountView>>((resolve) => {
      const logIn: LogIn = { serverUrl, token: null, first, history, isTokenKept: staySignedIn, onOutcome: resolve };
      link.onState((state) => {
        if (state.phase === 'refused') resolve(err(appError('rejected', state.serverText)));
        if (state.phase === 'idle') resolve(err(appError('cancelled')));
        // Once the server has said yes, a lost connection is only that: the token brings it back.
        if (state.phase === 'waiting' && logIn.token === null) resolve(err(appError(state.cause)));
      });
      startLink(link, logIn);
    });
    // A log-in that failed is not tried again by itself (safety A13).
    if (!outcome.ok) {
      if (signingIn === link) signingIn = null;
      await link.stop();
    }
    return outcome;
  }

  /** Opens the account that was signed in last, or the one that is open once more: what holds when its turn comes. */
  async function openAgain(): Promise<void> {
    try {
      const isOpened = await inTurn(() => (open === null ? restoreLast() : reopen()));
      if (!isOpened) setPhase('signed-out');
    } catch (error) {
      log('not-opened', { error: error instanceof Error ? error.name : 'unknown' });
      setPhase(open === null ? 'signed-out' : phase);
    }
  }

  async function restoreLast(): Promise<boolean> {
    const { current } = book.read();
    const entry = current === null ? null : book.find(current.serverUrl, current.userId);
    if (entry === null) return false;
    const token = await secretsOf(entry.account).readToken();
    if (token === null) {
      if (vault.status() === 'locked') deps.notice('keychain-locked', '');
      return false;
    }
    const { account, history } = entry;
    const { serverUrl } = account;
    const link = deps.createLink();
    const logIn: LogIn = { serverUrl, token, first: null, history, isTokenKept: true, onOutcome: () => {} };
    open = await openAccount(account, logIn, link);
    follow(link);
    setPhase('signed-in');
    const start = (): void => {
      if (open?.link !== link) return;
      startLink(link, logIn);
    };
    void deps.ensureServer(serverUrl).then(start, start);
    return true;
  }

  /** Opens the history once more, as it was wished for. What was written without it goes into it (safety R20). */
  async function reopen(): Promise<boolean> {
    if (open === null) return false;
    const { account, logIn, history } = open;
    // Nothing is wrong: to open it once more would cost a log-in, and help nobody.
    if (history === logIn.history && !deps.isNoticed(troubles)) return true;
    const link = deps.createLink();
    await openInstead(account, logIn, link);
    follow(link);
    setPhase('signed-in');
    startLink(link, logIn);
    return true;
  }

  async function startNewHistory(): Promise<Result<void>> {
    if (open === null) return err(appError('not-signed-in'));
    const { account, logIn } = open;
    const dir = accountDir(deps.storageDir, account.serverUrl, account.userId);
    const locked = { dir, wanted: logIn.history, secrets: secretsOf(account), vault, nowMs: deps.nowMs() };
    const aside = await setLockedAside(locked);
    if (aside.ok) await reopen();
    return aside;
  }

  async function leave(): Promise<void> {
    if (open === null) return;
    const { account, link } = open;
    // The token goes first: whatever the server says, this computer has forgotten it (safety A14).
    await secretsOf(account).deleteToken();
    await remember('account', book.signedOut);
    if (link.state().phase === 'ready') {
      const goodbye = link.request({ kind: 'log-out', userId: account.userId });
      await Promise.race([goodbye, deps.wait(logOutPatienceMs)]);
    }
    await closeAccount();
    setPhase('signed-out');
  }

  return {
    view,
    connection: () => connection,
    scope: () => open?.scope ?? null,
    link: () => open?.link ?? null,
    restore: openAgain,
    logIn: (credentials) =>
      signIn({ kind: 'log-in', username: credentials.username, password: credentials.password }, credentials),
    register: (request) =>
      signIn(
        { kind: 'register', username: request.username, password: request.password, email: request.email },
        request,
      ),
    logOut: () => inTurn(leave),
    // Two clicks are one wish.
    retryHistory: () => (retrying ??= openAgain().finally(() => (retrying = null))),
    startNewHistory: () => inTurn(startNewHistory),
    stop: async () => {
      const leaving = signingIn;
      signingIn = null;
      await leaving?.stop();
      await inTurn(closeAccount);
    },
  };
}
