import { BrowserWindow, nativeTheme, screen, type Session } from 'electron';
import { writeAtomic } from '../files/atomic-file.ts';
import type { Cancel, Clock, Logger } from '../ports.ts';
import { minSize, placeWindow, type WindowState } from './window-state.ts';

/** `--surface` of the tokens: what is seen before the page has painted. */
const surface = { light: '#ffffff', dark: '#1b1a18' } as const;
/** Moving a window gives many events; the last one counts. */
const savePauseMs = 500;

type AppWindowDeps = {
  readonly title: string;
  readonly pageUrl: string;
  /** Absolute path of the built preload. */
  readonly preload: string;
  readonly session: Session;
  readonly isPackaged: boolean;
  readonly state: WindowState | null;
  /** The theme that was chosen is in force; until then nothing is shown. */
  readonly themed: Promise<void>;
  /** Absolute path of the file that remembers where the window was. */
  readonly stateFile: string;
  readonly clock: Clock;
  readonly log: Logger;
};

/** Opens the window: it shows once its page has painted, in the colour of the theme, where it was last. */
export function createAppWindow(deps: AppWindowDeps): BrowserWindow {
  const { title, pageUrl, preload, session, isPackaged, state, log } = deps;
  const primary = screen.getPrimaryDisplay();
  const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
  const window = new BrowserWindow({
    ...placeWindow(state?.bounds ?? null, [primary.workArea, ...others.map(({ workArea }) => workArea)]),
    minWidth: minSize.width,
    minHeight: minSize.height,
    title,
    show: false,
    autoHideMenuBar: true,
    backgroundColor: surfaceNow(),
    // Everything said out loud, so that no default of some version decides (safety §5.2).
    webPreferences: {
      preload,
      session,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      plugins: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !isPackaged,
      v8CacheOptions: 'code',
      backgroundThrottling: true,
    },
  });
  window.on('page-title-updated', (event) => event.preventDefault());

  const show = async (): Promise<void> => {
    // Where the rest of the program cannot start, that is told elsewhere.
    await deps.themed.catch(() => undefined);
    if (window.isDestroyed() || window.isVisible()) return;
    if (state?.isMaximized === true) window.maximize();
    window.show();
  };
  window.once('ready-to-show', () => void show());
  // An empty window that can be closed is better than a program that cannot be seen.
  window.webContents.on('did-fail-load', (_event, errorCode) => {
    log('page-not-loaded', { errorCode });
    void show();
  });

  const recolour = (): void => window.setBackgroundColor(surfaceNow());
  nativeTheme.on('updated', recolour);
  window.once('closed', () => nativeTheme.off('updated', recolour));
  rememberPlace(window, deps);
  // A failure is told by did-fail-load.
  window.loadURL(pageUrl).catch(() => undefined);
  return window;
}

/** Shows and focuses the window wherever it is. */
export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

function surfaceNow(): string {
  return nativeTheme.shouldUseDarkColors ? surface.dark : surface.light;
}

function rememberPlace(window: BrowserWindow, { stateFile, clock, log }: AppWindowDeps): void {
  let cancelSave: Cancel = () => {};
  const save = (): void => {
    cancelSave();
    const state: WindowState = { bounds: window.getNormalBounds(), isMaximized: window.isMaximized() };
    writeAtomic(stateFile, new TextEncoder().encode(JSON.stringify(state))).catch(() => log('window-state-not-saved'));
  };
  const saveSoon = (): void => {
    cancelSave();
    cancelSave = clock.setTimer(savePauseMs, save);
  };
  window.on('move', saveSoon);
  window.on('resize', saveSoon);
  window.on('close', save);
  window.on('closed', () => cancelSave());
}
