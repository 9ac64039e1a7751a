import { spawnSync } from 'node:child_process';
import { findProgram, isRoot } from './places.mjs';
import { ToolError, say } from './say.mjs';

/**
 * What a run needs of the system. Libraries are always looked for; the rest depends on what the run must bring itself.
 *
 * @typedef {object} SystemNeeds
 * @property {boolean} display a virtual display
 * @property {boolean} keyring a D-Bus session and keyring of our own
 */

/**
 * Package names, the usual one first; `…t64` is what Debian 13 and Ubuntu 24.04 call it.
 *
 * @typedef {readonly [string, ...string[]]} Names
 */

/** @type {Readonly<Record<string, Names>>} */
const linkedLibraries = {
  'libgtk-3.so.0': ['libgtk-3-0', 'libgtk-3-0t64'],
  'libnss3.so': ['libnss3'],
  'libnssutil3.so': ['libnss3'],
  'libsmime3.so': ['libnss3'],
  'libnspr4.so': ['libnspr4'],
  'libasound.so.2': ['libasound2', 'libasound2t64'],
  'libatk-1.0.so.0': ['libatk1.0-0', 'libatk1.0-0t64'],
  'libatk-bridge-2.0.so.0': ['libatk-bridge2.0-0', 'libatk-bridge2.0-0t64'],
  'libatspi.so.0': ['libatspi2.0-0', 'libatspi2.0-0t64'],
  'libcups.so.2': ['libcups2', 'libcups2t64'],
  'libdrm.so.2': ['libdrm2'],
  'libgbm.so.1': ['libgbm1'],
  'libglib-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgobject-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libgio-2.0.so.0': ['libglib2.0-0', 'libglib2.0-0t64'],
  'libX11.so.6': ['libx11-6'],
  'libXcomposite.so.1': ['libxcomposite1'],
  'libXdamage.so.1': ['libxdamage1'],
  'libXext.so.6': ['libxext6'],
  'libXfixes.so.3': ['libxfixes3'],
  'libXrandr.so.2': ['libxrandr2'],
  'libxcb.so.1': ['libxcb1'],
  'libxkbcommon.so.0': ['libxkbcommon0'],
  'libpango-1.0.so.0': ['libpango-1.0-0'],
  'libcairo.so.2': ['libcairo2'],
  'libdbus-1.so.3': ['libdbus-1-3'],
  'libexpat.so.1': ['libexpat1'],
  'libudev.so.1': ['libudev1'],
};

/** Opened while running, so the linker does not miss them. @type {Readonly<Record<string, Names>>} */
const loadedLibraries = {
  'libsecret-1.so.0': ['libsecret-1-0'],
  'libnotify.so.4': ['libnotify4'],
};

/** @type {Readonly<Record<string, Names>>} */
const fonts = {
  ':lang=zh': ['fonts-noto-cjk'],
  ':lang=und-zsye': ['fonts-noto-color-emoji'],
};

/**
 * Makes sure that Electron can run here: looks for what is missing, installs it where we may (root, with apt), and
 * otherwise says it in one line to paste.
 *
 * @param {string} executable Electron's
 * @param {SystemNeeds} needs
 * @throws {ToolError} if something is missing that the run cannot do without
 */
export function ensureSystemPackages(executable, needs) {
  if (process.platform !== 'linux') return;
  let missing = findMissing(executable, needs);
  if (missing.required.length + missing.wanted.length === 0) return;
  if (isRoot() && findProgram('apt-get') !== undefined) {
    // A library that is there now can be missing others that the linker had not come to.
    for (let round = 0; round < 3 && missing.required.length + missing.wanted.length > 0; round += 1) {
      install([...missing.required, ...missing.wanted]);
      missing = findMissing(executable, needs);
    }
    if (missing.required.length === 0) return;
  }
  const names = [...new Set([...missing.required, ...missing.wanted].map(([usual]) => usual))].join(' ');
  const line = `missing system packages; install them with: sudo apt-get install -y ${names}`;
  if (missing.required.length > 0) throw new ToolError(line);
  say(line);
}

/**
 * @param {string} executable
 * @param {SystemNeeds} needs
 * @returns {{ required: Names[], wanted: Names[] }}
 */
function findMissing(executable, needs) {
  /** @type {Names[]} */
  const required = [];
  /** @type {Names[]} */
  const wanted = [];
  for (const [, library = ''] of outputOf('ldd', [executable]).matchAll(/^\s*(\S+) => not found/gm)) {
    required.push(linkedLibraries[library] ?? [`(whatever has ${library})`]);
  }
  const known = outputOf(findProgram('ldconfig') ?? 'ldconfig', ['-p']);
  for (const [library, names] of Object.entries(loadedLibraries)) {
    if (!known.includes(`${library} `)) wanted.push(names);
  }
  if (needs.display && findProgram('Xvfb') === undefined) required.push(['xvfb']);
  if (needs.keyring) {
    if (findProgram('dbus-daemon') === undefined) required.push(['dbus-daemon', 'dbus']);
    if (findProgram('dbus-send') === undefined) required.push(['dbus-bin', 'dbus']);
    if (findProgram('gnome-keyring-daemon') === undefined) required.push(['gnome-keyring']);
  }
  for (const [pattern, names] of Object.entries(fonts)) {
    if (outputOf('fc-list', [pattern, 'family']).trim() === '') wanted.push(names);
  }
  return { required, wanted };
}

/** @param {Names[]} missing */
function install(missing) {
  const options = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=300'];
  apt(['update', ...options]);
  const names = [...new Set(missing.map(nameHere))].filter((name) => !name.startsWith('('));
  say(`installing ${names.length} system packages (once): ${names.join(' ')}`);
  apt(['install', ...options, '--no-install-recommends', ...names]);
}

/** @param {string[]} aptArguments */
function apt(aptArguments) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', aptArguments, { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new ToolError(`apt-get ${aptArguments.join(' ')} failed\n${stdout}${stderr}`.trim());
}

/** @param {Names} names */
function nameHere(names) {
  return names.find((name) => outputOf('apt-cache', ['show', name]).startsWith('Package:')) ?? names[0];
}

/**
 * @param {string} program
 * @param {string[]} programArguments
 * @returns {string} empty if the program is not there
 */
function outputOf(program, programArguments) {
  const env = { ...process.env, LC_ALL: 'C' };
  return spawnSync(program, programArguments, { env, encoding: 'utf8', maxBuffer: 2 ** 26 }).stdout ?? '';
}
