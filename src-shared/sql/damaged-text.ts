import type { SqlValue } from './values.ts';

/**
 * Text that may be damaged on disk: libsql aborts the process on TEXT that is not UTF-8 (safety F11), so such a
 * column is selected as bytes with `bytesOf('body')` and read with {@link textOf}.
 * @returns the SQL for the column list, keeping the column's name. `column` is a name from our own schema.
 */
export function bytesOf(column: string): string {
  const name = column.slice(column.lastIndexOf('.') + 1);
  return `CAST(${column} AS BLOB) AS ${name}`;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a column selected with {@link bytesOf}; damaged bytes read as U+FFFD, NULL as ''. */
export function textOf(value: SqlValue): string {
  if (value === null) return '';
  if (value instanceof Uint8Array) return decoder.decode(value);
  return String(value);
}
