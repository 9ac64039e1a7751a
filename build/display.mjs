import { startHelper } from './helper-process.mjs';

/** Whether this person has a screen to show windows on. Windows and macOS always count as having one. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return Boolean(process.env['DISPLAY']) || Boolean(process.env['WAYLAND_DISPLAY']);
}

/**
 * Starts a display that is only in memory. Xvfb picks a free number and tells it, so any number of runs fit beside
 * each other.
 *
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>}
 */
export async function startVirtualDisplay() {
  const options = ['-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'];
  const xvfb = startHelper('Xvfb', ['-displayfd', '3', ...options]);
  try {
    return { env: { DISPLAY: `:${await xvfb.firstLine}` }, stop: xvfb.stop };
  } catch (error) {
    await xvfb.stop();
    throw error;
  }
}
