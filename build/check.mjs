// npm run check   everything that can be proved without a window: format, types, lint, dead code, lock file, colours,
// translations, unit and component tests
import path from 'node:path';
import { inPackages } from './places.mjs';
import { runQuietly } from './processes.mjs';
import { runTool, say } from './say.mjs';
import { runSteps } from './steps.mjs';

const atOnce = 2;
const rooms = ['src-shared', 'src-main', 'src-renderer', 'src-server', 'e2e', 'build'];

if (process.argv[1] === import.meta.filename) {
  await runTool(async () => ((await check()) === 0 ? 0 : 1));
}

/**
 * @param {{ testReport?: string }} [options] `testReport`: a file that gets vitest's results as JSON
 * @returns {Promise<number>} how many steps failed
 */
export async function check({ testReport } = {}) {
  const startedAt = Date.now();
  const report = testReport === undefined ? [] : ['--reporter=json', `--outputFile.json=${testReport}`];
  const failed = await runSteps(
    [
      // The longest first; the others run beside it.
      node('unit and component tests', 'vitest/vitest.mjs', 'run', '--reporter=dot', ...report),
      node('format', 'oxfmt/bin/oxfmt', '--check', '.'),
      node('lint', 'oxlint/bin/oxlint', '--deny-warnings'),
      ...rooms.map((room) => node(`types of ${room}`, 'typescript/bin/tsc', '-p', room)),
      tool('types against the oldest Electron', 'electron-types.mjs'),
      node('dead code', 'knip/bin/knip.js', '--treat-config-hints-as-errors'),
      tool('lock file for every system', 'lock-file.mjs'),
      tool('contrast of colours', 'contrast.mjs'),
      tool('raw values in stylesheets', 'raw-values.mjs'),
      tool('translations', 'translations.mjs'),
    ],
    atOnce,
  );
  say(
    `check took ${((Date.now() - startedAt) / 1000).toFixed(0)} s, ${failed === 0 ? 'all well' : `${failed} failed`}`,
  );
  return failed;
}

/**
 * @param {string} name
 * @param {string} script of an installed package
 * @param {string[]} scriptArguments
 * @returns {import('./steps.mjs').Step}
 */
function node(name, script, ...scriptArguments) {
  return { name, run: () => runQuietly(process.execPath, [inPackages(script), ...scriptArguments]) };
}

/**
 * @param {string} name
 * @param {string} file one of ours
 * @returns {import('./steps.mjs').Step}
 */
function tool(name, file) {
  return { name, run: () => runQuietly(process.execPath, [path.join(import.meta.dirname, file)]) };
}
