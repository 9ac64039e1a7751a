import { writeFile } from 'node:fs/promises';

/** Says "from the internet" to Windows, which asks then before anything in the file runs. */
const zoneText = '[ZoneTransfer]\r\nZoneId=3\r\n';

/**
 * Marks a file as one that came from elsewhere (safety T7). Windows alone has a mark that we write; macOS sets its own
 * for what we create (`LSFileQuarantineEnabled`), Linux has none. A disk that takes no marks is no reason to fail.
 */
export function createWebMark(platform: 'win32' | 'darwin' | 'linux'): (filePath: string) => Promise<void> {
  if (platform !== 'win32') return async () => {};
  return (filePath) => writeFile(`${filePath}:Zone.Identifier`, zoneText).catch(() => undefined);
}
