import type { Database } from '../../../src-shared/sql/gateway.ts';
import { migrations } from '../schema.ts';

/**
 * Makes a database what an earlier version left: nothing is there of the first migration with these words in it, nor of
 * any after it.
 */
export function undoMigrations(db: Database, words: string): void {
  const version = migrations.findIndex((step) => String(step).includes(words));
  if (version === -1) throw new Error(`no migration says ${words}`);
  for (const step of migrations.slice(version).toReversed()) {
    const made = (pattern: RegExp): RegExpStringIterator<RegExpExecArray> => String(step).matchAll(pattern);
    for (const [, index] of made(/CREATE INDEX (\w+)/g)) db.exec(`DROP INDEX ${index}`);
    for (const [, table, column] of made(/ALTER TABLE (\w+) ADD COLUMN (\w+)/g))
      db.exec(`ALTER TABLE ${table} DROP COLUMN ${column}`);
    for (const [, table] of made(/CREATE TABLE (\w+)/g)) db.exec(`DROP TABLE ${table}`);
  }
  db.exec(`PRAGMA user_version = ${version}`);
}
