import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { startHelper } from './helper-process.mjs';
import { ToolError } from './say.mjs';

const readyTimeoutMs = 10_000;
const pollMs = 20;

/**
 * Where the keyring of a display-less machine is kept, one for each profile, so that two windows never write the
 * same files.
 *
 * @param {string} profile
 */
export function lastingKeyringFolder(profile) {
  const data = process.env['XDG_DATA_HOME'] ?? path.join(os.homedir(), '.local', 'share');
  return path.join(data, 'kith-virtual-keyring', encodeURIComponent(profile));
}

/**
 * Starts a D-Bus session with an unlocked keyring, apart from those of the person.
 *
 * @param {string | undefined} folder keeps the keyring for the next run; undefined: it is gone when stopped
 * @returns {Promise<{ env: Record<string, string>, stop: () => Promise<void> }>}
 */
export async function startKeyringSession(folder) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-session-'));
  const data = folder ?? path.join(scratch, 'data');
  fs.mkdirSync(data, { recursive: true, mode: 0o700 });
  const bus = startHelper('dbus-daemon', ['--session', '--nofork', '--nopidfile', '--print-address=3']);
  /** @type {import('./helper-process.mjs').HelperProcess | undefined} */
  let keyring;
  const stop = async () => {
    await keyring?.stop();
    await bus.stop();
    fs.rmSync(scratch, { recursive: true, force: true });
  };
  try {
    const address = await bus.firstLine;
    const env = { DBUS_SESSION_BUS_ADDRESS: address, KEYRING_READY: '1', ...systemBusInstead(address) };
    const own = { ...process.env, ...env, XDG_DATA_HOME: data, XDG_RUNTIME_DIR: scratch };
    keyring = startHelper('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
      env: own,
      input: passwordOf(data),
    });
    // It has nothing to say on descriptor 3; whether it came up is asked on the bus.
    keyring.firstLine.catch(() => undefined);
    await untilKeyringAnswers(keyring, own);
    return { env, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Chromium asks the system bus for power and network news, and complains at length where there is none.
 *
 * @param {string} address of a bus that knows no such news either
 * @returns {Record<string, string>}
 */
function systemBusInstead(address) {
  return fs.existsSync('/run/dbus/system_bus_socket') ? {} : { DBUS_SYSTEM_BUS_ADDRESS: address };
}

/**
 * The keyring's password lies beside it: on a machine without a session of its own nobody is there to type one. It
 * is as safe as this folder, which only its owner may read.
 *
 * @param {string} folder
 */
function passwordOf(folder) {
  const file = path.join(folder, 'password');
  if (!fs.existsSync(file)) fs.writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return fs.readFileSync(file, 'utf8');
}

/**
 * @param {import('./helper-process.mjs').HelperProcess} keyring
 * @param {NodeJS.ProcessEnv} env
 */
async function untilKeyringAnswers(keyring, env) {
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus'];
  const name = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  for (const deadline = Date.now() + readyTimeoutMs; Date.now() < deadline; await wait(pollMs)) {
    const { stdout } = spawnSync('dbus-send', [...question, ...name], { env, encoding: 'utf8' });
    if (stdout?.includes('boolean true')) return;
    if (!keyring.isRunning()) break;
  }
  throw new ToolError('gnome-keyring-daemon did not start');
}
