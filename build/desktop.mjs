// node build/desktop.mjs --exec COMMAND …   builds if needed and runs a command where Electron can run: with its runtime
// (ELECTRON_OVERRIDE_DIST_PATH), a display, a D-Bus session and a private keyring, all ended with it.
import path from 'node:path';
import { openDesktop } from './desktop-session.mjs';
import { ensureBuilt } from './ensure-built.mjs';
import { inPackages } from './places.mjs';
import { runInForeground } from './processes.mjs';
import { ToolError, runTool } from './say.mjs';

await runTool(async () => {
  const [flag, command, ...commandArguments] = process.argv.slice(2);
  if (flag !== '--exec' || command === undefined) throw new ToolError('usage: node build/desktop.mjs --exec COMMAND …');
  return runOnDesktop(command, commandArguments);
});

/**
 * @param {string} command
 * @param {string[]} commandArguments
 * @returns {Promise<number>} exit code
 */
async function runOnDesktop(command, commandArguments) {
  await ensureBuilt();
  const desktop = await openDesktop('private');
  try {
    const programs = [inPackages('.bin'), process.env['PATH'] ?? ''].join(path.delimiter);
    return await runInForeground(command, commandArguments, { ...desktop.env, PATH: programs });
  } finally {
    await desktop.close();
  }
}
