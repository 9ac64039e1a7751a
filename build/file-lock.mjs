import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Runs `work` while no other process of this machine runs work under the same lock file. A lock left behind by a
 * dead process is taken over.
 *
 * @template T
 * @param {string} lockFile
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once if another process has to be waited for
 * @returns {Promise<T>}
 */
export async function withFileLock(lockFile, work, onWait = () => undefined) {
  fs.mkdirSync(path.dirname(lockFile), { recursive: true });
  for (let waited = false; !tryLock(lockFile); waited = true) {
    if (!waited) onWait();
    await wait(200);
  }
  try {
    return await work();
  } finally {
    fs.rmSync(lockFile, { force: true });
  }
}

/** @param {string} lockFile */
function tryLock(lockFile) {
  // The owner is written before the lock appears under its name, so nobody ever reads an empty one.
  const mine = `${lockFile}.${process.pid}`;
  fs.writeFileSync(mine, String(process.pid));
  try {
    fs.linkSync(mine, lockFile);
    return true;
  } catch {
    removeIfAbandoned(lockFile);
    return false;
  } finally {
    fs.rmSync(mine, { force: true });
  }
}

/** @param {string} lockFile */
function removeIfAbandoned(lockFile) {
  const owner = readOwner(lockFile);
  if (owner === undefined || isAlive(owner)) return;
  // Moved aside first: of several who see it abandoned only one succeeds, and a fresh lock is put back.
  const aside = `${lockFile}.${process.pid}.abandoned`;
  try {
    fs.renameSync(lockFile, aside);
  } catch {
    return;
  }
  const taken = readOwner(aside);
  if (taken !== undefined && isAlive(taken)) fs.renameSync(aside, lockFile);
  else fs.rmSync(aside, { force: true });
}

/** @param {string} file */
function readOwner(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
