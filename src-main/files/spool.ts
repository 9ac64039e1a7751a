import type { StagedProblem } from '../../src-shared/domain/attachment.ts';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { mimeOf } from '../../src-shared/media/mime.ts';
import type { ImageType } from '../../src-shared/media/sniff.ts';
import { createStripper, surveyWebp } from '../../src-shared/media/strip-metadata.ts';
import { BlobDamaged } from './blob-reader.ts';
import type { BlobFault, BlobStore } from './blob-store.ts';
import type { StoredBlob } from './blob-writer.ts';
import { orGiveUp } from './give-up.ts';
import { headerOf } from './header-of.ts';
import { openSource, SourceFault } from './source-file.ts';

/** What is copied: a row of the tray. */
export type SpoolSource = {
  /** Where it lies, or null when its bytes are in `blobId`. */
  readonly path: string | null;
  readonly blobId: BlobId | null;
  /** What it was when the person saw it; null: whatever it is. */
  readonly sizeBytes: number | null;
  readonly modifiedMs: number | null;
  readonly kind: 'file' | 'image';
  /** An image that is to be sent as a file, as it is. */
  readonly isAsFile: boolean;
  /** "Original": place and camera are sent along. */
  readonly keepsMetadata: boolean;
};

/** A copy in the spool: what is uploaded, whatever becomes of the file. */
export type Spooled = StoredBlob & {
  readonly kind: 'file' | 'image';
  readonly mime: string;
  /** Of an image as it is shown, also where it is sent as a file. */
  readonly width: number | null;
  readonly height: number | null;
};

export type SpoolFault = StagedProblem | 'cancelled' | 'not-writable';

export type SpoolOptions = {
  readonly blobs: BlobStore;
  /** What the server takes in one file. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal;
  /** Told how many bytes are copied. */
  readonly onBytes?: (done: number) => void;
};

/** Bytes wherever they are, to be read more than once. */
type Bytes = {
  readonly sizeBytes: number;
  readonly readAt: (start: number, length: number) => Promise<Uint8Array>;
  readonly read: () => AsyncIterable<Uint8Array>;
  readonly close: () => Promise<void>;
};

/**
 * Copies a file of the tray into the spool, encrypted, with its size and hash (safety R28). What changes meanwhile, or
 * did since the person saw it, is refused. An image that is sent as one loses its metadata, unless it is to keep them.
 * Leaves nothing behind where it fails; never throws.
 */
export async function spool(source: SpoolSource, options: SpoolOptions): Promise<Result<Spooled, SpoolFault>> {
  const { signal } = options;
  const opening = openBytes(source, options.blobs);
  const opened = await orGiveUp(opening, { signal });
  if (opened === null) {
    void opening.then((late) => (late.ok ? late.value.close() : undefined));
    return err('cancelled');
  }
  if (!opened.ok) return opened;
  const bytes = opened.value;
  const problem = bytes.sizeBytes === 0 ? 'empty' : bytes.sizeBytes > options.maxBytes ? 'too-large' : null;
  if (problem !== null) {
    await bytes.close();
    return err(problem);
  }
  /** Told by the source, behind the back of what copies. */
  let fault: SpoolFault | null = null;
  const watched = async function* (pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      yield* pieces;
    } catch (error) {
      fault = faultOf(error);
      throw error;
    }
  };
  try {
    const looking = Promise.all([
      bytes.readAt(0, Math.min(bytes.sizeBytes, sniffedAtOnce)),
      headerOf(bytes.sizeBytes, bytes.readAt),
    ]);
    const looked = await orGiveUp(looking, { signal });
    if (looked === null) return err('cancelled');
    const [head, header] = looked;
    const kind = header !== null && !source.isAsFile ? 'image' : 'file';
    const pieces =
      header !== null && kind === 'image' && !source.keepsMetadata ? stripped(header.type, bytes) : bytes.read();
    const { blobs, ...how } = options;
    const written = await blobs.write(watched(pieces), how);
    if (!written.ok) return err(fault ?? spoolFaultOf(written.error));
    const { width = null, height = null } = header ?? {};
    return ok({ ...written.value, kind, mime: mimeOf(head), width, height });
  } catch (error) {
    return err(faultOf(error));
  } finally {
    const closing = bytes.close();
    // It may hang, where the person gave up waiting.
    if (signal?.aborted !== true) await closing;
  }
}

const sniffedAtOnce = 64 * 1024;

async function openBytes(source: SpoolSource, blobs: BlobStore): Promise<Result<Bytes, StagedProblem>> {
  const { path, blobId, sizeBytes, modifiedMs } = source;
  if (path !== null) {
    const expected = sizeBytes === null || modifiedMs === null ? undefined : { sizeBytes, modifiedMs };
    return openSource(path, expected);
  }
  const kept = blobId === null ? null : await blobs.sizeOf(blobId);
  if (blobId === null || kept === null) return err('vanished');
  return ok({
    sizeBytes: kept,
    readAt: async (start, length) => {
      const parts: Uint8Array[] = [];
      for await (const part of blobs.read(blobId, { start, end: start + length })) parts.push(part);
      return Buffer.concat(parts);
    },
    read: () => blobs.read(blobId),
    close: () => Promise.resolve(),
  });
}

/** An image without its metadata. One kind says at its beginning how long it is: it is read twice. */
async function* stripped(type: ImageType, bytes: Bytes): AsyncGenerator<Uint8Array> {
  const survey = surveyWebp();
  if (type === 'webp') for await (const piece of bytes.read()) survey.push(piece);
  const stripper = createStripper(type, survey.end());
  // In one piece: an animation is cut into very small ones.
  for await (const piece of bytes.read()) yield Buffer.concat(stripper.push(piece));
  yield Buffer.concat(stripper.end());
}

function faultOf(error: unknown): SpoolFault {
  if (error instanceof SourceFault) return error.problem;
  if (error instanceof BlobDamaged) return error.reason === 'missing' ? 'vanished' : 'unreadable';
  return 'unreadable';
}

function spoolFaultOf(fault: BlobFault): SpoolFault {
  return fault === 'source-failed' || fault === 'wrong-hash' ? 'unreadable' : fault;
}
