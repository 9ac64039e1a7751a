import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { decodeMessageRows, decodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { FrameReject, ServerFrame } from '../../src-shared/protocol/frames.ts';
import { maxMessageRows, maxServerFrameBytes } from '../../src-shared/protocol/limits.ts';
import { outlineRows, type ByteRange, type RowsOutline } from './frame-outline.ts';
import { sourceOf, type HistorySource } from './history-source.ts';
import type { Steps } from './steps.ts';

/** A history to be laid down piece by piece, or any other frame as a whole. */
export type LargeFrame = { readonly history: HistorySource } | { readonly frame: ServerFrame };

/**
 * Reads a frame that is too large to be read at once. The rows of a MESSAGES_LOADED are only looked for; they are read
 * when they are asked for.
 */
export function* decodeLargeFrame(bytes: Uint8Array): Steps<Result<LargeFrame, FrameReject>> {
  if (bytes.length > maxServerFrameBytes) return err({ reason: 'too-large' });
  const outline = yield* outlineRows(bytes);
  if (!outline.ok) return outline;
  yield;
  if (outline.value !== null) {
    // The frame without its rows says whether they are a history's.
    const { start, end } = outline.value.rows;
    const envelope = decodeServerFrame(
      textOf(bytes, { start: 0, end: start }) + textOf(bytes, { start: end, end: bytes.length }),
    );
    if (envelope.ok && envelope.value.kind === 'messages-loaded') {
      if (outline.value.rowCount > maxMessageRows) return err({ reason: 'invalid-payload', type: 'MESSAGES_LOADED' });
      return ok({ history: outlinedSource(bytes, outline.value) });
    }
  }
  const frame = decodeServerFrame(textOf(bytes, { start: 0, end: bytes.length }));
  if (!frame.ok) return frame;
  const isHistory = frame.value.kind === 'messages-loaded';
  return ok(
    isHistory && 'messages' in frame.value ? { history: sourceOf(frame.value.messages) } : { frame: frame.value },
  );
}

function outlinedSource(bytes: Uint8Array, { chunks, rowCount }: RowsOutline): HistorySource {
  const pieces = rowCount === 0 ? [] : chunks;
  return {
    rowCount,
    chunkCount: pieces.length,
    readChunk: (index) => {
      const piece = pieces[index];
      return piece === undefined ? ok({ messages: [], droppedRows: 0 }) : decodeMessageRows(textOf(bytes, piece));
    },
  };
}

/** Bytes that are no UTF-8 read as U+FFFD, as everywhere (see safe-socket.ts). */
function textOf(bytes: Uint8Array, { start, end }: ByteRange): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
}
