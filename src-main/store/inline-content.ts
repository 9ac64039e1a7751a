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
    case 'name':
      return null;
  }
}

function decodeSlices(slices: readonly string[]): Uint8Array | null {
  const decoder = createSliceDecoder();
  const pieces: Uint8Array[] = [];
  for (const slice of slices) {
    const piece = decoder.push(slice);
    if (!piece.ok) return null;
    pieces.push(piece.value);
  }
  const rest = decoder.end();
  return rest.ok ? Buffer.concat([...pieces, rest.value]) : null;
}

/** A data URL without base64: characters, and bytes as `%41`. */
function decodePercent(data: string): Uint8Array {
  const raw = Buffer.from(data);
  const bytes = Buffer.alloc(raw.length);
  let length = 0;
  for (let at = 0; at < raw.length; at += 1) {
    const escaped = raw[at] === percent ? /^[\da-f]{2}$/i.exec(raw.toString('latin1', at + 1, at + 3)) : null;
    bytes[length] = escaped === null ? (raw[at] ?? 0) : Number.parseInt(escaped[0], 16);
    length += 1;
    if (escaped !== null) at += 2;
  }
  return bytes.subarray(0, length);
}

const percent = 0x25;
