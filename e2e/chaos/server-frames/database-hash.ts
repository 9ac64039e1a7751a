import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import Libsql from 'libsql';

/** A hash over every row of every table of a server that is stopped, and over the names of its files. */
export function hashOfData(dataDir: string): string {
  const hash = createHash('sha256');
  const db = new Libsql(path.join(dataDir, 'kith.db'));
  try {
    const tables = db.prepare("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name").all([]);
    for (const { name, sql } of tables as { name: string; sql: string }[]) {
      hash.update(`\n${sql}`);
      const columns = db.prepare(`SELECT name FROM pragma_table_info('${name}')`).all([]) as { name: string }[];
      // As bytes: whatever a hostile client got in must not stop the reading.
      const row = columns.map((column) => `hex("${column.name}")`).join(` || ',' || `);
      for (const { line } of db.prepare(`SELECT ${row} AS line FROM "${name}" ORDER BY 1`).all([]) as {
        line: string;
      }[])
        hash.update(`\n${line}`);
    }
  } finally {
    db.close();
  }
  for (const file of readdirSync(path.join(dataDir, 'files'), { recursive: true }).map(String).toSorted())
    hash.update(`\n${file}`);
  return hash.digest('hex');
}
