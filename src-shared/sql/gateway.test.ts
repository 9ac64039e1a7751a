import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import Libsql from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bytesOf, textOf } from './damaged-text.ts';
import { openDatabase, sqliteCode, type Database } from './gateway.ts';
import { applyPragmas, migrate, type Migration } from './migrate.ts';
import type { SqlParam, SqlValue } from './values.ts';

let db: Database;

beforeEach(() => {
  db = openDatabase(new Libsql(':memory:'));
  db.exec('CREATE TABLE things (id INTEGER PRIMARY KEY, whole INTEGER, text TEXT, bytes BLOB, anything)');
});
afterEach(() => db.close());

function storeAnything(value: SqlParam): SqlValue | undefined {
  const { lastInsertRowId } = db.run('INSERT INTO things (anything) VALUES (?)', [value]);
  return db.get<{ anything: SqlValue }>('SELECT anything FROM things WHERE id = ?', [lastInsertRowId])?.anything;
}

describe('parameters', () => {
  it('stores a whole number as INTEGER, also in a TEXT column', () => {
    db.run('INSERT INTO things (whole, text, anything) VALUES (?, ?, ?)', [-1, -1, 7]);
    expect(db.get('SELECT typeof(whole) AS w, text, typeof(anything) AS a FROM things')).toEqual({
      w: 'integer',
      text: '-1',
      a: 'integer',
    });
  });

  it('refuses what libsql would abort the process on, without repeating the value', () => {
    for (const value of [true, undefined, { secret: 1 }, Symbol('s'), () => 1, new Date(0), ['x']]) {
      expect(() => db.run('INSERT INTO things (anything) VALUES (?)', [value as unknown as SqlParam])).toThrow(
        /^SQL parameter 1 is [A-Za-z ]+, which cannot be stored$/,
      );
    }
    expect(() => db.get('SELECT ?', new Uint8Array(2) as unknown as SqlParam[])).toThrow(TypeError);
  });

  it('refuses numbers that would not come back the same', () => {
    for (const value of [NaN, Infinity, 2 ** 53, 1e300, 2n ** 63n])
      expect(() => storeAnything(value), String(value)).toThrow(TypeError);
  });

  it('brings back every storable text, with U+0000 and lone surrogates replaced', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        expect(storeAnything(text)).toBe(text.toWellFormed().replaceAll('\0', '\uFFFD'));
      }),
    );
    expect(storeAnything('a\0b\uD800')).toBe('a\uFFFDb\uFFFD');
  });

  it('brings back numbers, bytes and null', () => {
    for (const value of [0, -5, 2 ** 53 - 1, 1.5, null]) expect(storeAnything(value)).toBe(value);
    expect(storeAnything(12n)).toBe(12);
  });
});

describe('rows', () => {
  it('hands out bytes as plain Uint8Array by get, all and iterate', () => {
    db.run('INSERT INTO things (bytes) VALUES (?)', [new Uint8Array([1, 2, 255])]);
    const sql = 'SELECT bytes FROM things';
    for (const row of [db.get(sql), ...db.all(sql), ...db.iterate(sql)])
      expect(row).toStrictEqual({ bytes: new Uint8Array([1, 2, 255]) });
  });

  it('has nothing but the columns asked for', () => {
    db.run('INSERT INTO things (whole) VALUES (1)');
    expect(db.get('SELECT whole FROM things')).toStrictEqual({ whole: 1 });
    expect(db.get('SELECT whole FROM things WHERE whole = 2')).toBeUndefined();
  });

  it('reads damaged text as bytes without harm', () => {
    db.exec("INSERT INTO things (text) VALUES (CAST(x'61ff62' AS TEXT))");
    const row = db.get<{ text: SqlValue }>(`SELECT ${bytesOf('things.text')} FROM things`);
    expect(textOf(row?.text ?? null)).toBe('a\uFFFDb');
    expect(textOf(null)).toBe('');
  });

  it('gives up the read lock when a loop over rows stops early', () => {
    for (let i = 0; i < 500; i++) db.run('INSERT INTO things (whole) VALUES (?)', [i]);
    for (const row of db.iterate('SELECT * FROM things')) if (row !== undefined) break;
    expect(() => db.exec('DROP TABLE things')).not.toThrow();
  });

  it('can run the same statement inside a loop over its rows', () => {
    for (let i = 0; i < 300; i++) db.run('INSERT INTO things (whole) VALUES (?)', [i]);
    let seen = 0;
    for (const row of db.iterate('SELECT whole FROM things')) {
      expect(db.get('SELECT whole FROM things')).toEqual({ whole: 0 });
      expect(row).toEqual({ whole: seen++ });
    }
    expect(seen).toBe(300);
  });
});

