// What `electron <folder>` runs in the npm-hosted runtime, which comes without Electron's own default app.
// It waits for the app's module at top level: an app that is loaded later would find `ready` already past.
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

const { folder, preloaded, wantsVersion } = readArguments(process.argv.slice(1));
if (wantsVersion) {
  console.log(`v${process.versions['electron']}`);
  process.exit(0);
}
if (folder === undefined) {
  console.error('usage: electron [-r module] folder');
  process.exit(1);
}
// Playwright attaches itself through -r.
const require = createRequire(import.meta.url);
for (const file of preloaded) require(path.resolve(file));

Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
const entry = describeApp(path.resolve(folder));
try {
  await import(pathToFileURL(entry).href);
} catch (error) {
  console.error(error);
  process.exit(1);
}

/** @param {string[]} given */
function readArguments(given) {
  /** @type {string[]} */
  const preloaded = [];
  for (let index = 0; index < given.length; index += 1) {
    const argument = given[index] ?? '';
    if (argument === '-v' || argument === '--version') return { folder: undefined, preloaded, wantsVersion: true };
    if (argument === '-r' || argument === '--require') {
      index += 1;
      preloaded.push(given[index] ?? '');
    } else if (!argument.startsWith('-')) {
      return { folder: argument, preloaded, wantsVersion: false };
    }
  }
  return { folder: undefined, preloaded, wantsVersion: false };
}

/**
 * Gives the app its name and version, as Electron's own default app does.
 *
 * @param {string} place the app's folder, or its first file
 * @returns {string} the app's first file
 */
function describeApp(place) {
  const manifestFile = path.join(place, 'package.json');
  if (!fs.existsSync(manifestFile)) return place;
  const manifest = /** @type {{ name?: string, productName?: string, version?: string, main?: string }} */ (
    JSON.parse(fs.readFileSync(manifestFile, 'utf8'))
  );
  // The two setters are what Electron's own default app uses; its type definitions leave them out.
  const host = /** @type {typeof app & { setVersion(version: string): void, setAppPath(folder: string): void }} */ (
    app
  );
  const name = manifest.productName ?? manifest.name;
  if (name !== undefined) app.setName(name);
  if (manifest.version !== undefined) host.setVersion(manifest.version);
  host.setAppPath(place);
  app.setPath('userData', path.join(app.getPath('appData'), app.getName()));
  return path.join(place, manifest.main ?? 'index.js');
}
