import path from 'node:path';
import { ok, type Result } from '../src-shared/kernel/result.ts';
import type { ServerUrl } from '../src-shared/kernel/ids.ts';
import type { NamedTransfer } from '../src-shared/ipc/attachment-views.ts';
import type {
  ConversationView,
  Notice,
  ProbeStep,
  QuitAnswer,
  Settings,
  Snapshot,
  ViewedView,
} from '../src-shared/ipc/views.ts';
import { createMediaSource, type MediaSource } from './attachments/media-source.ts';
import type { Link } from './connection/link.ts';
import { createPlainFiles } from './attachments/plain-files.ts';
import { createSaveFolder } from './attachments/save-folder.ts';
import { createWebMark } from './attachments/web-mark.ts';
import { createEventOutlet, type Emit } from './event-outlet.ts';
import { createHandlers } from './handlers.ts';
import { createLocalServer } from './hosting/local-server.ts';
import { createIpcRouter, type IpcRouter } from './ipc-router.ts';
import type { Clock, FileShell, ForkChild, Logger, Random, Store, Vault } from './ports.ts';
import { openAccountBook } from './session/account-book.ts';
import { createAccountScope } from './session/account-scope.ts';
import { watchDisk } from './session/disk-watch.ts';
import { createSession } from './session/session.ts';
import type { HttpGet } from './transfers/http-get.ts';
import { waitForSpace } from './session/space-watch.ts';
import { openSettings } from './settings/settings.ts';

export type MainPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly vault: Vault;
  readonly store: Store;
  readonly fork: ForkChild;
  readonly createLink: () => Link;
  /** Fetches files. */
  readonly httpGet: HttpGet;
  /** Finds out step by step whether a server of this protocol is at `address`. */
  readonly probe: (
    address: string,
    onStep: (step: ProbeStep) => void,
  ) => Promise<Result<{ serverUrl: ServerUrl; isPlainPublic: boolean }>>;
  /** Where this profile keeps its files. */
  readonly storageDir: string;
  /** Where the built-in server keeps its own; shared by all profiles. */
  readonly hostingDir: string;
  readonly systemLocale: () => string;
  readonly platform: Snapshot['platform'];
  readonly profile: string;
  /** Runs as root: worth a word to the person. */
  readonly isRoot: boolean;
  /** Opens an address that was checked, in the system's own program. */
  readonly openExternal: (url: string) => Promise<void>;
  readonly fileShell: FileShell;
  readonly emit: Emit;
  readonly isFocused: () => boolean;
  readonly isScreenLocked: () => boolean;
  /** What the person says to `app:quitAsked`, which the shell asks. */
  readonly onQuitAnswer: (answer: QuitAnswer) => void;
};

export type Main = {
  /** The images that the page may be shown. */
  readonly media: MediaSource;
  readonly router: IpcRouter;
  readonly settings: () => Settings;
  readonly onSettingsChanged: (listener: (settings: Settings) => void) => void;
  /** Opens the last account; the first snapshot waits for it. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly onWindowFocus: () => void;
  /** The computer woke, was unlocked, or found a network. Any number of times for one reason. */
  readonly onPowerResume: () => void;
  readonly onScreenLocked: (isLocked: boolean) => void;
  /** What a person would miss if the program ended now. */
  readonly underWay: () => readonly NamedTransfer[];
};

