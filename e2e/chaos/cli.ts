import { run as runDamage } from './damage.ts';
import { run as runDecoder } from './decoder-fuzz.ts';
import { run as runFileNames } from './file-names.ts';
import { run as runFrameBombs } from './frame-bombs.ts';
import { run as runHalfOpen } from './half-open.ts';
import { run as runImageHeaders } from './image-headers.ts';
import { run as runIpc } from './ipc-run.ts';
import { run as runKillApp } from './kill-app.ts';
import { run as runKillServer } from './kill-server.ts';
import { run as runPolyglots } from './polyglots.ts';
import { run as runServerFrames } from './server-frames.ts';
import { run as runDiskFull } from './disk-full.ts';
import { run as runKillWriter } from './kill-writer.ts';
import { run as runCrashPoints } from './simulation/run-crash-points.ts';
import { run as runSimulation } from './simulation/run-simulation.ts';
import { run as runSockets } from './sockets.ts';

/** The long runs, by name. Each takes its own arguments and returns an exit code. */
const commands: Readonly<Record<string, { readonly says: string; readonly run: (args: string[]) => Promise<number> }>> =
  {
    simulation: {
      says: 'our core on five kinds of server under every fault  [--runs=25000 --from=1 --jobs=N | --seed=N] [--flaw=NAME]',
      run: runSimulation,
    },
    'crash-points': {
      says: 'twelve scenarios, a crash after every commit and every frame  [--variants=4]',
      run: runCrashPoints,
    },
    sockets: {
      says: 'two programs over failing lines, our server and another make  [--runs=60 --messages=200 --seed=1 --parallel=2 --swallowed=200]',
      run: runSockets,
    },
    'kill-server': { says: 'kill -9 of the server under load  [--loops=50 --seed=1]', run: runKillServer },
    'server-frames': { says: 'hostile frames into the live server  [--frames=100000 --seed=1]', run: runServerFrames },
    'half-open': { says: 'how soon a dead line is noticed  [--runs=40 --seed=1]', run: runHalfOpen },
    ipc: {
      says: 'hostile calls of every channel of main  [--calls=50000 --seed=1 --jobs=N --channel=NAME]',
      run: runIpc,
    },
    decoder: { says: '200,000 random and 1,000,000 spoilt frames through the decoders  [--seed=N]', run: runDecoder },
    damage: { says: '300 damaged databases opened and used  [--runs=300 --seed=1]', run: runDamage },
    'kill-app': { says: 'kill -9 of the whole program during a burst, real Electron  [--loops=10]', run: runKillApp },
    'disk-full': {
      says: 'a disk of a few MB is filled and given space again; as root, on Linux  [--megabytes=4]',
      run: runDiskFull,
    },
    'file-names': {
      says: '100,000 names and 300 attacks on paths, each made a file  [--names=100000 --seed=1]',
      run: runFileNames,
    },
    'image-headers': {
      says: '100,000 spoilt images, read and stripped  [--images=100000 --seed=1]',
      run: runImageHeaders,
    },
    'frame-bombs': {
      says: 'frames that are too much: compressed, endless, of 64 MB; memory is measured, on Linux  [--rounds=3]',
      run: runFrameBombs,
    },
    polyglots: { says: '60 files that are two things at once, 30 image bombs  [--rounds=100]', run: runPolyglots },
    'kill-writer': {
      says: '100 × kill -9 of the store in the middle of writing  [--loops=100 --seed=1]',
      run: runKillWriter,
    },
  };

/** `npm run chaos -- <command> [options]`: runs one of the long tests, or lists them. */
export async function run(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (Object.hasOwn(commands, name)) return (await commands[name]?.run(rest)) ?? 1;
  console.log('npm run chaos -- <command> [options]\n');
  for (const [command, { says }] of Object.entries(commands)) console.log(`  ${command.padEnd(14)} ${says}`);
  return name === '' ? 0 : 2;
}
