import { constants } from 'node:fs';
import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { Logger, Random } from '../ports.ts';
import { isDiskFull, syncFolder } from './atomic-file.ts';
import { deriveBlobKeys, partialNameOf, plainSizeOf } from './blob-cipher.ts';
import { listFolder, partialSuffix, partSuffix, sweepFolder, trimPartials, type ListedBlob } from './blob-folder.ts';
import { readBlob, type ByteRange } from './blob-reader.ts';
import { piecesUntil } from './pieces.ts';
import { beginBlob, continueBlob, type BlobWriter, type StoredBlob } from './blob-writer.ts';

/**
 * `source-failed`: the source threw; who made it knows why. `not-writable`: our own folder does not take files.
 * `wrong-hash`: they are not the bytes that were meant, and nothing of them is kept.
 */
export type BlobFault = 'wrong-hash' | 'disk-full' | 'too-large' | 'cancelled' | 'not-writable' | 'source-failed';

/** Bytes that arrive piece by piece, perhaps over several runs of the program. Its calls come one after the other. */
export type PartialBlob = {
  /** Bytes there so far: what is to be appended begins here. After a restart a little less than before it. */
  readonly sizeBytes: number;
  readonly append: (bytes: Uint8Array) => Promise<Result<void, BlobFault>>;
  /**
   * Makes it a blob. Whatever the outcome, there is nothing more to be done with this object.
   * @param sha256 what the bytes must have, hexadecimal.
   */
  readonly finish: (sha256?: string) => Promise<Result<StoredBlob, BlobFault>>;
  /** Forgets the bytes. */
  readonly discard: () => Promise<void>;
  /** Lets go of it for now: what is complete stays for the next `resume`. */
  readonly close: () => Promise<void>;
};

/** Bytes of files and images of one account: encrypted, each once, named by what they are (safety T25). */
export type BlobStore = {
  /**
   * Copies, hashes and seals. The source is asked for the next piece when the last one is on disk. Leaves nothing
   * behind where it fails. `onBytes` is told how many are done; `sha256` is what the bytes must have, hexadecimal.
   */
  readonly write: (
    source: AsyncIterable<Uint8Array>,
    options: {
      readonly maxBytes: number;
      readonly sha256?: string | undefined;
      readonly signal?: AbortSignal;
      readonly onBytes?: (done: number) => void;
    },
  ) => Promise<Result<StoredBlob, BlobFault>>;
  /**
   * Begins or goes on with what is kept under a name of the caller's, for 14 days at most.
   * Fails as writing does. @throws where that name is in use: two would write into each other.
   */
  readonly resume: (name: string) => Promise<Result<PartialBlob, BlobFault>>;
  /** Plain bytes from `start` to before `end`. Throws {@link BlobDamaged}. */
  readonly read: (blobId: BlobId, range?: ByteRange) => AsyncIterable<Uint8Array>;
  /** Plain bytes; null: it is not here. */
  readonly sizeOf: (blobId: BlobId) => Promise<number | null>;
  /** What cannot be removed stays, and is listed again; so does what was used since `usedBeforeMs`. */
  readonly remove: (blobIds: readonly BlobId[], usedBeforeMs?: number) => Promise<void>;
  /** `usedAtMs`: when it was written or, to the hour, last read. */
  readonly list: () => Promise<readonly ListedBlob[]>;
  /**
   * Forgets what is kept for `resume`, the longest untouched first, until it has at most `maxBytes`; but nothing that is
   * in use or was touched since `usedBeforeMs`. @returns bytes of what is left.
   */
  readonly trimPartials: (limit: { readonly maxBytes: number; readonly usedBeforeMs: number }) => Promise<number>;
  /** Ends what is being written, and keeps nothing where nothing is to be kept. */
  readonly dispose: () => Promise<void>;
};

export type BlobStoreDeps = {
  /** Only ever written by this. Made when the first file comes. */
  readonly dir: string;
  /** 32 bytes. */
  readonly key: Uint8Array;
  /** False: the folder is emptied now and at the end. */
  readonly isKept: boolean;
  readonly random: Pick<Random, 'bytes' | 'uuid'>;
  readonly nowMs: () => number;
  readonly log: Logger;
};

const saltBytes = 16;

