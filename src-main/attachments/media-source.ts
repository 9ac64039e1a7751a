import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { BlobId, StagedId } from '../../src-shared/kernel/ids.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { bytesOfBlob, type ImageBytes } from '../transfers/image-shape.ts';

/** Where the images are that the page may be shown: those of the account that is open, and nothing without one. */
export type MediaSource = {
  readonly blob: (blobId: BlobId) => Promise<ImageBytes | null>;
  /** A file that waits in a tray. */
  readonly staged: (stagedId: StagedId) => Promise<ImageBytes | null>;
};

/** A file that waits in a tray: at its path, or in a blob. */
type StagedFile = { readonly path: string | null; readonly blobId: BlobId | null; readonly sizeBytes: number | null };

/** @param deps of the account that is open at that moment. */
export function createMediaSource(deps: {
  readonly blobs: () => Pick<BlobStore, 'read' | 'sizeOf'> | null;
  readonly findStaged: (stagedId: StagedId) => Promise<StagedFile | null>;
}): MediaSource {
  const blob: MediaSource['blob'] = async (blobId) => {
    const blobs = deps.blobs();
    return blobs === null ? null : bytesOfBlob(blobs, blobId);
  };
  return {
    blob,
    staged: async (stagedId) => {
      const file = await deps.findStaged(stagedId);
      if (file === null) return null;
      return file.blobId === null ? bytesOfFile(file) : blob(file.blobId);
    },
  };
}

const pieceBytes = 64 * 1024;

/** A file of this computer as it was when it was looked at; null where it is another one by now. */
function bytesOfFile({ path, sizeBytes }: StagedFile): ImageBytes | null {
  if (path === null || sizeBytes === null) return null;
  return {
    sizeBytes,
    async *read(start, end) {
      // What is no plain file any more is neither waited for nor read.
      const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const found = await file.stat();
        if (!found.isFile() || found.size !== sizeBytes) throw new Error('the file changed');
        for (let at = start; at < Math.min(end, sizeBytes);) {
          const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at));
          const { bytesRead } = await file.read(piece, 0, piece.length, at);
          if (bytesRead === 0) return;
          yield piece.subarray(0, bytesRead);
          at += bytesRead;
        }
      } finally {
        await file.close();
      }
    },
  };
}
