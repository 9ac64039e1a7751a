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
    path: `/home/me/${fileName(number)}`,
    blobId: null,
    name: fileName(number),
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

export const fileName = (number: number): string => `file ${number}.pdf`;

type FileToSend = Parameters<DatabaseOperations['enqueueAttachment']>[0];

/** A file for Anna, with the blob of the same number as its stagedId and message id. */
export function fileToSend(number: number): FileToSend {
  return {
    stagedId: staged(number),
    peerId: anna,
    messageIds: [messageId(number)],
    kind: 'file',
    name: fileName(number),
    nowMs: 5_000,
    ...bytesOfBlob(number),
  };
}

export function sendFile(store: DatabaseOperations, number: number, rest: Partial<FileToSend> = {}): MessageView {
  return store.enqueueAttachment({ ...fileToSend(number), ...rest }).message;
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
