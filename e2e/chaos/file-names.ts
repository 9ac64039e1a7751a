import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { maxFileNameBytes, sanitizeFileName } from '../../src-shared/domain/file-name.ts';
import { createRandom, type Random } from '../../src-shared/protocol/random.ts';
import { workedMs } from './cpu-time.ts';
import { readNumbers } from './options.ts';
import { pathAttacks } from './path-attacks.ts';

export type NameReport = { readonly names: number; readonly faults: readonly string[]; readonly slowestMs: number };

const pieces = [
  ['/', '\\', '..', '.', ' ', ':', '*', '?', '"', '<', '>', '|', '\0', '\n', '\t', '\u007f', '\u0085'],
  ['\u202e', '\u2066', '\u200f', '\u061c', '\u200b', '\ufeff', '\u2028', '\ud800', '\udc00', '\u0301', '\u212a'],
  ['con', 'NUL', 'com1', 'lpt\u00b9', 'conin$', 'aux.', 'desktop.ini', 'Thumbs.db', '.DS_Store', 'autorun.inf'],
  ['.exe', '.png', '.tar.gz', 'C:', '\\\\?\\', 'file://', '%2e%2e', '::$DATA', '~', '-rf', '$(x)', '`x`'],
  ['林晚', '的照片', '📷', '👨‍👩‍👧', 'ﬁ', 'İ', 'ß', 'e\u0301', 'x'.repeat(200), '长'.repeat(90), '😀'.repeat(60)],
].flat();

function wildName(random: Random): string {
  let name = '';
  for (let length = random.below(8); length >= 0; length -= 1) {
    if (random.oneIn(3)) name += random.pick(pieces);
    else if (random.oneIn(4)) name += String.fromCharCode(random.below(0x1_0000));
    else name += String.fromCharCode(0x20 + random.below(0x60));
  }
  return name;
}

const reserved =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i;
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unfit = /[\u0000-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff<>:"/\\|?*]/;

/** What is wrong with a cleaned name (safety §1.1). */
function faultOf(name: string): string | null {
  if (name === '' || name !== name.toWellFormed()) return 'is no text';
  if (sanitizeFileName(name) !== name) return 'is not the same when it is cleaned again';
  if (Buffer.byteLength(name) > maxFileNameBytes) return 'is too long';
  if (unfit.test(name)) return 'has a character that it must not have';
  if (path.win32.basename(name) !== name || path.posix.basename(name) !== name) return 'is more than one segment';
  if (/^[. ]|[. ]$/.test(name)) return 'begins or ends with a dot or a space';
  return reserved.test(name) ? 'names a device' : null;
}

/** A folder in memory, where the system has such. */
const memory = (): string => (existsSync('/dev/shm') ? '/dev/shm' : tmpdir());

/**
 * Cleans `count` wild names and every attack on paths, and makes a file of each in a real folder: it is there, and
 * nothing is anywhere else (safety T4).
 */
export function cleanNames(count: number, seed: number): NameReport {
  const random = createRandom(seed);
  const root = mkdtempSync(path.join(memory(), 'kith-names-'));
  const dir = path.join(root, 'a', 'b', 'downloads');
  mkdirSync(dir, { recursive: true });
  const faults: string[] = [];
  let slowestMs = 0;
  const check = (wild: string): void => {
    const startMs = workedMs();
    const name = sanitizeFileName(wild);
    slowestMs = Math.max(slowestMs, workedMs() - startMs);
    const fault = faultOf(name) ?? createFault(dir, name);
    if (fault !== null) faults.push(`${JSON.stringify(wild.slice(0, 80))} → ${JSON.stringify(name)} ${fault}`);
  };
  try {
    for (const attack of pathAttacks) check(attack);
    for (let made = 0; made < count; made += 1) check(wildName(random));
    const found = readdirSync(root, { recursive: true }).map(String).toSorted();
    const expected = ['a', path.join('a', 'b'), path.join('a', 'b', 'downloads')];
    if (found.join('\n') !== expected.join('\n')) faults.push(`outside the folder: ${found.join(', ')}`);
  } finally {
    rmSync(root, { recursive: true });
  }
  return { names: count + pathAttacks.length, faults, slowestMs };
}

function createFault(dir: string, name: string): string | null {
  const file = path.join(dir, name);
  if (path.dirname(file) !== dir || path.relative(dir, file) !== name) return 'leads out of its folder';
  try {
    closeSync(openSync(file, 'wx'));
    if (!readdirSync(dir).includes(name)) return 'is another name on the disk';
    unlinkSync(file);
    return null;
  } catch (error) {
    return `cannot be created: ${error instanceof Error ? error.message.slice(0, 60) : 'unknown'}`;
  }
}

/** The long run: 100,000 names and 300 attacks on paths. */
export async function run(args: string[]): Promise<number> {
  const options = readNumbers(args, { names: 100_000, seed: 1 });
  if (options === null) return 2;
  const { names, faults, slowestMs } = cleanNames(options.names, options.seed);
  console.log(`${names} names, the slowest took ${slowestMs.toFixed(2)} ms: ${faults.length} faults`);
  for (const fault of faults.slice(0, 20)) console.log(`  ${fault}`);
  return faults.length === 0 ? 0 : 1;
}
