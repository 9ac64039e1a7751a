import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { openDatabase, sqliteCode, type Database } from '../src-shared/sql/gateway.ts';
import { applyPragmas, migrate } from '../src-shared/sql/migrate.ts';
import { migrations } from './schema.ts';
import { StartError } from './start-error.ts';

/** Everything the server keeps: `kith.db` with its journal, and `files/`. */
export type DataFolder = {
  readonly db: Database;
  readonly filesDir: string;
  /** Brings the journal into the database and lets go of the folder. */
  readonly close: () => void;
};

/**
 * Opens the folder, making it when it is not there, and holds it for this process alone until the database closes.
 * @throws StartError when it cannot be written, is in use, damaged, or of a newer version.
 */
export function openDataFolder(dataDir: string): DataFolder {
  const filesDir = path.join(dataDir, 'files');
  try {
    mkdirSync(filesDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
    accessSync(filesDir, constants.W_OK);
  } catch (error) {
    throw new StartError('folder-not-writable', error);
  }
  const db = openFile(path.join(dataDir, 'kith.db'));
  try {
    applyPragmas(db);
    checkWhole(db);
    if (!migrate(db, migrations).ok) throw new StartError('database-too-new');
    return { db, filesDir, close: () => letGo(db) };
  } catch (error) {
    letGo(db);
    throw error instanceof StartError ? error : new StartError(startCode(error), error);
  }
}

/** Opens the database for this process alone: two servers on one folder would not see each other's connections. */
function openFile(file: string): Database {
  let db: Database | undefined;
  try {
    db = openDatabase(new Libsql(file));
    // A server that was just killed lets go of the file within this time.
    db.exec('PRAGMA busy_timeout = 500; PRAGMA locking_mode = EXCLUSIVE');
    db.transaction(() => undefined, 'exclusive');
    return db;
  } catch (error) {
    db?.close();
    throw new StartError(startCode(error), error);
  }
}

/**
 * libsql closes a file only when the last statement has been collected, so the lock is given up by hand: leaving
 * the journal mode writes everything into the database, and reading after the change of mode unlocks it.
 */
function letGo(db: Database): void {
  try {
    db.exec('PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_master');
  } catch {
    // Damaged, locked by another, or already closed: there is nothing to write.
  }
  db.close();
}

function checkWhole(db: Database): void {
  const verdict = db.get<{ quick_check: string }>('PRAGMA quick_check(1)')?.quick_check;
  if (verdict !== 'ok') throw new StartError('database-damaged');
}

function startCode(error: unknown): StartError['code'] {
  const code = sqliteCode(error) ?? '';
  if (code.startsWith('SQLITE_BUSY')) return 'folder-in-use';
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY')) return 'folder-not-writable';
  return 'database-damaged';
}
