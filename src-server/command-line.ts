import { parseArgs, type ParseArgsConfig } from 'node:util';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import { defaultLimits } from './limits.ts';
import { completeOptions, defaultPort, type ServerOptions } from './options.ts';

const mebibyte = 2 ** 20;

/** What a number may be, by option. */
const numbers = {
  port: { min: 0, max: 65_535 },
  // A frame holds 140 MiB of JSON, and base64 takes four bytes for three.
  'max-file-mb': { min: 1, max: 100 },
  'quota-mb': { min: 1, max: 1_048_576 },
  'max-connections': { min: 1, max: 100_000 },
  'max-connections-per-address': { min: 1, max: 100_000 },
  'requests-per-second': { min: 1, max: 1_000_000 },
} as const;

const { maxFileBytes, maxStoredBytesPerPerson, maxConnections, maxConnectionsPerAddress, requestsPerSecond } =
  defaultLimits;

export const helpText = `Kith server

Usage: npm run server -- [options]

  --host ADDRESS                     listen on this address (127.0.0.1: this computer only)
  --port NUMBER                      listen on this port, 0 for any free one (${defaultPort})
  --data FOLDER                      keep everything in this folder (./data)
  --registration open|closed         whether new accounts can be made (open)
  --allowed-host NAME                another name under which clients reach this server; may be repeated
  --max-file-mb NUMBER               largest file, 1 to 100 MB (${maxFileBytes / mebibyte})
  --quota-mb NUMBER                  files of one person together, in MB (${maxStoredBytesPerPerson / mebibyte})
  --max-connections NUMBER           connections at once (${maxConnections})
  --max-connections-per-address NUMBER
                                     connections at once from one address (${maxConnectionsPerAddress})
  --requests-per-second NUMBER       requests of one person; above, they wait (${requestsPerSecond})
  --help                             show this

The log goes to the standard error output, one JSON object per line, without names, texts or secrets.
Exit codes: 0 stopped, 1 unexpected error, 2 bad option, 3 port or address not available,
4 data folder not usable, 5 database damaged or of a newer version.
`;

const spec = {
  host: { type: 'string' },
  port: { type: 'string' },
  data: { type: 'string' },
  registration: { type: 'string' },
  'allowed-host': { type: 'string', multiple: true },
  'max-file-mb': { type: 'string' },
  'quota-mb': { type: 'string' },
  'max-connections': { type: 'string' },
  'max-connections-per-address': { type: 'string' },
  'requests-per-second': { type: 'string' },
  help: { type: 'boolean' },
} as const satisfies ParseArgsConfig['options'];

/** Reads the command line. The error is one line for the person who typed it. */
export function parseCommandLine(args: readonly string[]): Result<ServerOptions | 'help', string> {
  let given;
  try {
    given = parseArgs({ args: [...args], options: spec, strict: true }).values;
  } catch (error) {
    const [firstSentence = 'bad option'] = error instanceof Error ? error.message.split(/[.\n]/) : [];
    return err(firstSentence);
  }
  if (given.help === true) return ok('help');

  const faults: string[] = [];
  const number = (name: keyof typeof numbers, otherwise: number): number => {
    const text = given[name];
    if (text === undefined) return otherwise;
    const { min, max } = numbers[name];
    const value = /^\d{1,7}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    faults.push(`--${name} must be a whole number from ${min} to ${max}`);
    return otherwise;
  };

  const registration = given.registration ?? 'open';
  if (registration !== 'open' && registration !== 'closed') faults.push('--registration must be open or closed');
  const dataDir = given.data ?? './data';
  if (dataDir === '') faults.push('--data must name a folder');
  const host = given.host ?? '127.0.0.1';
  if (host === '') faults.push('--host must name an address');
  const options = completeOptions({
    host,
    dataDir,
    port: number('port', defaultPort),
    registration: registration === 'closed' ? 'closed' : 'open',
    allowedHosts: given['allowed-host'] ?? [],
    limits: {
      maxFileBytes: number('max-file-mb', maxFileBytes / mebibyte) * mebibyte,
      maxStoredBytesPerPerson: number('quota-mb', maxStoredBytesPerPerson / mebibyte) * mebibyte,
      maxConnections: number('max-connections', maxConnections),
      maxConnectionsPerAddress: number('max-connections-per-address', maxConnectionsPerAddress),
      requestsPerSecond: number('requests-per-second', requestsPerSecond),
    },
  });
  const [fault] = faults;
  return fault === undefined ? ok(options) : err(fault);
}
