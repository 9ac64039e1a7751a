// node build/lock-file.mjs   proves that package-lock.json serves every system. npm writes a lock without a package
// of another system when it cannot see that one, and an installation there then lacks its native part.
import fs from 'node:fs';
import path from 'node:path';
import { root } from './places.mjs';
import { runTool, say } from './say.mjs';

/** From this many on, optional dependencies are one native part for each system, not a convenience. */
const leastForNativeParts = 3;

await runTool(async () => {
  /** @type {{ packages: Record<string, { optionalDependencies?: Record<string, string> }> }} */
  const lock = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const missing = Object.entries(lock.packages).flatMap(([place, { optionalDependencies = {} }]) => {
    const names = Object.keys(optionalDependencies);
    if (names.length < leastForNativeParts) return [];
    return names.filter((name) => !isLocked(lock.packages, place, name)).map((name) => `${place}: ${name}`);
  });
  for (const line of missing) say(`package-lock.json lacks an optional dependency of ${line}`);
  return missing.length === 0 ? 0 : 1;
});

/**
 * Looks where Node would: beside the package, then in each folder above.
 *
 * @param {Record<string, unknown>} packages
 * @param {string} place
 * @param {string} name
 */
function isLocked(packages, place, name) {
  for (let from = place; ; from = from.slice(0, Math.max(0, from.lastIndexOf('node_modules/') - 1))) {
    if (`${from === '' ? '' : `${from}/`}node_modules/${name}` in packages) return true;
    if (from === '') return false;
  }
}
