import { isRoot } from './places.mjs';
import { say } from './say.mjs';

/**
 * Switches that Electron needs for where it runs; each is said, as it changes what protects the person.
 *
 * @param {{ isVirtual: boolean, hasOwnKeyring: boolean }} desktop
 * @returns {string[]}
 */
export function electronSwitches({ isVirtual, hasOwnKeyring }) {
  const switches = [];
  if (process.platform === 'linux' && isRoot()) {
    say("running as root, where Chromium's sandbox cannot work: started with --no-sandbox");
    switches.push('--no-sandbox');
  }
  // There is none behind a display in memory; Chromium would try, and report a failure.
  if (isVirtual) switches.push('--disable-gpu');
  // Chromium chooses by the desktop's name, and a session of ours has none.
  if (hasOwnKeyring) switches.push('--password-store=gnome-libsecret');
  return switches;
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
