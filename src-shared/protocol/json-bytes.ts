import { maxFrameDepth } from './limits.ts';

/**
 * Walks JSON in raw bytes without building anything from it: positions in, positions out, and −1 where the bytes are
 * not the JSON that was asked for. Only the frame is checked here; the small pieces are parsed by {@link parseSpan}.
 */

const space = 0x20;
const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;
const openArray = 0x5b;
const closeArray = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/** A piece of the bytes; `end` is exclusive. */
export type Span = { readonly start: number; readonly end: number };

/** The first position from `at` on that is not white space. */
export function skipSpace(bytes: Uint8Array, at: number): number {
  let index = at;
  for (; index < bytes.length; index += 1) {
    const code = bytes[index];
    if (code !== space && code !== lineFeed && code !== carriageReturn && code !== tab) break;
  }
  return index;
}

/** The position behind the string that starts at `at`, or −1. */
function skipString(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== quote) return -1;
  let from = at + 1;
  for (;;) {
    const end = bytes.indexOf(quote, from);
    if (end === -1) return -1;
    let escapes = 0;
    while (bytes[end - 1 - escapes] === backslash) escapes += 1;
    // The opening quote stops the count: `from` is never before it.
    if (escapes % 2 === 0) return end + 1;
    from = end + 1;
  }
}

/** The position behind the value that starts at `at`, or −1. Brackets are counted, not matched. */
export function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  let index = at;
  while (index < bytes.length) {
    const code = bytes[index];
    if (code === quote) {
      index = skipString(bytes, index);
      if (index === -1) return -1;
    } else if (code === openArray || code === openObject) {
      depth += 1;
      if (depth > maxFrameDepth) return -1;
      index += 1;
      continue;
    } else if (code === closeArray || code === closeObject || code === comma) {
      if (depth === 0) return index > at ? index : -1;
      if (code !== comma) depth -= 1;
      index += 1;
    } else {
      index += 1;
      // A number, a word, white space or a colon: it ends where something else begins.
      if (depth > 0 || !isValueEnd(bytes[index])) continue;
    }
    if (depth === 0) return index;
  }
  return depth === 0 && index > at ? index : -1;
}

function isValueEnd(code: number | undefined): boolean {
  return (
    code === undefined ||
    code === comma ||
    code === closeArray ||
    code === closeObject ||
    code === space ||
    code === tab ||
    code === lineFeed ||
    code === carriageReturn
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The value of the JSON in `span`, or undefined where it is none or is larger than `maxBytes`. */
export function parseSpan(bytes: Uint8Array, { start, end }: Span, maxBytes: number): unknown {
  if (end - start > maxBytes) return undefined;
  try {
    return JSON.parse(utf8.decode(bytes.subarray(start, end)));
  } catch {
    return undefined;
  }
}

/**
 * Calls `visit` with each key of the object that starts at `at` and the position of its value; `visit` returns the
 * position behind the value, or −1 to stop.
 * @returns the position behind the object, or −1 where it is no object, a key comes twice or `visit` stopped.
 */
export function walkObject(
  bytes: Uint8Array,
  at: number,
  maxKeyBytes: number,
  visit: (key: string, at: number) => number,
): number {
  if (bytes[at] !== openObject) return -1;
  const seen = new Set<string>();
  let index = skipSpace(bytes, at + 1);
  if (bytes[index] === closeObject) return index + 1;
  for (;;) {
    const keyEnd = skipString(bytes, index);
    const key = keyEnd === -1 ? undefined : parseSpan(bytes, { start: index, end: keyEnd }, maxKeyBytes);
    if (typeof key !== 'string' || seen.has(key)) return -1;
    seen.add(key);
    index = skipSpace(bytes, keyEnd);
    if (bytes[index] !== colon) return -1;
    index = visit(key, skipSpace(bytes, index + 1));
    if (index === -1) return -1;
    index = skipSpace(bytes, index);
    if (bytes[index] === closeObject) return index + 1;
    if (bytes[index] !== comma) return -1;
    index = skipSpace(bytes, index + 1);
  }
}

/**
 * Calls `visit` with the span between the quotes of each string of the array that starts at `at`.
 * @returns the position behind the array, or −1 where it is no array of strings or `visit` returned false.
 */
export function walkStrings(bytes: Uint8Array, at: number, visit: (span: Span) => boolean): number {
  if (bytes[at] !== openArray) return -1;
  let index = skipSpace(bytes, at + 1);
  if (bytes[index] === closeArray) return index + 1;
  for (;;) {
    const end = skipString(bytes, index);
    if (end === -1 || !visit({ start: index + 1, end: end - 1 })) return -1;
    index = skipSpace(bytes, end);
    if (bytes[index] === closeArray) return index + 1;
    if (bytes[index] !== comma) return -1;
    index = skipSpace(bytes, index + 1);
  }
}
