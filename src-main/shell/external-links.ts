import { dialog, shell, type BrowserWindow } from 'electron';
import { needsAsking, parseAllowedLink } from '../platform/allowed-link.ts';
import type { Clock, Logger } from '../ports.ts';
import type { Labels } from './labels.ts';
import { createRateLimiter } from './rate-limiter.ts';

type ExternalLinksDeps = {
  readonly window: () => BrowserWindow | null;
  readonly words: () => Labels;
  readonly clock: Clock;
  readonly log: Logger;
};

/**
 * Opens addresses in the system's own programs: the only place that does (safety T9). An address that is not
 * allowed is dropped here too, whoever asks; a doubtful one is shown first as it really is (`xn--…`), and the
 * person decides.
 * @returns resolves when it was handed over, refused or declined.
 */
export function createExternalLinks({
  window,
  words,
  clock,
  log,
}: ExternalLinksDeps): (address: string) => Promise<void> {
  const mayPass = createRateLimiter({ burst: 5, perSecond: 1 }, clock.monotonicMs);
  let isAsking = false;

  async function mayOpen(url: URL): Promise<boolean> {
    if (!needsAsking(url)) return true;
    if (isAsking) return false;
    const { linkTitle, linkOpen, cancel } = words();
    const question = {
      type: 'question' as const,
      message: linkTitle,
      detail: url.href,
      buttons: [linkOpen, cancel],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    };
    const parent = window();
    isAsking = true;
    try {
      const { response } = await (parent === null
        ? dialog.showMessageBox(question)
        : dialog.showMessageBox(parent, question));
      return response === 0;
    } finally {
      isAsking = false;
    }
  }

  return async (address) => {
    const url = parseAllowedLink(address);
    if (url === null || !mayPass()) {
      log('link-refused', { allowed: url !== null });
      return;
    }
    if (!(await mayOpen(url))) return;
    try {
      await shell.openExternal(url.href);
    } catch {
      // No program for it, or it did not start. The error quotes the address.
      log('link-failed');
    }
  };
}
