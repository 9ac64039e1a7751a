/**
 * The part of libsql that the gateway touches. src-shared may not import native code, so whoever owns the
 * process opens the file and hands it in: `openDatabase(new Libsql(path))`.
 */
export type RawDatabase = {
  prepare(sql: string): RawStatement;
  exec(sql: string): unknown;
  close(): unknown;
};

export type RawStatement = {
  run(params: unknown[]): { changes: number; lastInsertRowid: number | bigint };
  get(params: unknown[]): unknown;
  iterate(params: unknown[]): Iterable<unknown>;
};