describe('a statement that failed', () => {
  it('works again once the reason is gone', () => {
    const lowest = -(2n ** 63n);
    const sql = 'SELECT abs(? + ?) AS n';
    for (const ask of [() => db.get(sql, [lowest, 0]), () => db.all(sql, [lowest, 0])]) {
      expect(ask).toThrow('integer overflow');
      expect(db.get(sql, [-3, 1])).toEqual({ n: 2 });
      expect(db.all(sql, [-3, 1])).toEqual([{ n: 2 }]);
    }
  });
});

describe('transactions', () => {
  it('keep all or nothing', () => {
    const boom = new Error('boom');
    expect(() =>
      db.transaction(() => {
        db.run('INSERT INTO things (whole) VALUES (1)');
        throw boom;
      }),
    ).toThrow(boom);
    expect(db.all('SELECT * FROM things')).toEqual([]);
    expect(db.transaction(() => db.run('INSERT INTO things (whole) VALUES (2)').changes)).toBe(1);
    expect(db.all('SELECT whole FROM things')).toEqual([{ whole: 2 }]);
  });

  it('refuse to nest and to wait', () => {
    expect(() => db.transaction(() => db.transaction(() => 1))).toThrow('transactions do not nest');
    expect(() => db.transaction(() => Promise.resolve(1))).toThrow('cannot wait');
    expect(db.transaction(() => 3)).toBe(3);
  });

  it('name the error of SQLite', () => {
    db.run('INSERT INTO things (id) VALUES (1)');
    try {
      db.run('INSERT INTO things (id) VALUES (1)');
      expect.unreachable();
    } catch (error) {
      expect(sqliteCode(error)).toBe('SQLITE_CONSTRAINT_PRIMARYKEY');
    }
    expect(sqliteCode(new Error('other'))).toBeUndefined();
  });
});

describe('opening a file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'kith-sql-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('sets every pragma', () => {
    const file = openDatabase(new Libsql(path.join(folder, 'a.db')));
    applyPragmas(file);
    const values = ['journal_mode', 'synchronous', 'foreign_keys', 'temp_store', 'secure_delete', 'busy_timeout'].map(
      (name) => Object.values(file.get(`PRAGMA ${name}`) ?? {})[0],
    );
    expect(values).toEqual(['wal', 2, 1, 2, 1, 5000]);
    file.close();
    file.close();
  });

  it('runs each migration once, from any earlier version', () => {
    const steps: Migration[] = [
      'CREATE TABLE a (x)',
      'ALTER TABLE a ADD COLUMN y',
      (it) => it.exec('CREATE INDEX i ON a (y)'),
    ];
    for (let start = 0; start <= steps.length; start++) {
      const file = openDatabase(new Libsql(path.join(folder, `${start}.db`)));
      migrate(file, steps.slice(0, start));
      expect(migrate(file, steps)).toEqual({ ok: true, value: { from: start, to: 3 } });
      expect(file.get("SELECT count(*) AS n FROM sqlite_master WHERE name IN ('a', 'i')")).toEqual({ n: 2 });
      file.close();
    }
  });

  it('leaves a half-done migration undone and a newer file untouched', () => {
    const file = openDatabase(new Libsql(path.join(folder, 'b.db')));
    expect(() => migrate(file, ['CREATE TABLE a (x)', 'CREATE TABLE b (x); CREATE TABLE a (x)'])).toThrow();
    expect(file.all('SELECT name FROM sqlite_master')).toEqual([{ name: 'a' }]);
    migrate(file, ['CREATE TABLE a (x)', 'CREATE TABLE b (x)']);
    expect(migrate(file, [])).toEqual({ ok: false, error: { code: 'too-new', version: 2 } });
    file.close();
  });
});
