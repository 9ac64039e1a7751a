import { blobId, messageId, stagedId, type BlobId, type StagedId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { DatabaseOperations } from '../create-operations.ts';
import type { BlobFacts, StagedRow } from '../operations.ts';
import { anna, wire } from './test-store.ts';

/** A blob by a number. */
export const blob = (number: number): BlobId => blobId(number.toString(16).padStart(64, '0'));
export const staged = (number: number): StagedId =>
  stagedId(`00000000-0000-4000-9000-${String(number).padStart(12, '0')}`);
export const bytesOfBlob = (number: number): BlobFacts => ({
  blobId: blob(number),
  sizeBytes: 1_000 + number,
  sha256: number.toString(16).padStart(64, 'f'),
  width: null,
  height: null,
});

/** A file in a tray, by the number of its stagedId. */
export function stagedRow(number: number, rest: Partial<StagedRow> = {}): StagedRow {
  return {
    stagedId: staged(number),
    path: `/home/me/file ${number}.pdf`,
    blobId: null,
    name: `file ${number}.pdf`,
    sizeBytes: 10,
    modifiedMs: 4_000,
    kind: 'file',
    width: null,
    height: null,
    isAsFile: false,
    hasMetadata: false,
    keepsMetadata: false,
    problem: null,
    ...rest,
  };
}

/** Sends a file to Anna, with the blob of the same number as its stagedId and message id. */
export function sendFile(
  store: DatabaseOperations,
  number: number,
  rest: Partial<Parameters<DatabaseOperations['enqueueAttachment']>[0]> = {},
): MessageView {
  return store.enqueueAttachment({
    stagedId: staged(number),
    peerId: anna,
    messageIds: [messageId(number)],
    kind: 'file',
    name: `file ${number}.pdf`,
    nowMs: 5_000,
    ...bytesOfBlob(number),
    ...rest,
  }).message;
}

/** A file or image that Anna sends. */
export function received(
  store: DatabaseOperations,
  content: string,
  kind: 'file' | 'image' = 'image',
  id = 1,
): MessageView {
  const [message] = store.applyPushed({ messages: [wire(id, content, { type: kind })], nowMs: 1 }).messages;
  if (message === undefined) throw new Error('nothing came');
  return message;
}
