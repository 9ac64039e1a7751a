import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isRoot } from './places.mjs';
import { say } from './say.mjs';

/**
 * Switches that Electron needs for where it runs. What changes the person's protection is said.
 *
 * @param {import('./desktop-session.mjs').DesktopSession} desktop
 * @returns {string[]}
 */
export function electronSwitches({ electron, isVirtual, hasOwnKeyring }) {
  const switches = [];
  if (process.platform === 'linux' && isRoot()) {
    say("running as root, where Chromium's sandbox cannot work: started with --no-sandbox");
    switches.push('--no-sandbox');
  } else if (process.platform === 'linux') {
    warnWithoutSandbox(path.join(electron.dist, 'chrome-sandbox'));
  }
  // There is none behind a display in memory; Chromium would try, and report a failure.
  if (isVirtual) switches.push('--disable-gpu');
  // Chromium chooses by the desktop's name, and a session of ours has none.
  if (hasOwnKeyring) switches.push('--password-store=gnome-libsecret');
  return switches;
}

/**
 * Some systems (Ubuntu since 23.10, containers) keep user namespaces from programs that were not installed as a
 * package; Chromium then refuses to start until its helper may make them.
 *
 * @param {string} helper
 */
function warnWithoutSandbox(helper) {
  const setUserId = 0o4000;
  const { uid, mode } = fs.statSync(helper);
  if (uid === 0 && (mode & setUserId) !== 0) return;
  const { status, error } = spawnSync('unshare', ['--user', '--map-root-user', 'true']);
  if (error !== undefined || status === 0) return;
  say(
    `this system keeps Chromium's sandbox from working; once: sudo chown root ${helper} && sudo chmod 4755 ${helper}`,
  );
}

/**
 * @param {readonly string[]} programArguments
 * @returns {string} the profile they name; each profile is a person of its own on this machine
 */
export function profileOf(programArguments) {
  const prefix = '--profile=';
  const named = programArguments.find((argument) => argument.startsWith(prefix))?.slice(prefix.length);
  return named === undefined || named === '' ? 'default' : named;
}
