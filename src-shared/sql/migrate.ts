import { err, ok, type Result } from '../kernel/result.ts';
import type { Database } from './gateway.ts';

/** One step of the schema: SQL, or a function where SQL is not enough. Never edited once released; add another. */
export type Migration = string | ((db: Database) => void);

/** The database was written by a newer version of the program: it must not be touched. */
export type TooNew = { readonly code: 'too-new'; readonly version: number };

/**
 * Settings of every connection (safety F14). libsql's own defaults are a rollback journal and no busy timeout.
 * Run them right after opening: the first one reads the file, so a damaged file or a wrong key throws here.
 */
export function applyPragmas(db: Database): void {
  db.exec(
    `PRAGMA busy_timeout = 5000;
     PRAGMA journal_mode = WAL;
     PRAGMA synchronous = FULL;
     PRAGMA foreign_keys = ON;
     PRAGMA temp_store = MEMORY;
     PRAGMA secure_delete = ON;`,
  );
}

/**
 * Brings the schema up to date. Each step commits together with its number (`user_version`), so a crash
 * between two steps goes on where it stopped.
 * @returns the version the file had and the one it has now.
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[],
): Result<{ readonly from: number; readonly to: number }, TooNew> {
  const from = userVersion(db);
  if (from > migrations.length) return err({ code: 'too-new', version: from });
  for (const [index, migration] of migrations.entries()) {
    if (index < from) continue;
    db.transaction(() => {
      if (typeof migration === 'string') db.exec(migration);
      else migration(db);
      db.exec(`PRAGMA user_version = ${index + 1}`);
    }, 'exclusive');
  }
  return ok({ from, to: migrations.length });
}

function userVersion(db: Database): number {
  return db.get<{ user_version: number }>('PRAGMA user_version')?.user_version ?? 0;
}
