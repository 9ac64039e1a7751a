import { utilityProcess } from 'electron';
import path from 'node:path';
import type { Clock, ForkChild, Logger } from '../ports.ts';

const programs = {
  store: { file: ['store', 'process.mjs'], serviceName: 'Kith Store' },
  server: { file: ['server', 'embedded.mjs'], serviceName: 'Kith Server' },
} as const;

/** What a process needs to find its libraries, its temporary folder and its time zone. Nothing else is handed on. */
const handedOn = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SystemRoot',
  'windir',
  'USERPROFILE',
  'LOCALAPPDATA',
  'APPDATA',
];

const killPatienceMs = 2_000;

/**
 * Starts our processes as Electron utility processes. Of what they print only the class of an error is kept:
 * the rest could quote anything (safety T31).
 * @param distDir absolute path of the built files; inside a packaged archive, where native parts lie unpacked beside it.
 */
export function createForkChild(distDir: string, clock: Clock, log: Logger): ForkChild {
  // The folder itself, so that `app.asar.unpacked` stays as it is.
  const unpackedDir = distDir.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked');
  return (program) => {
    const { file, serviceName } = programs[program];
    const child = utilityProcess.fork(path.join(unpackedDir, ...file), [], {
      serviceName,
      stdio: 'pipe',
      env: childEnv(),
    });
    let isGone = false;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.on('data', (chunk: Buffer) => {
        const error = errorClass(chunk);
        if (error !== null) log('child-complained', { program, error });
      });
    }
    child.on('spawn', () => log('child-started', { program }));
    child.on('exit', (code) => {
      isGone = true;
      log('child-ended', { program, code });
    });
    // Without a listener Electron would throw this in our own process.
    child.on('error', (type) => log('child-broke', { program, type }));
    return {
      send: (message) => {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a process has no origin
        if (!isGone) child.postMessage(message);
      },
      onMessage: (listener) => void child.on('message', (message: unknown) => listener(message)),
      onExit: (listener) => void child.on('exit', (code) => listener(code)),
      kill: () => {
        child.kill();
        // The signal that Electron sends waits for a process that is stopped or stuck in the system.
        clock.setTimer(killPatienceMs, () => {
          if (!isGone && child.pid !== undefined) endAtOnce(child.pid);
        });
      },
    };
  };
}

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone meanwhile.
  }
}

function childEnv(): Record<string, string> {
  const known = handedOn.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(known.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The class of an error in what was printed, e.g. `TypeError`; null when there is none. */
function errorClass(chunk: Buffer): string | null {
  return /\b[A-Z]\w{0,30}Error\b/.exec(chunk.toString('latin1'))?.[0] ?? null;
}
