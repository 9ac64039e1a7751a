import { app, dialog, Menu, nativeTheme, safeStorage, session, type BrowserWindow } from 'electron';
import path from 'node:path';
import process from 'node:process';
import { localeFor } from '../../src-shared/domain/settings.ts';
import type { Settings } from '../../src-shared/ipc/views.ts';
import type { Main } from '../create-main.ts';
import type { Emit } from '../event-outlet.ts';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { createSystemRandom } from '../platform/system-random.ts';
import { appOrigin, createAppProtocol, listBundle } from './app-protocol.ts';
import { createExternalLinks } from './external-links.ts';
import { createFileShell } from './file-shell.ts';
import { forkAhead } from './fork-ahead.ts';
import { createForkChild } from './fork-child.ts';
import { hardenProgram, hardenSession } from './hardening.ts';
import { registerIpc } from './ipc.ts';
import { labels, type Labels } from './labels.ts';
import type { LaunchOptions } from './launch-options.ts';
import { createFileLogger } from './logger.ts';
import { addTextContextMenu, setApplicationMenu } from './menus.ts';
import { guardPage } from './page-guard.ts';
import { logUncaughtErrors } from './program-errors.ts';
import { createQuitQuestion } from './quit-question.ts';
import { quitInOrder } from './quit.ts';
import { errorFacts } from './redaction.ts';
import { watchScreenLock, type ScreenLock } from './screen-lock.ts';
import { takeFirstScreenshot } from './screenshot.ts';
import { pickLocale } from './system-locale.ts';
import { createVault } from './vault.ts';
import { watchWakeSignals } from './wake-signals.ts';
import { bringToFront, createAppWindow } from './window.ts';
import { parseWindowState, type WindowState } from './window-state.ts';

const maxStateBytes = 4_096;
/** A page that asks for nothing by then does not come; the core starts all the same. */
const firstAnswerPatienceMs = 250;

/**
 * Puts the shell around the core: window, menus, guards, and the ports that need Electron. Called at the top level,
 * before `ready`.
 * @param distDir absolute path of the built files.
 */
