import fs from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';
import { say } from './say.mjs';

const pollMs = 250;

/**
 * Has the app take a picture of its first screen, for a person who has no screen to see it on.
 *
 * @param {string} profile
 * @returns {{ env: Record<string, string>, stop: () => void }}
 */
export function announceFirstScreen(profile) {
  const picture =
    process.env['KITH_SCREENSHOT'] ?? path.join(root, 'dist', 'screens', `${encodeURIComponent(profile)}.png`);
  fs.mkdirSync(path.dirname(picture), { recursive: true });
  fs.rmSync(picture, { force: true });
  say(`no display here: the window opens on a virtual one, and its first screen is saved as ${picture}`);
  const timer = setInterval(() => {
    if (!fs.existsSync(picture)) return;
    clearInterval(timer);
    say(`the window is ready: see ${picture} (Ctrl-C closes it)`);
  }, pollMs);
  return { env: { KITH_SCREENSHOT: picture }, stop: () => clearInterval(timer) };
}
