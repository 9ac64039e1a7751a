import { app, dialog, nativeTheme, safeStorage, session, type BrowserWindow } from 'electron';
import path from 'node:path';
import process from 'node:process';
import { localeFor } from '../../src-shared/domain/settings.ts';
import type { Settings } from '../../src-shared/ipc/views.ts';
import { readIfExists, writeAtomic } from '../files/atomic-file.ts';
import { createSystemClock } from '../platform/system-clock.ts';
import { createSystemRandom } from '../platform/system-random.ts';
import { appOrigin, createAppProtocol, listBundle } from './app-protocol.ts';
import { startCore } from './start-core.ts';
import { createExternalLinks } from './external-links.ts';
import { createForkChild } from './fork-child.ts';
import { hardenProgram, hardenSession } from './hardening.ts';
import { registerIpc } from './ipc.ts';
import { labels, type Labels } from './labels.ts';
import type { LaunchOptions } from './launch-options.ts';
import { createFileLogger } from './logger.ts';
import { addTextContextMenu, setApplicationMenu } from './menus.ts';
import { guardPage } from './page-guard.ts';
import { logUncaughtErrors } from './program-errors.ts';
import { quitInOrder } from './quit.ts';
import { errorFacts } from './redaction.ts';
import { watchScreenLock } from './screen-lock.ts';
import { takeFirstScreenshot } from './screenshot.ts';
import { pickLocale } from './system-locale.ts';
import { createVault } from './vault.ts';
import { watchWakeSignals } from './wake-signals.ts';
import { bringToFront, createAppWindow } from './window.ts';
import { parseWindowState } from './window-state.ts';

const maxStateBytes = 4_096;

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

  let window: BrowserWindow | null = null;
  let settings: (() => Settings) | null = null;
  const words = (): Labels => labels[localeFor(settings?.().locale ?? 'system', systemLocale())];
  const openExternal = createExternalLinks({ window: () => window, words, clock, log });

  hardenProgram({ pageUrl, openExternal, log });
  app.on('second-instance', () => {
    if (window !== null) bringToFront(window);
  });
  // Closing the window ends the program, but for the system where programs live without windows.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.whenReady().then(start).catch(fail);

  async function start(): Promise<void> {
    const pageSession = session.fromPartition('app');
    for (const each of [pageSession, session.defaultSession])
      hardenSession(each, { pageOrigin, devServerOrigin, isPackaged: app.isPackaged });
    if (devServerOrigin === null) {
      pageSession.protocol.handle('app', createAppProtocol(await listBundle(path.join(distDir, 'renderer'))));
    }

    const screenLock = watchScreenLock();
    const core = await startCore({
      clock,
      random,
      log,
      vault: await openVault(),
      fork: createForkChild(distDir, clock, log),
      storageDir: path.join(userDataDir, 'storage'),
      hostingDir,
      systemLocale: systemLocale(),
      profile,
      openExternal,
      emit: (channel, event) => {
        if (window !== null && !window.isDestroyed()) window.webContents.send(channel, event);
      },
      isFocused: () => !screenLock.isLocked() && (window?.isFocused() ?? false),
      isScreenLocked: screenLock.isLocked,
    });
    settings = core.settings;
    const apply = (): void => {
      nativeTheme.themeSource = core.settings().theme;
      setApplicationMenu(words(), process.platform, app.isPackaged);
    };
    apply();
    core.onSettingsChanged(apply);
    registerIpc({
      router: core.router,
      trustedSender: () => ({
        webContentsId: window?.webContents.id ?? null,
        mainFrame: window?.webContents.mainFrame ?? null,
        origin: pageOrigin,
      }),
      clock,
      log,
    });
    quitInOrder({ window: () => window, stop: core.stop, clock, log });
    watchWakeSignals({ clock, onWake: core.onPowerResume });
    screenLock.onChanged(core.onScreenLocked);

    const openWindow = async (): Promise<void> => {
      window = await createWindow(pageSession);
      window.on('focus', screenLock.windowFocused);
      window.on('focus', core.onWindowFocus);
      window.once('closed', () => (window = null));
    };
    app.on('activate', () => {
      if (window === null) void openWindow();
    });
    await openWindow();
    await core.start();
  }

  async function createWindow(pageSession: Electron.Session): Promise<BrowserWindow> {
    const stateFile = path.join(userDataDir, 'window.json');
    const created = createAppWindow({
      title: profile === '' ? 'Kith' : `Kith · ${profile}`,
      pageUrl,
      preload: path.join(distDir, 'preload', 'preload.cjs'),
      session: pageSession,
      isPackaged: app.isPackaged,
      state: parseWindowState(await readIfExists(stateFile, maxStateBytes).catch(() => null)),
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
