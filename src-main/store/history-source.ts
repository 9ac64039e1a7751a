import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { FrameReject, WireMessage } from '../../src-shared/protocol/frames.ts';

/** The rows of a MESSAGES_LOADED in pieces, oldest first or newest first, as the server gave them. */
export type HistorySource = {
  /** Rows in all, those that cannot be read among them. */
  readonly rowCount: number;
  readonly chunkCount: number;
  /** One piece; takes a few milliseconds. */
  readonly readChunk: (index: number) => Result<RowChunk, FrameReject>;
};
export type RowChunk = { readonly messages: readonly WireMessage[]; readonly droppedRows: number };

const chunkRows = 500;

/** Rows that were read already. */
export function sourceOf(messages: readonly WireMessage[]): HistorySource {
  return {
    rowCount: messages.length,
    chunkCount: Math.ceil(messages.length / chunkRows),
    readChunk: (index) => ok({ messages: messages.slice(index * chunkRows, (index + 1) * chunkRows), droppedRows: 0 }),
  };
}
