import { sqliteCode } from '../../src-shared/sql/gateway.ts';

/** The file is readable but not what it should be. */
export class StoreDamage extends Error {
  override readonly name = 'StoreDamage';
}

export type StoreFailureKind = 'disk-full' | 'damaged' | 'failed';

/** SQLite's primary result codes; the upper bits of an extended code say more than we need. */
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;

/** What an error of the database means for the store. */
export function failureKindOf(error: unknown): StoreFailureKind {
  if (error instanceof StoreDamage) return 'damaged';
  if (!(error instanceof Error)) return 'failed';
  const primary = 'rawCode' in error && typeof error.rawCode === 'number' ? error.rawCode & 0xff : null;
  const name = sqliteCode(error) ?? '';
  if (primary === sqliteFull || name === 'SQLITE_FULL' || ('code' in error && error.code === 'ENOSPC'))
    return 'disk-full';
  if (primary === sqliteCorrupt || primary === sqliteNotADatabase) return 'damaged';
  return name.startsWith('SQLITE_CORRUPT') || name === 'SQLITE_NOTADB' ? 'damaged' : 'failed';
}
