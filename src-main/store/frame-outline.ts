import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { FrameReject } from '../../src-shared/protocol/frames.ts';
import { maxFrameDepth } from '../../src-shared/protocol/limits.ts';

/** About so many bytes of rows are parsed at once: a few milliseconds. */
const chunkBytes = 128 * 1024;
/** Bytes looked at between two pauses: about 5 ms. */
const stepBytes = 2 * 2 ** 20;

/** Bytes from `start` up to `end`. */
export type ByteRange = { readonly start: number; readonly end: number };

/** Where the rows of a MESSAGES_LOADED stand in a frame's bytes. */
export type RowsOutline = {
  /** What is between the brackets. */
  readonly rows: ByteRange;
  /** The same in pieces, each of whole rows, without the commas between the pieces. */
  readonly chunks: readonly ByteRange[];
  readonly rowCount: number;
};

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const colon = 0x3a;

/**
 * Looks through a frame for the rows of a history, `payload: […]` or `payload: {messages: […]}`, without building
 * anything, so that they can be parsed piece by piece. Null where there is no such array, or more than one that could
 * be meant: then the frame is to be parsed as a whole. Text that is no JSON may give any answer but `too-deep`, and gives
 * `not-json` where that is plain from here, so that nobody makes a string of it. Pauses at every `yield`.
 */
export function* outlineRows(bytes: Uint8Array): Generator<void, Result<RowsOutline | null, FrameReject>> {
  let depth = 0;
  let inString = false;
  let stringStart = 0;
  let stringEnd = 0;
  /** The depth of the array of rows while inside it. */
  let rowsDepth = 0;
  /** The last key seen at depth 1, and at depth 2 inside the payload. */
  let key = '';
  let isInPayload = false;
  let rowsStart = 0;
  let rowsEnd = 0;
  let arrays = 0;
  let commas = 0;
  let chunkStart = 0;
  let chunks: ByteRange[] = [];

  const opensRows = (): boolean =>
    (depth === 2 && key === 'payload') || (depth === 3 && isInPayload && key === 'messages');

  for (let index = 0; index < bytes.length; index += 1) {
    if (index % stepBytes === stepBytes - 1) yield;
    const byte = bytes[index];
    if (inString) {
      if (byte === backslash) index += 1;
      else if (byte === quote) {
        inString = false;
        stringEnd = index + 1;
      }
      continue;
    }
    if (byte === quote) {
      inString = true;
      stringStart = index;
    } else if (byte === 0x5b || byte === 0x7b) {
      depth += 1;
      if (depth > maxFrameDepth) return err({ reason: 'too-deep' });
      if (rowsDepth !== 0) continue;
      if (byte === 0x7b && depth === 2) isInPayload = key === 'payload';
      if (byte === 0x5b && opensRows()) {
        arrays += 1;
        rowsDepth = depth;
        rowsStart = chunkStart = index + 1;
        commas = 0;
        chunks = [];
      }
    } else if (byte === 0x5d || byte === 0x7d) {
      if (depth === rowsDepth) {
        rowsDepth = 0;
        rowsEnd = index;
        chunks.push({ start: chunkStart, end: index });
      }
      depth -= 1;
    } else if (byte === comma && depth === rowsDepth) {
      commas += 1;
      if (index - chunkStart < chunkBytes) continue;
      chunks.push({ start: chunkStart, end: index });
      chunkStart = index + 1;
    } else if (byte === colon && rowsDepth === 0 && depth <= 2) {
      key = readKey(bytes, stringStart, stringEnd);
      // Said twice, the later one counts, and that is left to the parser.
      if (key === 'payload' && depth === 1 && arrays > 0) arrays = 2;
    }
  }
  if (depth !== 0 || inString || !beginsAsJson(bytes)) return err({ reason: 'not-json' });
  if (arrays !== 1 || rowsEnd === 0) return ok(null);
  const rowCount = commas === 0 && isBlank(bytes, rowsStart, rowsEnd) ? 0 : commas + 1;
  return ok({ rows: { start: rowsStart, end: rowsEnd }, chunks, rowCount });
}

/** A key as it is meant: escapes in it are resolved. `""` for what cannot be one of ours. */
function readKey(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > 64) return '';
  try {
    return String(JSON.parse(Buffer.from(bytes.subarray(start, end)).toString()));
  } catch {
    return '';
  }
}

/** Whether the first byte that is no blank can begin a value. */
function beginsAsJson(bytes: Uint8Array): boolean {
  const first = bytes.find((byte) => !isBlankByte(byte));
  return first !== undefined && valueStarts.has(first);
}
const valueStarts: ReadonlySet<number> = new Set(Buffer.from('{["-0123456789tfn'));

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) if (!isBlankByte(bytes[index])) return false;
  return true;
}

const isBlankByte = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
