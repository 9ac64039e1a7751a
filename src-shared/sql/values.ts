/** What may be bound to a `?`. Whole numbers are stored as INTEGER, others as REAL. */
export type SqlParam = string | number | bigint | Uint8Array | null;
/** What a column may hold when it is read. BLOBs are always plain `Uint8Array`s. */
export type SqlValue = string | number | Uint8Array | null;
export type SqlRow = Readonly<Record<string, SqlValue>>;

/**
 * Turns parameters into what libsql binds without harm (safety F11, F12): it aborts the whole process on a
 * boolean, cuts text at U+0000, and binds every number as REAL.
 * @throws TypeError on anything that is not an {@link SqlParam}.
 */
export function bindable(params: readonly SqlParam[]): unknown[] {
  if (!Array.isArray(params)) throw new TypeError('SQL parameters must be an array');
  return params.map(bindableValue);
}

function bindableValue(value: unknown, index: number): unknown {
  if (value === null || value instanceof Uint8Array) return value;
  if (typeof value === 'string') return storableText(value);
  if (typeof value === 'number') return bindableNumber(value, index);
  if (typeof value === 'bigint') return bindableBigint(value, index);
  throw new TypeError(`SQL parameter ${index + 1} is ${describe(value)}, which cannot be stored`);
}

function bindableNumber(value: number, index: number): bigint | number {
  if (Number.isSafeInteger(value)) return BigInt(value);
  if (Number.isFinite(value) && !Number.isInteger(value)) return value;
  throw new TypeError(`SQL parameter ${index + 1} is a number that would not come back the same`);
}

function bindableBigint(value: bigint, index: number): bigint {
  if (BigInt.asIntN(64, value) === value) return value;
  throw new TypeError(`SQL parameter ${index + 1} does not fit into 64 bits`);
}

/** The type of a refused value, never the value itself: it may be somebody's text. */
function describe(value: unknown): string {
  return typeof value === 'object' ? (value?.constructor?.name ?? 'an object') : typeof value;
}

/** Text as it can be stored and read back unchanged: no U+0000 (libsql cuts there), no lone surrogates. */
function storableText(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed();
  return whole.includes('\0') ? whole.replaceAll('\0', '\uFFFD') : whole;
}

/** A row without libsql's `_metadata`, with every BLOB as a plain `Uint8Array` (it hands out three kinds). */
export function plainRow(raw: unknown): SqlRow {
  const row = raw as Record<string, unknown>;
  if ('_metadata' in row) delete row['_metadata'];
  for (const column in row) {
    const value = row[column];
    if (typeof value === 'object' && value !== null) row[column] = plainBytes(value);
  }
  return row as SqlRow;
}

function plainBytes(value: object): Uint8Array {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError('a column holds a value of an unknown kind');
}
