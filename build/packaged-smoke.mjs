import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { isRoot } from './places.mjs';
import { forwardSignalsUntilExit, runQuietly } from './processes.mjs';

const firstScreenTimeoutMs = 60_000;
const pollMs = 100;
const readyLine = 'first screen painted';

// How a fuse is written in the executable.
const off = '0'.codePointAt(0) ?? 0;
const on = '1'.codePointAt(0) ?? 0;

/** What must be flipped in what people get (safety 5.3). @type {ReadonlyArray<[keyof typeof FuseV1Options, number]>} */
const expectedFuses = [
  ['RunAsNode', off],
  ['EnableCookieEncryption', on],
  ['EnableNodeOptionsEnvironmentVariable', off],
  ['EnableNodeCliInspectArguments', off],
  ['EnableEmbeddedAsarIntegrityValidation', on],
  ['OnlyLoadAppFromAsar', on],
  ['LoadBrowserProcessSpecificV8Snapshot', off],
  ['GrantFileProtocolExtraPrivileges', off],
];

const unpackedFiles = [
  'dist/store/process.mjs',
  'dist/server/cli.mjs',
  'dist/server/embedded.mjs',
  'node_modules/libsql/package.json',
];

/**
 * @typedef {object} PackagedApp
 * @property {string} executable
 * @property {string} resources
 */

/**
 * @param {string} folder as electron-builder leaves it
 * @returns {PackagedApp}
 */
function layoutOf(folder) {
  if (process.platform === 'darwin') {
    const contents = path.join(folder, 'Kith.app', 'Contents');
    return { executable: path.join(contents, 'MacOS', 'Kith'), resources: path.join(contents, 'Resources') };
  }
  const name = process.platform === 'win32' ? 'Kith.exe' : 'kith';
  return { executable: path.join(folder, name), resources: path.join(folder, 'resources') };
}

/**
 * Proves that a packaged app has the shape it must have and comes to its first screen.
 *
 * @param {string} folder of the unpacked app
 * @param {NodeJS.ProcessEnv} env of a desktop to run it on
 * @returns {import('./steps.mjs').Step[]}
 */
export function packagedAppSteps(folder, env) {
  const app = layoutOf(folder);
  const ofMac =
    process.platform === 'darwin' ? [{ name: 'packaged app: mark of the web', run: () => judge(checkMark(app)) }] : [];
  return [
    ...ofMac,
    { name: 'packaged app: fuses', run: () => judge(checkFuses(app)) },
    { name: 'packaged app: files beside the archive', run: () => judge(Promise.resolve(checkUnpacked(app))) },
    { name: 'packaged app: native part of the store loads', run: () => loadNativePart(app) },
    { name: 'packaged app: first screen', run: () => startToFirstScreen(app, env) },
  ];
}

/** @param {Promise<string[]>} problems */
async function judge(problems) {
  const lines = await problems;
  return { code: lines.length === 0 ? 0 : 1, output: lines.join('\n') };
}

/** @param {PackagedApp} app */
async function checkFuses({ executable }) {
  const fuses = await getCurrentFuseWire(executable);
  return expectedFuses
    .filter(([name, state]) => Number(fuses[FuseV1Options[name]]) !== state)
    .map(([name, state]) => `${name} is not ${state === on ? 'on' : 'off'}`);
}

/** @param {PackagedApp} app */
function checkUnpacked({ resources }) {
  const unpacked = path.join(resources, 'app.asar.unpacked');
  const missing = [path.join(resources, 'app.asar'), ...unpackedFiles.map((file) => path.join(unpacked, file))]
    .filter((file) => !fs.existsSync(file))
    .map((file) => `${file} is missing`);
  const leftover = path.join(resources, 'default_app.asar');
  return fs.existsSync(leftover) ? [...missing, `${leftover} does not belong there`] : missing;
}

/**
 * macOS marks what a program saves where its Info.plist says so (safety T7).
 *
 * @param {PackagedApp} app
 */
async function checkMark({ resources }) {
  const plist = await fs.promises.readFile(path.join(path.dirname(resources), 'Info.plist'), 'utf8');
  const isMarking = /<key>LSFileQuarantineEnabled<\/key>\s*<true\/>/.test(plist);
  return isMarking ? [] : ['Info.plist does not say LSFileQuarantineEnabled'];
}

/**
 * Plain Node reads no archive, so this finds every file that was forgotten outside of it.
 *
 * @param {PackagedApp} app
 */
async function loadNativePart({ resources }) {
  const program = path.join(resources, 'app.asar.unpacked', 'dist/store/process.mjs');
  const script = `const Database = require('node:module').createRequire(${JSON.stringify(program)})('libsql');
    new Database(':memory:').prepare('select 1').get();`;
  return runQuietly(process.execPath, ['-e', script]);
}

/**
 * @param {PackagedApp} app
 * @param {NodeJS.ProcessEnv} desktopEnv
 */
async function startToFirstScreen({ executable }, desktopEnv) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-packaged-'));
  const picture = path.join(scratch, 'first-screen.png');
  const switches = [`--user-data-dir=${path.join(scratch, 'data')}`, '--password-store=gnome-libsecret'];
  if (process.platform === 'linux' && isRoot()) switches.push('--no-sandbox');
  const env = { ...desktopEnv, XDG_CONFIG_HOME: path.join(scratch, 'config'), KITH_SCREENSHOT: picture };
  const child = spawn(executable, switches, { cwd: scratch, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      output += text;
    });
  }
  const exited = forwardSignalsUntilExit(child);
  try {
    const ended = await Promise.race([exited, painted(() => output.includes(readyLine) || fs.existsSync(picture))]);
    if (ended === 'painted') return { code: 0, output };
    return { code: 1, output: `${ended === 'silent' ? 'no first screen came' : `it ended with ${ended}`}\n${output}` };
  } finally {
    // Asked first: killed at once it would leave processes behind that still write into the folder.
    child.kill('SIGTERM');
    const killing = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited.catch(() => undefined);
    clearTimeout(killing);
    await fs.promises.rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

/**
 * @param {() => boolean} isPainted
 * @returns {Promise<'painted' | 'silent'>}
 */
function painted(isPainted) {
  return new Promise((resolve) => {
    const deadline = Date.now() + firstScreenTimeoutMs;
    const timer = setInterval(() => {
      if (!isPainted() && Date.now() < deadline) return;
      clearInterval(timer);
      resolve(isPainted() ? 'painted' : 'silent');
    }, pollMs);
    timer.unref();
  });
}
