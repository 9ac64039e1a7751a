import { app, powerMonitor, type BrowserWindow } from 'electron';
import type { Clock, Logger } from '../ports.ts';

/** The page hands in what it still holds, such as a draft, while it closes. */
const pagePatienceMs = 500;
const stopPatienceMs = 1_500;

type QuitDeps = {
  readonly window: () => BrowserWindow | null;
  readonly stop: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Ends the program in order, whoever asks for it: first the page, then the core, at most 2 s in all (safety R38).
 * Nothing depends on it: what matters is on disk already.
 */
export function quitInOrder({ window, stop, clock, log }: QuitDeps): void {
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
    if (phase === 'stopping') return;
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
  powerMonitor.on('shutdown', () => app.quit());
  // Windows ends the session; there is no more time than this.
  app.on('browser-window-created', (_event, page) => void page.on('session-end', () => app.quit()));
}
