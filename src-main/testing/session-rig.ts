import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { Notice, SessionView } from '../../src-shared/ipc/views.ts';
import type { ClientFrame, ServerFrame } from '../../src-shared/protocol/frames.ts';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import type { LaneFrame, LaneReply } from '../connection/link.ts';
import { createEventOutlet } from '../event-outlet.ts';
import { createSystemRandom } from '../platform/system-random.ts';
import { openAccountBook } from '../session/account-book.ts';
import { createAccountScope } from '../session/account-scope.ts';
import { createSession } from '../session/session.ts';
import type { Session } from '../session/session-types.ts';
import { createAsyncStore, type AsyncStore } from './async-store.ts';
import { noNetwork } from './no-network.ts';
import { createFakeLink, type FakeLink } from './fake-link.ts';
import { createFakeVault, type FakeVault } from './fake-vault.ts';

export const here = serverUrl('ws://here:1/');

/** The server's yes. */
export function yes(id: number, token: string, kind: 'logged-in' | 'registered' = 'logged-in'): Result<ServerFrame> {
  return ok({ kind, account: { userId: userId(id), username: `person ${id}`, email: '', avatar: '' }, token });
}
export const no = (text: string): Result<ServerFrame> => err(appError('rejected', text));
export const fails = (code: AppErrorCode): Result<ServerFrame> => err(appError(code));

export const credentials = (change: { history?: 'keychain' | 'key-file' | 'memory'; staySignedIn?: boolean } = {}) => ({
  serverUrl: here,
  username: 'ann',
  password: 'correct horse',
  staySignedIn: true,
  history: 'keychain' as const,
  ...change,
});

export type SessionRig = {
  readonly folder: string;
  readonly session: Session;
  readonly store: AsyncStore;
  readonly links: FakeLink[];
  readonly last: () => FakeLink;
  readonly views: SessionView[];
  readonly notices: Notice['kind'][];
  /** What was said last with each. */
  readonly details: ReadonlyMap<Notice['kind'], string>;
  readonly ensured: string[];
  /** What `ensureServer` answers, once for each call; then false. */
  readonly serverStarts: boolean[];
  /** Who waits for space on the disk. */
  readonly spaceWaits: ReadonlySet<() => void>;
  /** The newest link comes up and asks to log in; the server answers so. @returns what it was asked. */
  readonly answer: (reply: Result<ServerFrame>, link?: FakeLink) => Promise<ClientFrame | null>;
  /** The program ends and starts again on the same files. */
  readonly restart: () => Promise<SessionRig>;
  readonly remove: () => void;
};

/** A session over real files and real databases, with links that do what the test says. */
export async function createSessionRig(
  vault: FakeVault = createFakeVault(),
  folder: string = mkdtempSync(path.join(tmpdir(), 'kith-session-')),
): Promise<SessionRig> {
  const clock = createFakeClock();
  const store = createAsyncStore();
  const random = createSystemRandom();
  const links: FakeLink[] = [];
  const views: SessionView[] = [];
  const notices: Notice['kind'][] = [];
  const details = new Map<Notice['kind'], string>();
  const ensured: string[] = [];
  const serverStarts: boolean[] = [];
  const spaceWaits = new Set<() => void>();
  let epoch = 0;
  const session = createSession({
    storageDir: folder,
    vault,
    random,
    log: () => {},
    book: await openAccountBook(folder),
    store: store.store,
    createLink: () => {
      const link = createFakeLink(clock);
      links.push(link);
      return link.link;
    },
    createScope: (account, link, blobs, token) =>
      createAccountScope(account, link, {
        store: store.store,
        blobs,
        token,
        httpGet: noNetwork,
        clock,
        random,
        log: () => {},
        outlet: createEventOutlet(clock, () => {}),
        isFocused: () => true,
        onStoreFailed: () => {},
        onSetAside: () => {},
      }),
    ensureServer: async (url) => {
      ensured.push(url);
      return serverStarts.shift() ?? false;
    },
    onView: (view) => views.push(view),
    onConnection: () => {},
    notice: (kind, detail) => {
      notices.push(kind);
      details.set(kind, detail);
    },
    endNotices: (kinds) => {
      for (const kind of kinds) while (notices.includes(kind)) notices.splice(notices.indexOf(kind), 1);
    },
    isNoticed: (kinds) => kinds.some((kind) => notices.includes(kind)),
    nowMs: clock.nowMs,
    waitForSpace: (_, onSpace) => {
      spaceWaits.add(onSpace);
      return () => void spaceWaits.delete(onSpace);
    },
    wait: (delayMs) => new Promise((resolve) => void clock.setTimer(delayMs, resolve)),
  });
  const last = (): FakeLink => {
    const link = links.at(-1);
    if (link === undefined) throw new Error('no link was made');
    return link;
  };

  async function answer(reply: Result<ServerFrame>, link = last()): Promise<ClientFrame | null> {
    // A log-in makes sure of its server first.
    for (let tries = 0; link.target() === null && tries < 1_000; tries += 1) await new Promise(setImmediate);
    const target = link.target();
    if (target === null) throw new Error('the link was not started');
    epoch += 1;
    link.setState({ phase: 'authenticating', epoch });
    let asked: ClientFrame | null = null;
    const outcome = await target.authenticate(async <F extends LaneFrame>(frame: F) => {
      asked = frame;
      return reply as Result<LaneReply<F['kind']>>;
    });
    if (outcome.ok) {
      link.setState({ phase: 'catching-up', epoch });
      link.ready();
    } else if (outcome.error.code === 'rejected')
      link.setState({ phase: 'refused', serverText: outcome.error.serverText ?? '' });
    else if (link.target() !== null) link.setState({ phase: 'waiting', nextAttemptAtMs: 0, cause: outcome.error.code });
    return asked;
  }

  return {
    folder,
    session,
    store,
    links,
    last,
    views,
    notices,
    details,
    ensured,
    serverStarts,
    spaceWaits,
    answer,
    restart: async () => {
      await session.stop();
      return createSessionRig(vault, folder);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
