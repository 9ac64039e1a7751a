import { app } from 'electron';
import process from 'node:process';

/**
 * Prints, as one line of JSON, when the first window was shown and when its page had painted everything that the selectors
 * name, in milliseconds since 1970; then quits. Call it before the window is made. Costs the program next to nothing.
 *
 * @param {readonly string[]} selectors each must find an element
 */
export function reportPaint(selectors) {
  app.once('browser-window-created', (_event, window) => {
    const shown = new Promise((resolve) => window.once('show', () => resolve(Date.now())));
    const ready = new Promise((resolve) => window.once('ready-to-show', () => resolve(Date.now())));
    window.webContents.once('did-navigate', () => {
      const painted = window.webContents.mainFrame.executeJavaScript(`(${whenPainted})(${JSON.stringify(selectors)})`);
      void report(shown, ready, painted).catch(() => app.exit(1));
    });
  });
}

/**
 * @param {Promise<number>} shown
 * @param {Promise<number>} ready
 * @param {Promise<object>} painted
 */
async function report(shown, ready, painted) {
  const times = { shownAtMs: await shown, readyAtMs: await ready, ...(await painted) };
  process.stdout.write(`${JSON.stringify(times)}\n`);
  app.quit();
}

/** Runs in the page. */
const whenPainted = `(selectors) => new Promise((resolve) => {
  const startedAtMs = Date.now();
  const isThere = () => selectors.every((selector) => document.querySelector(selector) !== null);
  const afterPaint = () => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => resolve({ startedAtMs, paintedAtMs: Date.now() });
    channel.port2.postMessage(null);
  });
  if (isThere()) return afterPaint();
  const observer = new MutationObserver(() => {
    if (!isThere()) return;
    observer.disconnect();
    afterPaint();
  });
  observer.observe(document, { subtree: true, childList: true });
})`;
