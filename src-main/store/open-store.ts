import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';
import { openDatabase, type Database } from '../../src-shared/sql/gateway.ts';
import { applyPragmas, migrate } from '../../src-shared/sql/migrate.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import type { StoreContext } from './context.ts';
import type { OpenInput, OpenReport } from './operations.ts';
import { migrations } from './schema.ts';
import { deriveKeys, type StoreKeys } from './seal.ts';
import { failureKindOf, StoreDamage } from './store-damage.ts';
import { restoreSalvage } from './restore-salvage.ts';
import { emptySalvage, readSalvage, type Salvage } from './salvage.ts';
import { dropOrphans, nameAside, noteRun, readLastRun, setAside, type Salvaging } from './store-files.ts';
import { createTouches } from './touches.ts';

/** Two crashes while opening are the file's fault; one may have been a kill from outside. */
const maxCrashesWhileOpening = 2;
const maxSalvageTries = 2;

export type OpenedStore = {
  readonly context: StoreContext;
  readonly report: OpenReport;
  /** Writes everything into the one file and closes it. */
  readonly close: () => void;
  /** Whether tables and indexes agree. Slow: for when an error makes no sense otherwise. */
  readonly isSound: () => boolean;
  /** The file was found damaged while in use: the next opening sets it aside. */
  readonly noteDamage: () => void;
};

/**
 * Opens or makes an account's database (safety F13, R17). A file that is damaged, is no database, has another key or
 * belongs to another account is set aside and a new one made.
 * @throws when the disk or the rights forbid it, or the file was written by a newer version: then nothing is touched.
 */
export function openStore(input: OpenInput, nowMs: number): OpenedStore {
  if (input.path === null) {
    const keys = deriveKeys(randomBytes(32));
    const db = openDatabase(new Libsql(':memory:'));
    prepare(db, input.self);
    return opened(db, keys, input, { outcome: 'created', keptAs: null }, null);
  }
  if (input.key === null) throw new Error('a database on disk needs a key');
  const keys = deriveKeys(input.key);
  const file = input.path;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lastRun = readLastRun(file);
  if (lastRun.kind === 'salvaging') return openAnew(file, keys, input, lastRun, nowMs);
  if (existsSync(file)) {
    const db = tryOpen(file, keys, input.self);
    if (db !== null) return opened(db, keys, input, { outcome: 'opened', keptAs: null }, file);
    // Who has ended two processes may end the one that looks for what can be saved as well: it is tried once.
    const count = lastRun.kind === 'opening' ? maxSalvageTries - 1 : 0;
    const aside = { kind: 'salvaging', count, keptAs: nameAside(file, nowMs) } as const;
    return openAnew(file, keys, input, aside, nowMs);
  }
  dropOrphans(file);
  return opened(openFile(file, keys, input.self, false), keys, input, { outcome: 'created', keptAs: null }, file);
}

/**
 * Sets the file aside, where that was not done, and begins a new one with what can be saved of it (safety R17). The
 * old file may end this process: then the next one goes on from here, at last without it.
 */
function openAnew(file: string, keys: StoreKeys, input: OpenInput, aside: Salvaging, nowMs: number): OpenedStore {
  const { keptAs } = aside;
  const { self } = input;
  const asidePath = path.join(path.dirname(file), keptAs);
  noteRun(file, { ...aside, count: aside.count + 1 });
  try {
    if (existsSync(file) && !existsSync(asidePath)) moveAway(file, keptAs);
    const salvage = aside.count < maxSalvageTries ? salvageFrom(asidePath, keys, self) : emptySalvage;
    const db = openFile(file, keys, self, false);
    const saved = restoreSalvage(contextOf(db, keys, input), salvage, nowMs);
    return opened(db, keys, input, { outcome: 'set-aside', keptAs, saved }, file);
  } catch (error) {
    noteRun(file, failureKindOf(error) === 'damaged' ? { kind: 'damaged' } : aside);
    throw error;
  }
}

