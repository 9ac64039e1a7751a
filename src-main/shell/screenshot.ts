import type { BrowserWindow } from 'electron';
import { writeAtomic } from '../files/atomic-file.ts';
import type { Clock, Logger } from '../ports.ts';

const patienceMs = 30_000;
const pauseMs = 100;

/** Asked in a world of its own, so that the page's policy and variables play no part. */
const worldId = 999;
const isPainted = `(() => {
  const root = document.getElementById('root');
  return root !== null && root.querySelector('h1, h2, button, input, [role]') !== null && root.querySelector('[aria-busy="true"]') === null;
})()`;
const isSettled = `(async () => {
  await document.fonts.ready;
  await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
})()`;

/**
 * Waits for the first screen, writes it as a PNG to `filePath` (absolute) and prints `first screen painted`.
 * For machines without a display, and for the test of the packaged program.
 */
export async function takeFirstScreenshot(
  window: BrowserWindow,
  filePath: string,
  clock: Clock,
  log: Logger,
): Promise<void> {
  const ask = (code: string): Promise<unknown> =>
    window.webContents.executeJavaScriptInIsolatedWorld(worldId, [{ code }]);
  const deadlineMs = clock.monotonicMs() + patienceMs;
  try {
    while ((await ask(isPainted)) !== true) {
      if (clock.monotonicMs() > deadlineMs) throw new Error('nothing was painted in time');
      await new Promise<void>((resolve) => void clock.setTimer(pauseMs, resolve));
    }
    await ask(isSettled);
    const image = await window.webContents.capturePage();
    await writeAtomic(filePath, new Uint8Array(image.toPNG()));
    process.stdout.write('first screen painted\n');
  } catch {
    log('screenshot-failed');
    process.stderr.write('no screenshot: the first screen was not painted\n');
  }
}
