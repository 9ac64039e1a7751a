import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { FailureReason } from '../../src-shared/domain/message.ts';
import type { Link } from '../connection/link.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { Clock } from '../ports.ts';
import type { TransferBoard } from '../transfers/transfer-board.ts';
import { isFile, type Queued } from './outbox-queue.ts';
import { readPatiently } from './read-patiently.ts';

/** The files among the messages that go out: how they are written, and what the window sees of it. */
export type Uploads = {
  /** It is in the queue, behind others or in doubt. */
  readonly wait: (item: Queued) => void;
  /** Writes it from the spool. Resolves when that has come to an end, good or bad. */
  readonly run: (item: Queued) => Promise<void>;
  /** It was written whole: it cannot be cancelled any more, and only the server's word is missing. */
  readonly handedOver: (item: Queued) => void;
  /** It left the queue. */
  readonly end: (item: Queued, isSent: boolean) => void;
  /** Ends the writing of it. False: it is not being written, or wholly written. */
  readonly stop: (rowId: RowId) => boolean;
};

export type UploadsDeps = {
  readonly self: UserId;
  readonly link: Pick<Link, 'upload'>;
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly board: Pick<TransferBoard, 'start' | 'advance' | 'end'>;
  readonly clock: Pick<Clock, 'setTimer'>;
  /** Bytes of the largest file that the server is thought to take. */
  readonly maxFileBytes: () => number;
  /** The socket took the last byte of it. */
  readonly onWritten: (item: Queued) => void;
  /** It will not be sent by itself any more. */
  readonly park: (item: Queued, reason: FailureReason) => Promise<void>;
};

export function createUploads(deps: UploadsDeps): Uploads {
  const { self, link, board, maxFileBytes, onWritten, park } = deps;
  const stops = new Map<RowId, AbortController>();

  const start = ({ rowId, peerId, text, attachment }: Queued, phase: 'waiting' | 'running'): void =>
    board.start({ rowId, peerId, direction: 'up', name: text, phase, totalBytes: attachment?.sizeBytes ?? null });

  async function run(item: Queued): Promise<void> {
    const { rowId, attachment } = item;
    // Its bytes went with a part of the history that could not be saved.
    if (attachment === null) return park(item, 'bytes-lost');
    // Learnt since it was queued: it would only cost the connection.
    if (attachment.sizeBytes > maxFileBytes() && !item.isInsistedOn) return park(item, 'too-large');
    const stop = new AbortController();
    stops.set(rowId, stop);
    item.sentBytes = 0;
    start(item, 'running');
    const end = await link.upload({
      envelope: {
        kind: item.kind === 'image' ? 'send-image' : 'send-file',
        messageId: item.messageId,
        senderId: self,
        receiverId: item.peerId,
        name: item.text,
      },
      sizeBytes: attachment.sizeBytes,
      read: () => readPatiently(deps, attachment.blobId, stop.signal),
      onBegun: () => {
        item.isWritten = true;
      },
      onBytes: (doneBytes) => {
        item.sentBytes = doneBytes;
        item.isWhole = doneBytes === attachment.sizeBytes;
        board.advance(rowId, doneBytes);
      },
      signal: stop.signal,
    });
    if (stops.get(rowId) === stop) stops.delete(rowId);
    if (end === 'written') onWritten(item);
    // It was never written whole: also where the end of the connection has put it in doubt meanwhile.
    else if (stop.signal.aborted) await park(item, 'cancelled');
    else if (end === 'source-failed') await park(item, 'bytes-lost');
    return undefined;
  }

  return {
    run,
    wait: (item) => {
      if (isFile(item)) start(item, 'waiting');
    },
    handedOver: (item) => {
      if (isFile(item)) board.end(item.rowId, 'done', null);
    },
    end: (item, isSent) => {
      if (isFile(item)) board.end(item.rowId, isSent ? 'done' : 'cancelled', null);
    },
    stop: (rowId) => {
      const stop = stops.get(rowId);
      stop?.abort();
      return stop !== undefined;
    },
  };
}
