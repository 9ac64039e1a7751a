import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '..');

/** Where things fetched once for every clone are kept. */
export const cacheFolder = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'), 'kith');

/** A folder of this clone for generated files that belong to no commit. */
export const scratchFolder = path.join(root, 'node_modules', '.cache', 'kith');

/**
 * @param {string} relative a file of an installed package, `vite/bin/vite.js`
 */
export function inPackages(relative) {
  return path.join(root, 'node_modules', relative);
}

/**
 * Finds a program on PATH and in the folders of system tools, which a plain user's PATH leaves out.
 *
 * @param {string} name
 * @returns {string | undefined} its absolute path
 */
export function findProgram(name) {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders
    .filter((folder) => folder !== '')
    .map((folder) => path.join(folder, name))
    .find((file) => {
      try {
        fs.accessSync(file, fs.constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

export function isRoot() {
  return process.getuid?.() === 0;
}
