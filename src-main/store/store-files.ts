import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** SQLite's own companions of a database file. */
const companions = ['', '-wal', '-shm'] as const;
/** Files set aside are kept, but not without end (safety R17). */
const maxSetAside = 2;

/**
 * What the last process that had the database noted beside it: libsql can end a process on a damaged file (safety F11),
 * so the next one must know how the last one ended. `clean`: it closed the file. `open`: it ended while the file was
 * open. `opening`: it ended while opening, so often. `damaged`: it met damage.
 */
export type LastRun =
  | { readonly kind: 'clean' | 'open' | 'damaged' }
  | { readonly kind: 'opening'; readonly count: number };

const notePath = (databasePath: string): string => `${databasePath}.state`;

export function readLastRun(databasePath: string): LastRun {
  const file = notePath(databasePath);
  if (!existsSync(file)) return { kind: 'clean' };
  const [word, count] = readFileSync(file, 'utf8').slice(0, 40).split(' ');
  if (word === 'opening') return { kind: 'opening', count: Number(count) || 1 };
  return { kind: word === 'damaged' ? 'damaged' : 'open' };
}

/** Best effort: on a full disk the note cannot be written, and the database must still open to be read. */
export function noteRun(databasePath: string, run: LastRun): void {
  const note = run.kind === 'opening' ? `opening ${run.count}` : run.kind;
  try {
    if (run.kind === 'clean') rmSync(notePath(databasePath), { force: true });
    else writeFileSync(notePath(databasePath), note, { mode: 0o600 });
  } catch {
    // Without it the next opening takes the file as it is, and finds damage when it meets it.
  }
}

/** A log without its database is of no use, and a new database must not take it for its own. */
export function dropOrphans(databasePath: string): void {
  for (const companion of companions) rmSync(databasePath + companion, { force: true });
}

/**
 * Renames a database and its companions out of the way and drops all but the two newest that were set aside.
 * @returns the name it has now, without its folder.
 */
export function setAside(databasePath: string, nowMs: number): string {
  const folder = path.dirname(databasePath);
  const name = path.basename(databasePath);
  let stamp = nowMs;
  while (existsSync(path.join(folder, `${name}.bad-${stamp}`))) stamp += 1;
  const keptAs = `${name}.bad-${stamp}`;
  for (const companion of companions) {
    const from = databasePath + companion;
    if (existsSync(from)) renameSync(from, path.join(folder, keptAs + companion));
  }
  const kept = readdirSync(folder)
    .filter((file) => file.startsWith(`${name}.bad-`) && /\.bad-\d+$/.test(file))
    .sort((one, other) => stampOf(other) - stampOf(one));
  for (const old of kept.slice(maxSetAside))
    for (const companion of companions) rmSync(path.join(folder, old + companion), { force: true });
  return keptAs;
}

const stampOf = (file: string): number => Number(file.slice(file.lastIndexOf('-') + 1));