export function startProgram({ profile, userDataDir, hostingDir }: LaunchOptions, distDir: string): void {
  const clock = createSystemClock();
  const random = createSystemRandom();
  const log = createFileLogger(path.join(userDataDir, 'logs'), clock);
  logUncaughtErrors(log);
  log('started', {
    version: app.getVersion(),
    electron: process.versions['electron'] ?? null,
    packaged: app.isPackaged,
  });

  const devServerUrl = app.isPackaged ? undefined : process.env['VITE_DEV_SERVER_URL'];
  const devServerOrigin = devServerUrl === undefined ? null : new URL(devServerUrl).origin;
  const pageOrigin = devServerOrigin ?? appOrigin;
  const pageUrl = devServerOrigin === null ? `${appOrigin}/index.html` : `${devServerOrigin}/`;

  const stateFile = path.join(userDataDir, 'window.json');
  let window: BrowserWindow | null = null;
  let screenLock: ScreenLock | null = null;
  let settings: (() => Settings) | null = null;
  let underWay: Main['underWay'] = () => [];
  const emit: Emit = (channel, event) => {
    if (window !== null && !window.isDestroyed()) window.webContents.send(channel, event);
  };
  const quitQuestion = createQuitQuestion({
    underWay: () => underWay(),
    ask: (transfers) => {
      const page = window?.webContents;
      if (window === null || page === undefined || page.isCrashed() || page.isLoadingMainFrame()) return false;
      bringToFront(window);
      emit('app:quitAsked', [...transfers]);
      return true;
    },
    quit: () => app.quit(),
    clock,
  });
  const words = (): Labels => labels[localeFor(settings?.().locale ?? 'system', systemLocale())];
  const openExternal = createExternalLinks({ window: () => window, words, clock, log });

  hardenProgram({ pageUrl, openExternal, log });
  // Otherwise Electron makes one of its own, for nothing.
  Menu.setApplicationMenu(null);
  app.on('second-instance', () => {
    if (window !== null) bringToFront(window);
  });
  // Closing the window ends the program, but for the system where programs live without windows.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  // Files are read while Chromium starts, so that the window is made as soon as there can be one.
  const lastWindowState = readWindowState();
  const vault = openVault();
  const bundle = devServerOrigin === null ? listBundle(path.join(distDir, 'renderer')) : null;
  const { fork, ahead } = forkAhead(createForkChild(distDir, clock, log));
  app.whenReady().then(start).catch(fail);

  async function start(): Promise<void> {
    const pageSession = session.fromPartition('app');
    for (const each of [pageSession, session.defaultSession])
      hardenSession(each, { pageOrigin, devServerOrigin, isPackaged: app.isPackaged });
    const page = bundle === null ? null : createAppProtocol(bundle);
    if (page !== null) pageSession.protocol.handle('app', page.answer);
    // The page and the store start in processes of their own. The page asks for its first file at once: what main does
    // meanwhile, such as to wait for the keychain, would hold it up.
    const core = Promise.race([page?.firstAnswer, pause(firstAnswerPatienceMs)]).then(prepareCore);
    const themed = core.then(({ settings: get }) => void (nativeTheme.themeSource = get().theme));
    const openWindow = (state: WindowState | null): void => {
      window = createWindow(pageSession, state, themed);
      window.on('focus', () => screenLock?.windowFocused());
      window.on('focus', () => void core.then(({ onWindowFocus }) => onWindowFocus()));
      window.once('closed', () => (window = null));
    };
    openWindow(await lastWindowState);
    ahead('store');
    const media = core.then(async ({ media: source }) =>
      (await import('./media-protocol.ts')).createMediaProtocol(source, pageOrigin),
    );
    pageSession.protocol.handle('app-media', async (request) => (await media)(request));
    registerIpc({
      router: { handle: async (channel, payload) => (await core).router.handle(channel, payload) },
      trustedSender: () => ({
        webContentsId: window?.webContents.id ?? null,
        mainFrame: window?.webContents.mainFrame ?? null,
        origin: pageOrigin,
      }),
      clock,
      log,
    });
    app.on('activate', () => {
      if (window === null) void readWindowState().then(openWindow);
    });
    await run(await core);
  }

  async function prepareCore(): Promise<Main> {
    const { startCore } = await import('./start-core.ts');
    return startCore({
      clock,
      random,
      log,
      vault: await vault,
      fork,
      storageDir: path.join(userDataDir, 'storage'),
      hostingDir,
      systemLocale,
      profile,
      openExternal,
      fileShell: createFileShell({ window: () => window, words, log }),
      emit,
      isFocused: () => screenLock?.isLocked() !== true && (window?.isFocused() ?? false),
      isScreenLocked: () => screenLock?.isLocked() ?? false,
      onQuitAnswer: quitQuestion.answer,
    });
  }

  async function run(core: Main): Promise<void> {
    settings = core.settings;
    underWay = core.underWay;
    const isStarted = core.start();
    const apply = (): void => {
      nativeTheme.themeSource = core.settings().theme;
      setApplicationMenu(words(), process.platform, app.isPackaged);
    };
    apply();
    core.onSettingsChanged(apply);
    screenLock = watchScreenLock();
    screenLock.onChanged(core.onScreenLocked);
    quitInOrder({ question: quitQuestion, window: () => window, stop: core.stop, clock, log });
    watchWakeSignals({ clock, onWake: core.onPowerResume });
    await isStarted;
  }

  async function readWindowState(): Promise<WindowState | null> {
    return parseWindowState(await readIfExists(stateFile, maxStateBytes).catch(() => null));
  }

  function createWindow(
    pageSession: Electron.Session,
    state: WindowState | null,
    themed: Promise<void>,
  ): BrowserWindow {
    const created = createAppWindow({
      title: profile === '' ? 'Kith' : `Kith · ${profile}`,
      pageUrl,
      preload: path.join(distDir, 'preload', 'preload.cjs'),
      session: pageSession,
      isPackaged: app.isPackaged,
      state,
      themed,
      stateFile,
      clock,
      log,
    });
    guardPage(created, { clock, log, words });
    addTextContextMenu(created, words);
    const screenshotPath = process.env['KITH_SCREENSHOT'];
    if (screenshotPath !== undefined && path.isAbsolute(screenshotPath)) {
      created.webContents.once('did-finish-load', () => void takeFirstScreenshot(created, screenshotPath, clock, log));
    }
    return created;
  }

  async function openVault() {
    const file = path.join(userDataDir, 'keychain.txt');
    const remembered = await readIfExists(file, maxStateBytes).catch(() => null);
    return createVault({
      safeStorage,
      platform: process.platform,
      lastBackend: remembered === null ? null : new TextDecoder().decode(remembered),
      rememberBackend: (backend) => {
        writeAtomic(file, new TextEncoder().encode(backend)).catch(() => log('keychain-not-remembered'));
      },
    });
  }

  function pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => void clock.setTimer(delayMs, resolve));
  }

  function fail(error: unknown): void {
    log('start-failed', errorFacts(error));
    process.stderr.write('kith: could not start, see the log\n');
    dialog.showErrorBox('Kith', words().startFailed);
    app.exit(1);
  }
}

/** The language of the system, or the one asked for with `--lang`. */
function systemLocale(): string {
  return pickLocale([app.commandLine.getSwitchValue('lang'), ...app.getPreferredSystemLanguages(), app.getLocale()]);
}
