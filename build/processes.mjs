import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import path from 'node:path';
import { root } from './places.mjs';
import { ToolError } from './say.mjs';

/** @type {readonly NodeJS.Signals[]} */
const forwarded = process.platform === 'win32' ? ['SIGINT', 'SIGTERM'] : ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs a command in the foreground, passing our signals on to it.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} its exit code; 128 + number when a signal ended it, as a shell says it
 */
export async function runInForeground(command, commandArguments, env = process.env) {
  // npm's command files are scripts on Windows, which only a shell runs.
  const shell = process.platform === 'win32' && !path.isAbsolute(command);
  const child = spawn(command, [...commandArguments], { cwd: root, env, stdio: 'inherit', shell });
  return forwardSignalsUntilExit(child);
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<number>} exit code
 */
export async function forwardSignalsUntilExit(child) {
  /** @param {NodeJS.Signals} signal */
  const forward = (signal) => {
    // Ctrl-C in a terminal reaches the whole group by itself; a second one would cut the child's goodbye short.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    child.kill(signal);
  };
  for (const signal of forwarded) process.on(signal, forward);
  try {
    const [code, signal] = /** @type {[number | null, NodeJS.Signals | null]} */ (await once(child, 'exit'));
    return code ?? 128 + (signal === null ? 0 : os.constants.signals[signal]);
  } catch (error) {
    const { code, path: command } = /** @type {NodeJS.ErrnoException} */ (error);
    throw code === 'ENOENT' ? new ToolError(`there is no program ${command} here`) : error;
  } finally {
    for (const signal of forwarded) process.off(signal, forward);
  }
}

/**
 * Runs a command and keeps what it says, for showing only when it fails.
 *
 * @param {string} command
 * @param {readonly string[]} commandArguments
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<{ code: number, output: string, stdout: string }>} `output` has stdout and stderr as they came
 */
export async function runQuietly(command, commandArguments, { env = process.env, cwd = root } = {}) {
  const child = spawn(command, [...commandArguments], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    output += chunk;
    stdout += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
    output += chunk;
  });
  const exited = forwardSignalsUntilExit(child);
  const closed = once(child, 'close');
  const code = await exited;
  await closed;
  return { code, output, stdout };
}
