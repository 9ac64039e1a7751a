import { fork } from 'node:child_process';
import type { ForkChild } from '../ports.ts';

/**
 * Our processes under plain Node, for tests and command-line programs.
 * @param files absolute path of each program's built file.
 */
export function createNodeForkChild(files: Readonly<Partial<Record<'store' | 'server', string>>>): ForkChild {
  return (program) => {
    const file = files[program];
    if (file === undefined) throw new Error(`no file is known for the ${program}'s process`);
    const child = fork(file, [], {
      serialization: 'advanced',
      execArgv: [],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    // A message to a process that is just ending fails; its exit is told anyway.
    child.on('error', () => {});
    return {
      send: (message) => {
        if (child.connected) child.send(message as object, () => {});
      },
      onMessage: (listener) => void child.on('message', listener),
      onExit: (listener) => void child.on('exit', (code) => listener(code)),
      kill: () => void child.kill('SIGKILL'),
    };
  };
}
