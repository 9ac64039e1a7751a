import { createHash } from 'node:crypto';
import { blobId, type BlobId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { BlobDamaged } from '../files/blob-reader.ts';
import type { BlobFault, BlobStore } from '../files/blob-store.ts';
import type { StoredBlob } from '../files/blob-writer.ts';

/** Blobs without a disk, for tests of what uses them. A read hands out pieces of 64 KiB, as the real one does. */
export type MemoryBlobs = BlobStore & {
  readonly kept: Map<BlobId, Uint8Array>;
  /** Bytes of `resume` that are not finished, by name. */
  readonly partials: Map<string, Uint8Array>;
  /** The next write or append fails so. */
  failNext: BlobFault | null;
};

const pieceBytes = 64 * 1024;

export function createMemoryBlobs(): MemoryBlobs {
  const kept = new Map<BlobId, Uint8Array>();
  const partials = new Map<string, Uint8Array>();
  const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  function keep(bytes: Uint8Array, wanted: string | undefined): Result<StoredBlob, BlobFault> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (wanted !== undefined && wanted !== sha256) return err('wrong-hash');
    const id = blobId(createHash('sha256').update(`name ${sha256}`).digest('hex'));
    kept.set(id, bytes);
    return ok({ blobId: id, sizeBytes: bytes.length, sha256 });
  }
  function takeFault(): Result<never, BlobFault> | null {
    const fault = blobs.failNext;
    blobs.failNext = null;
    return fault === null ? null : err(fault);
  }
  const blobs: MemoryBlobs = {
    kept,
    partials,
    failNext: null,
    write: async (source, { maxBytes, sha256, signal, onBytes }) => {
      const parts: Uint8Array[] = [];
      let done = 0;
      try {
        for await (const part of source) {
          if (signal?.aborted === true) return err('cancelled');
          done += part.length;
          if (done > maxBytes) return err('too-large');
          parts.push(part.slice());
          onBytes?.(done);
        }
      } catch {
        return err('source-failed');
      }
      return takeFault() ?? (signal?.aborted === true ? err('cancelled') : keep(join(parts), sha256));
    },
    resume: async (name) => {
      let bytes = partials.get(name) ?? new Uint8Array();
      partials.set(name, bytes);
      return ok({
        get sizeBytes() {
          return bytes.length;
        },
        append: async (more) => {
          const failed = takeFault();
          if (failed !== null) return failed;
          bytes = join([bytes, more]);
          partials.set(name, bytes);
          return ok(undefined);
        },
        finish: async (sha256) => {
          partials.delete(name);
          return keep(bytes, sha256);
        },
        discard: async () => void partials.delete(name),
        close: async () => {},
      });
    },
    async *read(id, range = { start: 0, end: Number.MAX_SAFE_INTEGER }) {
      const bytes = kept.get(id);
      if (bytes === undefined) throw new BlobDamaged('missing');
      const end = Math.min(bytes.length, range.end);
      for (let start = range.start; start < end; start += pieceBytes)
        yield bytes.subarray(start, Math.min(end, start + pieceBytes));
    },
    sizeOf: async (id) => kept.get(id)?.length ?? null,
    remove: async (ids) => {
      for (const id of ids) kept.delete(id);
    },
    list: async () => [...kept].map(([id, bytes]) => ({ blobId: id, storedBytes: bytes.length, usedAtMs: 0 })),
    trimPartials: async () => 0,
    dispose: async () => {},
  };
  return blobs;
}