/** Opens the blobs of one account. Never fails: what cannot be done is said when it is asked for. */
export async function createBlobStore(deps: BlobStoreDeps): Promise<BlobStore> {
  const { dir, random, nowMs, log } = deps;
  const keys = deriveBlobKeys(deps.key);
  // Only the last part of it: no id leads out of the folder.
  const fileOf = (id: BlobId): string => path.join(dir, path.basename(id));
  /** Files that are being written now. */
  const inUse = new Set<string>();
  const writes = new Set<Promise<unknown>>();
  const partials = new Set<PartialBlob>();
  const ending = new AbortController();
  /** Naming and removing: what was found to be of no use may be written again in that very moment. */
  let lastTurn: Promise<unknown> = Promise.resolve();

  const empty = (): Promise<void> => rm(dir, { recursive: true, force: true }).catch(() => log('media-not-emptied'));

  function tracked<T>(work: Promise<T>): Promise<T> {
    writes.add(work);
    const forget = (): void => void writes.delete(work);
    work.then(forget, forget);
    return work;
  }

  function inTurn(work: () => Promise<void>): Promise<void> {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  function faultOf(error: unknown): BlobFault {
    if (isDiskFull(error)) return 'disk-full';
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    log('media-not-written', { code });
    return 'not-writable';
  }

  async function openNew(file: string): Promise<FileHandle> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    return open(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600);
  }

  /** Closes the file and gives it its name. Bytes that are here already are replaced: the new ones are sound. */
  async function keep(
    file: string,
    handle: FileHandle,
    writer: BlobWriter,
    sha256: string | undefined,
  ): Promise<Result<StoredBlob, BlobFault>> {
    const stored = await writer.finish();
    if (sha256 !== undefined && stored.sha256 !== sha256) {
      await drop(file, handle);
      return err('wrong-hash');
    }
    const usedAt = new Date(nowMs());
    await handle.utimes(usedAt, usedAt);
    await handle.close();
    const target = fileOf(stored.blobId);
    try {
      await inTurn(() => rename(file, target));
    } catch (error) {
      // Windows replaces no file that is being read. It is the same.
      if ((await stat(target).catch(() => null)) === null) throw error;
      await rm(file, { force: true });
    }
    await syncFolder(dir);
    return ok(stored);
  }

  async function drop(file: string, handle: FileHandle | null): Promise<void> {
    // Closed already where the name was the last thing to fail.
    await handle?.close().catch(() => undefined);
    await rm(file, { force: true }).catch(() => undefined);
  }

  async function write(
    source: AsyncIterable<Uint8Array>,
    { maxBytes, sha256, signal, onBytes }: Parameters<BlobStore['write']>[1],
  ): Promise<Result<StoredBlob, BlobFault>> {
    const stop = signal === undefined ? ending.signal : AbortSignal.any([ending.signal, signal]);
    const iterator = piecesUntil(stop, source);
    const file = path.join(dir, `${random.uuid()}${partSuffix}`);
    inUse.add(file);
    let handle: FileHandle | null = null;
    let isKept = false;
    try {
      handle = await openNew(file);
      const writer = await beginBlob(handle, random.bytes(saltBytes), keys);
      for (;;) {
        const piece = await iterator.next();
        if (piece === 'cancelled' || piece === 'source-failed') return err(piece);
        if (piece === null) break;
        if (writer.sizeBytes() + piece.length > maxBytes) return err('too-large');
        await writer.push(piece);
        onBytes?.(writer.sizeBytes());
      }
      const stored = await keep(file, handle, writer, sha256);
      isKept = stored.ok;
      return stored;
    } catch (error) {
      return err(faultOf(error));
    } finally {
      iterator.end();
      if (!isKept) await drop(file, handle);
      inUse.delete(file);
    }
  }

  async function resume(name: string): Promise<Result<PartialBlob, BlobFault>> {
    const file = path.join(dir, `${partialNameOf(name, keys)}${partialSuffix}`);
    if (inUse.has(file)) throw new Error('this partial blob is being written');
    if (ending.signal.aborted) return err('cancelled');
    inUse.add(file);
    let handle: FileHandle | null = null;
    try {
      handle = await open(file, 'r+').catch(() => null);
      let writer = handle === null ? null : await continueBlob(handle, keys);
      if (handle === null || writer === null) {
        await drop(file, handle);
        handle = await openNew(file);
        writer = await beginBlob(handle, random.bytes(saltBytes), keys);
      }
      if (ending.signal.aborted) throw new Error('the account was closed');
      return ok(partialBlob(file, handle, writer));
    } catch (error) {
      await handle?.close().catch(() => undefined);
      inUse.delete(file);
      return err(ending.signal.aborted ? 'cancelled' : faultOf(error));
    }
  }

  function partialBlob(file: string, handle: FileHandle, writer: BlobWriter): PartialBlob {
    let isOpen = true;
    let isFailed = false;
    const end = (): void => {
      isOpen = false;
      inUse.delete(file);
      partials.delete(partial);
    };
    const partial: PartialBlob = {
      get sizeBytes() {
        return writer.sizeBytes();
      },
      append: async (bytes) => {
        if (!isOpen || isFailed) return err('cancelled');
        try {
          await writer.push(bytes);
          return ok(undefined);
        } catch (error) {
          // How far it got is looked up at the next `resume`.
          isFailed = true;
          return err(isOpen ? faultOf(error) : 'cancelled');
        }
      },
      finish: async (sha256) => {
        if (!isOpen || isFailed) return err('cancelled');
        try {
          return await tracked(keep(file, handle, writer, sha256));
        } catch (error) {
          await handle.close().catch(() => undefined);
          return err(isOpen ? faultOf(error) : 'cancelled');
        } finally {
          end();
        }
      },
      discard: async () => {
        if (!isOpen) return;
        await drop(file, handle);
        end();
      },
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        await handle.close().catch(() => undefined);
        end();
      },
    };
    partials.add(partial);
    return partial;
  }

  if (!deps.isKept) await empty();
  // Nothing waits for it, so that the window opens sooner.
  const swept = sweepFolder(dir, inUse, nowMs);

  return {
    write: (source, options) => tracked(write(source, options)),
    resume,
    read: (id, range) => readBlob(fileOf(id), id, keys, nowMs, range),
    sizeOf: async (id) => {
      const found = await stat(fileOf(id)).catch(() => null);
      return found === null ? null : plainSizeOf(found.size);
    },
    remove: async (ids, usedBeforeMs = Infinity) => {
      for (const id of ids)
        await inTurn(async () => {
          const found = await stat(fileOf(id)).catch(() => null);
          if (found === null || found.mtimeMs >= usedBeforeMs) return;
          await rm(fileOf(id), { force: true }).catch(() => log('blob-not-removed'));
        });
    },
    list: () => listFolder(dir),
    trimPartials: (limit) => trimPartials(dir, inUse, limit),
    dispose: async () => {
      ending.abort();
      for (const partial of partials) await partial.close();
      await Promise.allSettled([...writes, swept]);
      if (!deps.isKept) await empty();
    },
  };
}
