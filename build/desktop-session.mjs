import fs from 'node:fs';
import path from 'node:path';
import { ensureSystemPackages } from './debian-packages.mjs';
import { hasDisplay, startVirtualDisplay } from './display.mjs';
import { findElectron } from './electron-runtime.mjs';
import { startKeyringSession } from './keyring.mjs';

/**
 * A place where Electron can run.
 *
 * @typedef {object} DesktopSession
 * @property {import('./electron-runtime.mjs').ElectronRuntime} electron
 * @property {NodeJS.ProcessEnv} env for every program run in it
 * @property {boolean} isVirtual no screen here: windows are only in memory
 * @property {boolean} hasOwnKeyring the keyring is one that we started
 * @property {() => Promise<void>} close stops what was started for it
 */

/**
 * Prepares Electron, system packages, display, D-Bus session and keyring. A person's own session is used as it is.
 *
 * @param {'private' | { folder: string }} keyring `private`: always a fresh one, thrown away at the end (tests);
 *   with a folder: only where there is no session to use, and kept there for the next run
 * @returns {Promise<DesktopSession>}
 */
export async function openDesktop(keyring) {
  const electron = await findElectron();
  const isVirtual = !hasDisplay();
  const hasOwnKeyring = process.platform === 'linux' && (keyring === 'private' || isVirtual || !hasSessionBus());
  ensureSystemPackages(electron.executable, { display: isVirtual, keyring: hasOwnKeyring });

  /** @type {{ env: Record<string, string>, stop: () => Promise<void> }[]} */
  const started = [];
  const close = async () => {
    for (const part of started.splice(0).toReversed()) await part.stop();
  };
  try {
    if (isVirtual) started.push(await startVirtualDisplay());
    if (hasOwnKeyring) started.push(await startKeyringSession(keyring === 'private' ? undefined : keyring.folder));
  } catch (error) {
    await close();
    throw error;
  }
  const env = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: electron.dist };
  for (const part of started) Object.assign(env, part.env);
  return { electron, env, isVirtual, hasOwnKeyring, close };
}

function hasSessionBus() {
  const address = process.env['DBUS_SESSION_BUS_ADDRESS'];
  if (address !== undefined && address !== '') return !address.startsWith('disabled');
  const runtimeFolder = process.env['XDG_RUNTIME_DIR'];
  return runtimeFolder !== undefined && fs.existsSync(path.join(runtimeFolder, 'bus'));
}