/** Puts the whole main process together. Plain Node: Electron comes in through the ports only. */
export async function createMain(ports: MainPorts): Promise<Main> {
  const { clock, random, log, store, emit } = ports;
  const settings = await openSettings(ports.storageDir);
  const book = await openAccountBook(ports.storageDir);
  const outlet = createEventOutlet(clock, emit);
  const notices = new Map<Notice['kind'], Notice>();
  const notice = (kind: Notice['kind'], detail: string): void => {
    // A burst that fails is one piece of news.
    if (notices.has(kind)) return;
    notices.set(kind, { kind, detail });
    emit('app:noticed', { kind, detail });
  };
  const endNotices = (kinds: readonly Notice['kind'][]): void => {
    for (const kind of kinds) if (notices.delete(kind)) emit('app:noticeEnded', kind);
  };
  const onStoreFailed = (code: 'disk-full' | 'store-unavailable'): void =>
    notice(code === 'disk-full' ? 'disk-full' : 'store-unavailable', '');

  const localServer = createLocalServer({
    hostingDir: ports.hostingDir,
    fork: ports.fork,
    clock,
    log,
    answers: async (url) => (await ports.probe(url, () => undefined)).ok,
  });
  const watched = watchDisk(store, {
    clock,
    onFull: () => notice('disk-full', ''),
    onSpace: () => {
      endNotices(['disk-full']);
      session.scope()?.reloadAll();
    },
  });
  const session = createSession({
    storageDir: ports.storageDir,
    vault: ports.vault,
    random,
    log,
    book,
    store: watched,
    waitForSpace: (dir, onSpace) => waitForSpace(dir, clock, onSpace),
    createLink: ports.createLink,
    createScope: (account, link, blobs, token) =>
      createAccountScope(account, link, {
        store: watched,
        blobs,
        token,
        httpGet: ports.httpGet,
        clock,
        random,
        log,
        outlet,
        isFocused: ports.isFocused,
        onStoreFailed,
        onSetAside: (saved) => notice('store-set-aside', String(saved.messages)),
      }),
    ensureServer: localServer.ensure,
    onView: (view) => {
      // Who comes next finds nothing of theirs.
      if (view.phase === 'signed-out') void plainFiles.clear();
      emit('session:changed', view);
    },
    onConnection: (view) => emit('connection:changed', view),
    notice,
    endNotices,
    isNoticed: (kinds) => kinds.some((kind) => notices.has(kind)),
    nowMs: clock.nowMs,
    wait: (delayMs) => new Promise((resolve) => void clock.setTimer(delayMs, resolve)),
  });

  let isStarted: Promise<void> | null = null;
  const start = (): Promise<void> => (isStarted ??= session.restore());

  /** The window opens all the same. */
  async function conversations(): Promise<ConversationView[]> {
    try {
      return [...((await session.scope()?.conversations()) ?? [])];
    } catch (error) {
      log('conversations-unreadable', { error: error instanceof Error ? error.name : 'unknown' });
      return [];
    }
  }

  async function viewed(): Promise<ViewedView | null> {
    try {
      return (await session.scope()?.viewedPage()) ?? null;
    } catch (error) {
      log('viewed-unreadable', { error: error instanceof Error ? error.name : 'unknown' });
      return null;
    }
  }

  async function snapshot(): Promise<Snapshot> {
    await start();
    const scope = session.scope();
    const [conversationsNow, viewedNow] = await Promise.all([conversations(), viewed()]);
    // One account's conversations must not be handed out as another's.
    if (session.scope() !== scope) return snapshot();
    return {
      session: session.view(),
      connection: session.connection(),
      settings: settings.current(),
      systemLocale: ports.systemLocale(),
      platform: ports.platform,
      profile: ports.profile,
      servers: book.read().servers,
      contacts: [...(session.scope()?.contacts.list() ?? [])],
      conversations: conversationsNow,
      viewed: viewedNow,
      transfers: [...(scope?.transfers.list() ?? [])],
      notices: [...notices.values()],
    };
  }

  const plainFiles = createPlainFiles({
    shell: ports.fileShell,
    openedDir: path.join(ports.storageDir, 'opened'),
    saveFolder: createSaveFolder(path.join(ports.storageDir, 'save-folder.txt'), log),
    mark: createWebMark(ports.platform),
    random,
    log,
  });
  // A crash may have left something.
  void plainFiles.clear();

  if (settings.wasReset) notice('settings-reset', '');
  if (ports.isRoot) notice('running-as-root', '');
  settings.onChanged((changed) => emit('settings:changed', changed));

  const handlers = createHandlers({
    clock,
    ports,
    session,
    settings,
    plainFiles,
    snapshot,
    startLocalServer: async () => {
      const started = await localServer.start();
      if (!started.ok) return started;
      await book.rememberServer(started.value);
      return ok({ serverUrl: started.value });
    },
    probe: async (address, onStep) => {
      const found = await ports.probe(address, onStep);
      if (found.ok) await book.rememberServer(found.value.serverUrl);
      return found;
    },
    dismissNotice: (kind) => notices.delete(kind),
  });

  return {
    media: createMediaSource(session.scope),
    router: createIpcRouter(handlers, log),
    settings: settings.current,
    onSettingsChanged: settings.onChanged,
    start,
    stop: async () => {
      // A server that does not say goodbye may take all the time there is: nothing readable is left behind for that.
      await Promise.allSettled([session.stop(), plainFiles.clear()]);
      // Again: one may have been on its way.
      await Promise.allSettled([store.dispose(), localServer.stop(), plainFiles.clear()]);
    },
    onWindowFocus: () => session.scope()?.onFocus(),
    onPowerResume: () => session.link()?.nudge(),
    underWay: () => session.scope()?.underWay() ?? [],
    onScreenLocked: (isLocked) => emit('app:screenLocked', { isLocked }),
  };
}
