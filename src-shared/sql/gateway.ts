import type { RawDatabase, RawStatement } from './raw-database.ts';
import { bindable, plainRow, type SqlParam, type SqlRow } from './values.ts';

/** The only way to a database, of the server and of the client's store (safety F11, F12). Everything is synchronous. */
export type Database = {
  /** Runs one statement that returns no rows. */
  run(sql: string, params?: readonly SqlParam[]): RunOutcome;
  /** The first row, or undefined. The caller vouches for `Row`: name each column as the SQL does. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the shape of a row is known to the caller only
  get<Row = SqlRow>(sql: string, params?: readonly SqlParam[]): Row | undefined;
  /** All rows. */
  all<Row = SqlRow>(sql: string, params?: readonly SqlParam[]): Row[];
  /** Row by row. Stopping early is fine; until it ends or is stopped it holds a read lock, so never keep one across an `await`. */
  iterate<Row = SqlRow>(sql: string, params?: readonly SqlParam[]): Generator<Row, void, undefined>;
  /**
   * Runs `work` in one transaction and returns what it returns. What `work` throws is thrown on after a rollback.
   * Transactions do not nest, and `work` must not be async: both throw.
   */
  transaction<T>(work: () => T, mode?: TransactionMode): T;
  /** Runs several statements without parameters: schema, pragmas. Never build the text from data. */
  exec(sql: string): void;
  /** Closes the file. Closing again does nothing. */
  close(): void;
};

export type RunOutcome = { readonly changes: number; readonly lastInsertRowId: number };
export type TransactionMode = 'deferred' | 'immediate' | 'exclusive';

/** Statements kept prepared. Ours are constant texts, about a hundred per program; more means that SQL is built from data. */
const maxCachedStatements = 500;

/** Wraps an opened libsql database. The gateway owns it from then on. */
export function openDatabase(raw: RawDatabase): Database {
  const statements = new Map<string, RawStatement>();
  let inTransaction = false;
  let isClosed = false;

  function prepared(sql: string): RawStatement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    if (statements.size >= maxCachedStatements) statements.clear();
    const statement = raw.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }

  /** libsql does not reset a statement that failed in `get`: asked again, it would fail for ever. So it is not kept. */
  function withStatement<T>(sql: string, work: (statement: RawStatement) => T): T {
    try {
      return work(prepared(sql));
    } catch (error) {
      statements.delete(sql);
      throw error;
    }
  }

  function rollBack(): void {
    try {
      raw.exec('ROLLBACK');
    } catch {
      // SQLite has rolled back by itself (disk full, I/O error): the first error is the one to tell.
    }
  }

  return {
    run(sql, params = []) {
      const outcome = withStatement(sql, (statement) => statement.run(bindable(params)));
      return { changes: outcome.changes, lastInsertRowId: Number(outcome.lastInsertRowid) };
    },
    // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- as declared above
    get<Row>(sql: string, params: readonly SqlParam[] = []) {
      const row = withStatement(sql, (statement) => statement.get(bindable(params)));
      return row === undefined || row === null ? undefined : (plainRow(row) as Row);
    },
    all<Row>(sql: string, params: readonly SqlParam[] = []) {
      const rows: Row[] = [];
      withStatement(sql, (statement) => {
        for (const row of statement.iterate(bindable(params))) rows.push(plainRow(row) as Row);
      });
      return rows;
    },
    *iterate<Row>(sql: string, params: readonly SqlParam[] = []) {
      // A statement of its own: a cached one could be started again by the loop's body.
      const statement = raw.prepare(sql);
      const bound = bindable(params);
      let isAtEnd = false;
      try {
        for (const row of statement.iterate(bound)) yield plainRow(row) as Row;
        isAtEnd = true;
      } finally {
        // libsql has no reset; get() runs to one row and resets, which gives up the read lock.
        if (!isAtEnd && !isClosed) statement.get(bound);
      }
    },
    transaction<T>(work: () => T, mode: TransactionMode = 'immediate') {
      if (inTransaction) throw new Error('transactions do not nest');
      raw.exec(`BEGIN ${mode}`);
      inTransaction = true;
      try {
        const result = work();
        if (result instanceof Promise) throw new TypeError('a transaction cannot wait for a promise');
        raw.exec('COMMIT');
        return result;
      } catch (error) {
        rollBack();
        throw error;
      } finally {
        inTransaction = false;
      }
    },
    exec(sql) {
      raw.exec(sql);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      statements.clear();
      raw.close();
    },
  };
}

/** SQLite's name for what went wrong, such as `SQLITE_FULL`, or undefined when the error is not SQLite's. */
export function sqliteCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code } = error;
  return typeof code === 'string' && code.startsWith('SQLITE_') ? code : undefined;
}
