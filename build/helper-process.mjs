import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findProgram } from './places.mjs';
import { ToolError } from './say.mjs';

/**
 * @typedef {object} HelperProcess
 * @property {Promise<string>} firstLine what the program wrote first to its file descriptor 3
 * @property {() => boolean} isRunning
 * @property {() => Promise<void>} stop ends it and waits until it is gone
 */

/**
 * Starts a program that serves a run (a display, a bus, a keyring) and must never outlive it. It gets a process
 * group of its own, so that Ctrl-C ends what was run first and its display after; if we are killed outright the
 * kernel ends it (setpriv, where there is one).
 *
 * @param {string} program
 * @param {readonly string[]} programArguments
 * @param {{ env?: NodeJS.ProcessEnv, input?: string }} [options] `input` goes to its standard input
 * @returns {HelperProcess}
 */
export function startHelper(program, programArguments, { env = process.env, input = '' } = {}) {
  const setpriv = findProgram('setpriv');
  const command = findProgram(program);
  if (command === undefined) throw new ToolError(`${program} is not installed`);
  const child = spawn(
    setpriv ?? command,
    setpriv === undefined ? [...programArguments] : ['--pdeathsig', 'TERM', command, ...programArguments],
    { env, detached: true, stdio: ['pipe', 'ignore', 'ignore', 'pipe'] },
  );
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  const exited = once(child, 'exit').catch(() => undefined);
  const isRunning = () => child.exitCode === null && child.signalCode === null && child.pid !== undefined;
  return {
    firstLine: readFirstLine(/** @type {import('node:stream').Readable} */ (child.stdio[3]), program),
    isRunning,
    async stop() {
      if (!isRunning()) return;
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(force);
    },
  };
}

/**
 * @param {import('node:stream').Readable} stream
 * @param {string} program
 */
async function readFirstLine(stream, program) {
  let text = '';
  stream.setEncoding('utf8');
  for await (const chunk of stream) {
    text += String(chunk);
    const end = text.indexOf('\n');
    if (end >= 0) return text.slice(0, end).trim();
  }
  throw new ToolError(`${program} did not start`);
}
