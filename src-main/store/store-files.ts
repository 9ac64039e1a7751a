import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A database file and SQLite's own companions. It goes last, so that a rename cut short can be finished. */
const companions = ['-wal', '-shm', ''] as const;
/** Files set aside are kept, but not without end (safety R17). */
const maxSetAside = 2;

/**
 * What the last process that had the database noted beside it: libsql can end a process on a damaged file (safety F11),
 * so the next one must know how the last one ended. `clean`: it closed the file. `open`: it ended while the file was
 * open. `opening`: it ended while opening, so often. `damaged`: it met damage. `salvaging`: it ended between setting the
 * file aside as `keptAs` and having what could be saved of it in a new one; that was tried so often.
 */
export type LastRun =
  | { readonly kind: 'clean' | 'open' | 'damaged' }
  | { readonly kind: 'opening'; readonly count: number }
  | Salvaging;
export type Salvaging = { readonly kind: 'salvaging'; readonly count: number; readonly keptAs: string };

const notePath = (databasePath: string): string => `${databasePath}.state`;

export function readLastRun(databasePath: string): LastRun {
  const file = notePath(databasePath);
  if (!existsSync(file)) return { kind: 'clean' };
  const [word, count, name] = readFileSync(file, 'utf8').slice(0, 200).split(' ');
  if (word === 'opening') return { kind: 'opening', count: Number(count) || 1 };
  if (word === 'salvaging' && name !== undefined && isAsideName(databasePath, name))
    return { kind: 'salvaging', count: Number(count) || 1, keptAs: name };
  return { kind: word === 'damaged' ? 'damaged' : 'open' };
}

/** Best effort: on a full disk the note cannot be written, and the database must still open to be read. */
export function noteRun(databasePath: string, run: LastRun): void {
  const count = 'count' in run ? ` ${run.count}` : '';
  const note = run.kind + count + ('keptAs' in run ? ` ${run.keptAs}` : '');
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

/** A free name for a database that is to be set aside, without its folder. */
export function nameAside(databasePath: string, nowMs: number): string {
  let stamp = nowMs;
  while (existsSync(`${databasePath}.bad-${stamp}`)) stamp += 1;
  return `${path.basename(databasePath)}.bad-${stamp}`;
}

/** Renames a database and its companions out of the way and drops all but the two newest that were set aside. */
export function setAside(databasePath: string, keptAs: string): void {
  const folder = path.dirname(databasePath);
  for (const companion of companions) {
    const from = databasePath + companion;
    if (existsSync(from)) renameSync(from, path.join(folder, keptAs + companion));
  }
  const kept = readdirSync(folder)
    .filter((file) => isAsideName(databasePath, file))
    .sort((one, other) => stampOf(other) - stampOf(one));
  for (const old of kept.slice(maxSetAside))
    for (const companion of companions) rmSync(path.join(folder, old + companion), { force: true });
}

function isAsideName(databasePath: string, file: string): boolean {
  const prefix = `${path.basename(databasePath)}.bad-`;
  return file.startsWith(prefix) && /^\d+$/.test(file.slice(prefix.length));
}

const stampOf = (file: string): number => Number(file.slice(file.lastIndexOf('-') + 1));
