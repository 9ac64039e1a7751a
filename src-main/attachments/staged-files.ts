import path from 'node:path';
import { isSendable, maxStagedFiles, type StagedProblem } from '../../src-shared/domain/attachment.ts';
import type { PastedFile, TooLargeFile, UnreadFile } from '../../src-shared/ipc/attachment-channels.ts';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import type { StagedId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { orGiveUp, type Patience } from '../files/give-up.ts';
import { inspectBytes, inspectFile, inspectTooLarge, inspectUnread, type Inspected } from '../files/intake.ts';
import { openSource } from '../files/source-file.ts';
import type { StagedRow } from '../store/operations.ts';
import { bytesOfBlob, type ImageBytes } from '../transfers/image-shape.ts';

/** What the window hands over: a file of the disk, bytes that have none, or only what is known of them. */
export type HandedFile = { readonly path: string } | PastedFile | TooLargeFile | UnreadFile;

/** A drive that spins up takes seconds, a server that is asleep a few more. */
export const lookPatienceMs = 10_000;

/** Where so many did not answer, no more are asked: it is not one of them that is slow, but the drive. */
const maxSilences = 8;

/** Problems that may be over at the next look. What is too large is found out anew for the limit of the moment. */
const passing: ReadonlySet<StagedProblem> = new Set([
  'too-large',
  'vanished',
  'not-allowed',
  'sandboxed',
  'unreadable',
  'in-use',
  'not-answering',
  'changing',
  'disk-full',
]);

/** How files are looked at. */
export type Looking = {
  readonly maxFileBytes: number;
  /** How long is waited for each. */
  readonly patience: Patience;
  /** How many in each folder did not answer since the last that did: what hangs there must not hang for each of hundreds. */
  readonly silences: Map<string, number>;
};

/** Makes a row of the tray of what was handed over. Bytes without a file are kept at once: nobody else has them. */
export async function stagedRowOf(
  file: HandedFile,
  { stagedId, blobs, ...how }: { stagedId: StagedId; blobs: BlobStore } & Looking,
): Promise<Result<StagedRow>> {
  const { maxFileBytes } = how;
  const common = { stagedId, isAsFile: false, keepsMetadata: false };
  if ('path' in file) {
    return ok({ ...common, ...(await inspectInTime(file.path, how)), path: file.path, blobId: null });
  }
  if ('sizeBytes' in file) {
    return ok({ ...common, ...inspectTooLarge(file.name, file.sizeBytes), path: null, blobId: null });
  }
  if ('isUnreadable' in file)
    return ok({ ...common, ...inspectUnread(file.name, 'unreadable'), path: null, blobId: null });
  const seen = await inspectBytes(file.name, file.bytes, maxFileBytes);
  if (seen.problem === 'empty') return ok({ ...common, ...seen, path: null, blobId: null });
  const kept = await blobs.write(once(file.bytes), { maxBytes: file.bytes.length });
  if (!kept.ok) return err(appError(kept.error === 'disk-full' ? 'disk-full' : 'unexpected'));
  return ok({ ...common, ...seen, path: null, blobId: kept.value.blobId });
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function inspectInTime(file: string, { maxFileBytes, patience, silences }: Looking): Promise<Inspected> {
  const folder = path.dirname(file);
  const silent = (): number => silences.get(folder) ?? 0;
  const seen = silent() < maxSilences ? await orGiveUp(inspectFile(file, maxFileBytes), patience) : null;
  silences.set(folder, seen === null ? silent() + 1 : 0);
  return seen ?? inspectUnread(path.basename(file), 'not-answering');
}

/** The row as it is now: what lies on the disk may have changed since. */
export async function lookAgain(row: StagedRow, how: Looking): Promise<StagedRow> {
  const { maxFileBytes } = how;
  if (row.path !== null) {
    const seen = await inspectInTime(row.path, how);
    return seen.sizeBytes === null ? { ...row, problem: seen.problem } : { ...row, ...seen };
  }
  // Without bytes nothing of it will ever be different.
  if (row.blobId === null || (row.problem !== null && !passing.has(row.problem))) return row;
  return { ...row, problem: (row.sizeBytes ?? 0) > maxFileBytes ? 'too-large' : null };
}

/** Whether these are the bytes that were seen, as far as their number and time tell. */
export const isAsSeen = (now: StagedRow, seen: StagedRow): boolean =>
  now.sizeBytes === seen.sizeBytes && now.modifiedMs === seen.modifiedMs;

/** What the window is told: the limit of now, and each file beyond what one tray sends. It is never told a path. */
export function stagedViewsOf(rows: readonly StagedRow[], maxFileBytes: number): StagedView[] {
  let sendable = 0;
  return rows.map(({ path: _path, blobId: _blobId, modifiedMs: _modifiedMs, ...row }) => {
    const known = row.problem === 'too-large' ? null : row.problem;
    const problem = known ?? ((row.sizeBytes ?? 0) > maxFileBytes ? 'too-large' : null);
    if (!isSendable(problem)) return { ...row, problem };
    sendable += 1;
    return { ...row, problem: sendable > maxStagedFiles ? 'too-many' : problem };
  });
}

/** The bytes of an image in a tray, to be shown small; null: it is none, or not there any more. */
export async function imageOfRow(row: StagedRow, blobs: BlobStore): Promise<ImageBytes | null> {
  const { path: file, blobId } = row;
  if (row.kind !== 'image') return null;
  if (file === null) return blobId === null ? null : bytesOfBlob(blobs, blobId);
  const opened = await openSource(file);
  if (!opened.ok) return null;
  await opened.value.close();
  return { sizeBytes: opened.value.sizeBytes, read: (start, end) => readFileRange(file, start, end) };
}

/** Opened for each piece: a page that goes away half-way leaves nothing open. */
async function* readFileRange(file: string, start: number, end: number): AsyncGenerator<Uint8Array> {
  const opened = await openSource(file);
  if (!opened.ok) return;
  try {
    yield await opened.value.readAt(start, end - start);
  } finally {
    await opened.value.close();
  }
}
