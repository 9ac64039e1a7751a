import { app, dialog, type BrowserWindow } from 'electron';
import type { Cancel, Clock, Logger } from '../ports.ts';
import type { Labels } from './labels.ts';

/** A page that dies again this soon would die for ever: then the person decides. */
const reloadPauseMs = 60_000;
/** Chromium calls a page unresponsive early; a slow disk is not worth a question. */
const hangPatienceMs = 15_000;

type PageGuardDeps = { readonly clock: Clock; readonly log: Logger; readonly words: () => Labels };

/** Brings a page that crashed or hangs back (safety R31). Nothing is lost: drafts and messages are in main. */
export function guardPage(window: BrowserWindow, { clock, log, words }: PageGuardDeps): void {
  let lastReloadMs = -Infinity;
  let cancelQuestion: Cancel = () => {};

  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log('page-gone', { reason, exitCode });
    if (reason === 'clean-exit') return;
    const sinceReloadMs = clock.monotonicMs() - lastReloadMs;
    lastReloadMs = clock.monotonicMs();
    // Later: a reload within this very event takes the whole program down.
    setImmediate(() => {
      if (window.isDestroyed()) return;
      if (sinceReloadMs >= reloadPauseMs) window.webContents.reload();
      else void offerReload();
    });
  });
  window.on('unresponsive', () => {
    log('page-unresponsive');
    cancelQuestion();
    cancelQuestion = clock.setTimer(hangPatienceMs, () => void offerEnd());
  });
  window.on('responsive', () => cancelQuestion());
  window.on('closed', () => cancelQuestion());

  async function offerReload(): Promise<void> {
    const { stoppedTitle, stoppedText, loadAgain, quit } = words();
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: stoppedTitle,
      detail: stoppedText,
      buttons: [loadAgain, quit],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    if (response === 1) app.quit();
    else if (!window.isDestroyed()) window.webContents.reload();
  }

  async function offerEnd(): Promise<void> {
    if (window.isDestroyed()) return;
    const { hangingTitle, stoppedText, loadAgain, wait } = words();
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      message: hangingTitle,
      detail: stoppedText,
      buttons: [wait, loadAgain],
      defaultId: 0,
      cancelId: 0,
      noLink: true,
    });
    // Its end is seen above, where it is loaded again.
    if (response === 1 && !window.isDestroyed()) window.webContents.forcefullyCrashRenderer();
  }
}