function salvageFrom(asidePath: string, keys: StoreKeys, self: UserId): Salvage {
  try {
    const db = openRaw(asidePath, keys);
    try {
      return readSalvage(db, self, keys.macKey);
    } finally {
      db.close();
    }
  } catch {
    return emptySalvage;
  }
}

/** Some systems do not rename a file that this process has still open: then the next process does it (see LastRun). */
function moveAway(file: string, keptAs: string): void {
  try {
    setAside(file, keptAs);
  } catch {
    throw new StoreDamage('the damaged database could not be set aside');
  }
}

/** The database in an existing file, or null where the file is to be set aside. */
function tryOpen(file: string, keys: StoreKeys, self: UserId): Database | null {
  const lastRun = readLastRun(file);
  const crashes = lastRun.kind === 'opening' ? lastRun.count : 0;
  if (lastRun.kind === 'damaged' || crashes >= maxCrashesWhileOpening) return null;
  noteRun(file, { kind: 'opening', count: crashes + 1 });
  try {
    return openFile(file, keys, self, lastRun.kind !== 'clean');
  } catch (error) {
    if (failureKindOf(error) === 'damaged') return null;
    noteRun(file, lastRun);
    throw error;
  }
}

function openFile(file: string, keys: StoreKeys, self: UserId, mustProbe: boolean): Database {
  const db = openRaw(file, keys);
  try {
    prepare(db, self);
    if (mustProbe && !passes(db, 'quick_check')) throw new StoreDamage('the database failed its check');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function openRaw(file: string, keys: StoreKeys): Database {
  // libsql's types leave the encryption out.
  const options = { timeout: 5_000, encryptionCipher: 'aes256cbc', encryptionKey: keys.databaseKey };
  return openDatabase(new Libsql(file, options));
}

function prepare(db: Database, self: UserId): void {
  applyPragmas(db);
  // 8 MB of pages, which are costly to decrypt; a log that a large merge blew up is cut again.
  db.exec('PRAGMA cache_size = -8000; PRAGMA journal_size_limit = 16777216;');
  const migrated = migrate(db, migrations);
  if (!migrated.ok) throw new Error(`the database is of version ${migrated.error.version}, newer than this program`);
  db.run('INSERT INTO account (id, self_id) VALUES (1, ?) ON CONFLICT DO NOTHING', [self]);
  if (db.get<{ self_id: number }>('SELECT self_id FROM account')?.self_id !== self)
    throw new StoreDamage('the database belongs to another account');
}

type Check = 'quick_check' | 'integrity_check';

/**
 * Reads every page but those of the search's index once; `integrity_check` compares tables and indexes as well. Only
 * where there is a reason: the quick one takes about 0.3 s for 1,000,000 messages. The index of the search would take
 * far longer, and is made anew where it turns out to be damaged: no history is set aside for it.
 */
function passes(db: Database, check: Check): boolean {
  const tables = db.all<{ name: string }>(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'search_grams*'`,
  );
  return ['sqlite_schema', ...tables.map(({ name }) => name)].every((table) => {
    const found = db.get<{ verdict: Uint8Array }>(
      `SELECT CAST(${check} AS BLOB) AS verdict FROM pragma_${check}(?) LIMIT 1`,
      [table],
    );
    return found !== undefined && Buffer.from(found.verdict).toString() === 'ok';
  });
}

function contextOf(db: Database, keys: StoreKeys, input: OpenInput): StoreContext {
  const { self, serverOrigin = '' } = input;
  return { db, self, macKey: keys.macKey, serverOrigin, touches: createTouches() };
}

function opened(db: Database, keys: StoreKeys, input: OpenInput, report: OpenReport, file: string | null): OpenedStore {
  if (file !== null) noteRun(file, { kind: 'open' });
  return {
    context: contextOf(db, keys, input),
    report,
    close: () => {
      db.get('PRAGMA wal_checkpoint(TRUNCATE)');
      db.close();
      if (file !== null) noteRun(file, { kind: 'clean' });
    },
    isSound: () => passes(db, 'integrity_check'),
    noteDamage: () => {
      if (file !== null) noteRun(file, { kind: 'damaged' });
    },
  };
}
