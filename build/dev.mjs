// npm run dev -- --profile=second   the window is updated in place; what runs in Node is rebuilt and Electron restarted
import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createBuilder, createServer } from 'vite';
import { openDesktop } from './desktop-session.mjs';
import { electronSwitches, profileOf } from './electron-arguments.mjs';
import { lastingKeyringFolder } from './keyring.mjs';
import { root } from './places.mjs';
import { forwardSignalsUntilExit } from './processes.mjs';
import { runTool, say } from './say.mjs';

const programs = /** @type {const} */ (['main', 'preload', 'store', 'server']);
const programSources = ['src-main', 'src-server', 'src-shared'].map((folder) => path.join(root, folder));
const settleMs = 100;

await runTool(async () => {
  const appArguments = process.argv.slice(2);
  const desktop = await openDesktop({ folder: lastingKeyringFolder(profileOf(appArguments)) });
  const server = await createServer({ configFile: path.join(root, 'vite.config.ts'), server: { host: '127.0.0.1' } });
  try {
    await server.listen();
    // Vite would end this process at once, and leave Electron to lose its display; we close everything in turn.
    process.removeAllListeners('SIGTERM');
    const url = server.resolvedUrls?.local[0] ?? '';
    say(`the window is served from ${url}`);
    await buildPrograms();
    const changed = watchPrograms(server.watcher);
    const electronArguments = [...electronSwitches(desktop), root, ...appArguments];
    const env = { ...desktop.env, VITE_DEV_SERVER_URL: url };
    return await runRestarting(desktop.electron.executable, electronArguments, env, changed);
  } finally {
    await server.close();
    await desktop.close();
  }
});

async function buildPrograms() {
  const builder = await createBuilder({ configFile: path.join(root, 'vite.config.ts'), logLevel: 'warn' });
  await Promise.all(
    programs.map(async (name) => {
      const environment = builder.environments[name];
      if (environment !== undefined) await builder.build(environment);
    }),
  );
}

/**
 * @param {import('vite').ViteDevServer['watcher']} watcher
 * @returns {() => Promise<void>} settles once what runs in Node has changed since it was last asked
 */
function watchPrograms(watcher) {
  let hasChanged = false;
  /** @type {(() => void) | undefined} */
  let announce;
  watcher.add(programSources);
  watcher.on('all', (_event, file) => {
    if (/\.test\.tsx?$/.test(file) || !programSources.some((folder) => file.startsWith(folder + path.sep))) return;
    hasChanged = true;
    announce?.();
  });
  return async () => {
    if (!hasChanged) {
      await new Promise((resolve) => {
        announce = () => resolve(undefined);
      });
    }
    await wait(settleMs);
    hasChanged = false;
  };
}

/**
 * Runs Electron until the person closes it, with a fresh one after each change that builds.
 *
 * @param {string} executable
 * @param {string[]} electronArguments
 * @param {NodeJS.ProcessEnv} env
 * @param {() => Promise<void>} changed
 * @returns {Promise<number>} exit code
 */
async function runRestarting(executable, electronArguments, env, changed) {
  for (;;) {
    const child = spawn(executable, electronArguments, { cwd: root, env, stdio: 'inherit' });
    const exit = forwardSignalsUntilExit(child);
    const closed = await Promise.race([exit, rebuiltAfter(changed)]);
    if (closed !== 'rebuilt') return closed;
    child.kill();
    await exit;
  }
}

/**
 * @param {() => Promise<void>} changed
 * @returns {Promise<'rebuilt'>}
 */
async function rebuiltAfter(changed) {
  for (;;) {
    await changed();
    try {
      await buildPrograms();
      say('rebuilt; starting again');
      return 'rebuilt';
    } catch (error) {
      say(`not restarted: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
