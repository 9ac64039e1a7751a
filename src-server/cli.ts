import path from 'node:path';
import { helpText, parseCommandLine } from './command-line.ts';
import { createNodePorts } from './node-ports.ts';
import type { ServerOptions } from './options.ts';
import { createServer } from './server.ts';
import { StartError, type StartErrorCode } from './start-error.ts';

/** The server as a command of its own: `npm run server -- --port 14514 --data ./data`. */

const exitCodes: Readonly<Record<StartErrorCode, number>> = {
  'port-taken': 3,
  'address-unavailable': 3,
  'folder-not-writable': 4,
  'folder-in-use': 4,
  'database-damaged': 5,
  'database-too-new': 5,
};

function explain(code: StartErrorCode, { host, port, dataDir }: ServerOptions): string {
  const folder = path.resolve(dataDir);
  switch (code) {
    case 'port-taken':
      return `port ${port} on ${host} is taken by another program`;
    case 'address-unavailable':
      return `cannot listen on ${host} port ${port}`;
    case 'folder-not-writable':
      return `cannot write to the data folder ${folder}`;
    case 'folder-in-use':
      return `another server is using the data folder ${folder}`;
    case 'database-damaged':
      return `the database in ${folder} is damaged or none of ours; move kith.db away to start anew`;
    case 'database-too-new':
      return `the database in ${folder} is from a newer version of the server`;
  }
}

function fail(exitCode: number, sentence: string): void {
  process.stderr.write(`kith server: ${sentence}\n`);
  process.exitCode = exitCode;
}

async function main(): Promise<void> {
  const options = parseCommandLine(process.argv.slice(2));
  if (!options.ok) return fail(2, `${options.error} (--help shows all options)`);
  if (options.value === 'help') {
    process.stdout.write(helpText);
    return undefined;
  }
  const ports = createNodePorts((line) => process.stderr.write(line));
  const server = createServer(options.value, ports);
  try {
    const { url } = await server.start();
    process.stdout.write(`Kith server is listening on ${url}\n`);
  } catch (error) {
    if (error instanceof StartError) return fail(exitCodes[error.code], explain(error.code, options.value));
    throw error;
  }
  const stop = (): void => {
    // A second signal finds no handler any more and ends the process at once.
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
    void server.stop();
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  return undefined;
}

await main();
