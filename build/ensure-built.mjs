// node build/ensure-built.mjs   builds the app, whether or not it is stale (`npm run build`)
import fs from 'node:fs';
import path from 'node:path';
import { withFileLock } from './file-lock.mjs';
import { inPackages, root } from './places.mjs';
import { runQuietly } from './processes.mjs';
import { ToolError, runTool, say } from './say.mjs';

const dist = path.join(root, 'dist');
const stamp = path.join(dist, '.built');
const sources = [
  'src-shared',
  'src-main',
  'src-renderer',
  'src-server',
  'vite.config.ts',
  'package.json',
  'package-lock.json',
];

if (process.argv[1] === import.meta.filename) {
  await runTool(async () => {
    await ensureBuilt({ isForced: true });
    return 0;
  });
}

/**
 * Builds the app into dist/ if anything that it is made of is newer than the last build. Several may ask at once:
 * one builds, the others wait for it.
 *
 * @param {{ isForced?: boolean }} [options]
 * @throws {ToolError} with the build's own words if it fails
 */
export async function ensureBuilt({ isForced = false } = {}) {
  if (!isForced && isFresh()) return;
  await withFileLock(path.join(dist, '.building'), async () => {
    if (isForced || !isFresh()) await build();
  });
}

async function build() {
  const startedAt = new Date();
  const { code, output } = await runQuietly(process.execPath, [inPackages('vite/bin/vite.js'), 'build']);
  if (code !== 0) throw new ToolError(`the build failed\n${output.trim()}`);
  // The time of the start: what was changed while it ran is newer, and will be built next time.
  fs.writeFileSync(stamp, '');
  fs.utimesSync(stamp, startedAt, startedAt);
  say(`built in ${((Date.now() - startedAt.getTime()) / 1000).toFixed(1)} s`);
}

function isFresh() {
  if (!fs.existsSync(stamp)) return false;
  const builtAtMs = fs.statSync(stamp).mtimeMs;
  return sources.every((source) => isOlder(path.join(root, source), builtAtMs));
}

/**
 * @param {string} place a file, or a folder with all that is in it; a folder's own time tells of removed files
 * @param {number} atMs
 * @returns {boolean}
 */
function isOlder(place, atMs) {
  const found = fs.statSync(place);
  if (found.mtimeMs > atMs) return false;
  if (!found.isDirectory()) return true;
  return fs
    .readdirSync(place)
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .every((name) => isOlder(path.join(place, name), atMs));
}
