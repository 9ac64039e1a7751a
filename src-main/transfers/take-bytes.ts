import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { BlobId, RowId, ServerUrl } from '../../src-shared/kernel/ids.ts';
import { assertNever } from '../../src-shared/kernel/assert-never.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { BlobStore } from '../files/blob-store.ts';
import type { StoredBlob } from '../files/blob-writer.ts';
import { StoreFailure, type Store } from '../ports.ts';
import type { AttachmentSource, Changes } from '../store/operations.ts';
import { faultOfDisk, faultOfSize, lasting, type FetchFault } from './fetch-fault.ts';
import type { FetchFile } from './fetch-file.ts';
import { foreignFileUrl, ownFileUrl } from './file-address.ts';
import { shapeOfBlob } from './image-shape.ts';
import { InlineDamaged, readInline } from './read-inline.ts';

/** What comes because a person wants it. Five times what our server takes: others may take more. */
const maxAskedBytes = 500_000_000;
/** What comes by itself: an image that is shown at all (safety T3). */
export const maxUnaskedBytes = 20_000_000;

export type TakeInput = {
  readonly rowId: RowId;
  /** A person wants them: also from another host, and more of them. */
  readonly isAsked: boolean;
  readonly signal: AbortSignal;
  /** Told before the first byte. */
  readonly onStart: (attachment: AttachmentSource) => void;
  readonly onBytes: (doneBytes: number) => void;
};

/** `needsServer`: nothing was asked, because they are on the server and it is not connected. */
export type TakeFault = FetchFault & { readonly needsServer: boolean };

/** Brings the bytes of a message here, once, from wherever they are, and notes it in the store. */
export type TakeBytes = (input: TakeInput) => Promise<Result<BlobId, TakeFault>>;

type Deps = {
  readonly serverUrl: ServerUrl;
  readonly store: Pick<Store, 'getAttachment' | 'readInline' | 'setBlob'>;
  readonly blobs: Pick<BlobStore, 'write' | 'sizeOf' | 'read'>;
  readonly fetchFile: FetchFile;
  readonly isConnected: () => boolean;
  readonly publish: (changes: Changes) => void;
};

const failed = (code: AppErrorCode) => err<FetchFault>(lasting(code));

export function createTakeBytes({ serverUrl, store, blobs, fetchFile, isConnected, publish }: Deps): TakeBytes {
  type Taken = Result<StoredBlob, FetchFault & { readonly needsServer?: boolean }>;

  async function fromWeb(address: string, attachment: AttachmentSource, input: TakeInput): Promise<Taken> {
    const own = ownFileUrl(serverUrl, address);
    const url = own ?? (input.isAsked ? foreignFileUrl(address) : null);
    if (url === null) return failed('not-a-file');
    if (own !== null && !isConnected()) return err({ ...lasting('offline'), needsServer: true });
    const { rowId, sizeBytes, sha256 } = attachment;
    const { isAsked } = input;
    const maxBytes = isAsked ? maxAskedBytes : maxUnaskedBytes;
    const file = { rowId, url, isOwn: own !== null, isAsked, sizeBytes, sha256, maxBytes };
    input.onStart(attachment);
    return fetchFile(file, input.signal, input.onBytes);
  }

  async function fromMessage(attachment: AttachmentSource, input: TakeInput): Promise<Taken> {
    const { rowId, sizeBytes, sha256 } = attachment;
    let cause: unknown = null;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      try {
        yield* readInline(store, rowId);
      } catch (error) {
        cause = error;
        throw error;
      }
    }
    input.onStart(attachment);
    const maxBytes = input.isAsked ? maxAskedBytes : maxUnaskedBytes;
    const stored = await blobs.write(bytes(), {
      maxBytes,
      sha256: sha256 ?? undefined,
      signal: input.signal,
      onBytes: input.onBytes,
    });
    if (cause instanceof InlineDamaged) return failed('file-damaged');
    if (cause !== null) throw cause;
    if (!stored.ok) return err(faultOfDisk(stored.error, 0));
    // Nothing at all is what an empty file holds: its end is known here, as it is not of an answer without a length.
    const expected = { sizeBytes: sizeBytes ?? stored.value.sizeBytes, maxBytes };
    const fault = faultOfSize(stored.value.sizeBytes, expected, true);
    return fault === null ? stored : err(fault);
  }

  async function take(attachment: AttachmentSource, input: TakeInput): Promise<Taken> {
    const { source } = attachment;
    switch (source.kind) {
      case 'inline':
        return fromMessage(attachment, input);
      case 'own':
        return fromWeb(source.pathOrUrl, attachment, input);
      case 'url':
        return fromWeb(source.url, attachment, input);
      case 'none':
        return failed('not-a-file');
      default:
        return assertNever(source);
    }
  }

  async function takeAndNote(input: TakeInput): Promise<Result<BlobId, FetchFault & { needsServer?: boolean }>> {
    const attachment = await store.getAttachment({ rowId: input.rowId });
    if (attachment === null) return failed('not-found');
    if (attachment.blobId !== null && (await blobs.sizeOf(attachment.blobId)) !== null) return ok(attachment.blobId);
    const taken = await take(attachment, input);
    if (!taken.ok) return taken;
    const { blobId, sizeBytes, sha256 } = taken.value;
    const shape = attachment.messageKind === 'image' ? await shapeOfBlob(blobs, blobId) : null;
    const [width, height] = [shape?.width ?? null, shape?.height ?? null];
    publish(await store.setBlob({ rowId: input.rowId, blobId, sizeBytes, sha256, width, height }));
    return ok(blobId);
  }

  return async (input) => {
    try {
      const taken = await takeAndNote(input);
      return taken.ok ? taken : err({ ...taken.error, needsServer: taken.error.needsServer ?? false });
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      return err({ ...lasting(error.code), needsServer: false });
    }
  };
}
