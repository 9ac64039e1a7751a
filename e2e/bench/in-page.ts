import type { Page } from '@playwright/test';

/**
 * Watches the messages from now on: the promise inside resolves with the time, in milliseconds since 1970, at which the
 * message with this text was painted in view. Read by `paintedAtMs`.
 */
export async function watchFor(page: Page, text: string): Promise<{ readonly paintedAtMs: () => Promise<number> }> {
  const handle = await page.evaluateHandle((wanted) => {
    const isInView = (): boolean => {
      const log = document.querySelector('[role="log"]')?.getBoundingClientRect();
      const bubble = [...document.querySelectorAll('article')].findLast((one) => one.textContent.includes(wanted));
      const box = bubble?.getBoundingClientRect();
      return log !== undefined && box !== undefined && box.height > 0 && box.bottom <= log.bottom + 1;
    };
    const paintedAtMs = new Promise<number>((resolve) => {
      // The frame in which it is in its place is painted when the next task runs.
      const look = (): void => {
        if (!isInView()) return void requestAnimationFrame(look);
        const channel = new MessageChannel();
        channel.port1.addEventListener('message', () => resolve(performance.timeOrigin + performance.now()));
        channel.port1.start();
        channel.port2.postMessage(null);
      };
      const observer = new MutationObserver(() => {
        const isThere = [...document.querySelectorAll('article')].some((one) => one.textContent.includes(wanted));
        if (!isThere) return;
        observer.disconnect();
        requestAnimationFrame(look);
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    return { paintedAtMs };
  }, text);
  return { paintedAtMs: () => handle.evaluate(async (watch) => watch.paintedAtMs) };
}
