import type { RowId } from '../../src-shared/kernel/ids.ts';
import { readAttachmentContent, type AttachmentContent } from '../../src-shared/protocol/attachment-content.ts';
import { createSliceDecoder } from '../../src-shared/protocol/slices.ts';
import { readContent } from './attachments.ts';
import type { StoreContext } from './context.ts';
import { findVisibleMessage } from './message-rows.ts';
import type { StoreOperations } from './operations.ts';

type InlineReader = { readonly read: StoreOperations['readInline'] };

/** As many as are fetched at a time. */
const maxHeld = 2;

/**
 * Reads files that lie inside their messages. Those that are being read are kept decoded until their end: a content
 * lies in the database as one piece, which is costly to find a place in. One that nobody read on goes for the next.
 */
export function createInlineReader(context: StoreContext): InlineReader {
  const held = new Map<RowId, Uint8Array>();
  return {
    read: ({ rowId, offset, maxBytes }) => {
      const known = offset === 0 ? undefined : held.get(rowId);
      const bytes = known ?? decodeRow(context, rowId);
      if (bytes === null) return 'invalid';
      const isEnd = offset + maxBytes >= bytes.length;
      held.delete(rowId);
      if (!isEnd) held.set(rowId, bytes);
      const [oldest] = held.keys();
      if (held.size > maxHeld && oldest !== undefined) held.delete(oldest);
      // A copy of its own: a view would take the whole file along to main.
      return { bytes: new Uint8Array(bytes.subarray(offset, offset + maxBytes)), isEnd };
    },
  };
}

function decodeRow(context: StoreContext, row: RowId): Uint8Array | null {
  const message = findVisibleMessage(context, row);
  const content = message === null || message.kind === 'text' ? null : readContent(context, row);
  return content === null ? null : decode(readAttachmentContent(content));
}

function decode(content: AttachmentContent): Uint8Array | null {
  switch (content.kind) {
    case 'data-url':
      return content.encoding === 'percent' ? decodePercent(content.data) : decodeSlices([content.data]);
    case 'base64':
      return decodeSlices([content.data]);
    case 'slices':
      return decodeSlices(content.slices);
    case 'descriptor':
      return content.data === undefined ? null : decodeSlices([content.data]);
    case 'http-url':
    case 'server-path':
    case 'damaged':
    case 'name':
      return null;
  }
}

/** Joined first: a frame has room for millions of small ones, and an object for each would end this process. */
function decodeSlices(slices: readonly string[]): Uint8Array | null {
  const decoder = createSliceDecoder();
  const bytes = decoder.push(slices.join(''));
  const rest = decoder.end();
  if (!bytes.ok || !rest.ok) return null;
  return rest.value.length === 0 ? bytes.value : Buffer.concat([bytes.value, rest.value]);
}

/** A data URL without base64: characters, and bytes as `%41`. */
function decodePercent(data: string): Uint8Array {
  const raw = Buffer.from(data);
  const bytes = Buffer.alloc(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const byte = raw[at] === percent ? byteOf(raw[at + 1], raw[at + 2]) : null;
    bytes[length] = byte ?? raw[at] ?? 0;
    length += 1;
    if (byte !== null) at += 2;
  }
  return bytes.subarray(0, length);
}

const percent = 0x25;

/** Of two hexadecimal digits, or null. */
function byteOf(high: number | undefined, low: number | undefined): number | null {
  const upper = digitOf(high);
  const lower = digitOf(low);
  return upper < 0 || lower < 0 ? null : upper * 16 + lower;
}

function digitOf(code = 0): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const letter = code | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
