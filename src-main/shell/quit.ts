import { app, powerMonitor, type BrowserWindow } from 'electron';
import process from 'node:process';
import type { Clock, Logger } from '../ports.ts';
import type { QuitQuestion } from './quit-question.ts';

/** The page hands in what it still holds, such as a draft, while it closes. */
const pagePatienceMs = 500;
const stopPatienceMs = 1_500;

/** From whoever started the program, a session that ends, or a terminal that is closed: nobody is there to be asked. */
const endingSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

type QuitDeps = {
  readonly question: QuitQuestion;
  readonly window: () => BrowserWindow | null;
  readonly stop: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Ends the program in order, whoever asks for it: first the page, then the core, at most 2 s in all (safety R38).
 * Nothing depends on it: what matters is on disk already. A person is asked first while transfers are under way.
 */
export function quitInOrder({ question, window, stop, clock, log }: QuitDeps): void {
  let phase: 'running' | 'stopping' | 'stopped' = 'running';
  const within = (patienceMs: number, work: Promise<unknown>): Promise<void> =>
    new Promise((resolve) => {
      const cancel = clock.setTimer(patienceMs, resolve);
      work
        .catch(() => log('stop-failed'))
        .finally(() => {
          cancel();
          resolve();
        });
    });
  const closePage = (page: BrowserWindow): Promise<void> =>
    new Promise((resolve) => {
      page.once('closed', () => resolve());
      page.close();
    });

  app.on('before-quit', (event) => {
    if (phase === 'stopped') return;
    event.preventDefault();
    if (phase === 'stopping' || !question.mayQuit()) return;
    phase = 'stopping';
    void (async () => {
      const page = window();
      if (page !== null) await within(pagePatienceMs, closePage(page));
      await within(stopPatienceMs, stop());
      phase = 'stopped';
      log('stopped');
      app.quit();
    })();
  });
  const quitUnasked = (): void => {
    question.letGo();
    app.quit();
  };
  powerMonitor.on('shutdown', quitUnasked);
  for (const signal of endingSignals) process.on(signal, quitUnasked);

  function watch(page: BrowserWindow): void {
    // Windows ends the session; there is no more time than this.
    page.on('session-end', quitUnasked);
    page.on('close', (event) => {
      // Closing the window ends the program, but for the system where programs live without windows.
      if (process.platform !== 'darwin' && phase === 'running' && !question.mayQuit()) event.preventDefault();
    });
    page.webContents.on('render-process-gone', question.pageGone);
    page.webContents.on('did-start-loading', question.pageGone);
  }
  const page = window();
  if (page !== null) watch(page);
  app.on('browser-window-created', (_event, created) => watch(created));
}
