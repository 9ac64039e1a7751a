import type { BlobId, StagedId } from '../../src-shared/kernel/ids.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { bytesOfBlob, type ImageBytes } from '../transfers/image-shape.ts';
import type { Tray } from './tray.ts';

/** Where the images are that the page may be shown: those of the account that is open, and nothing without one. */
export type MediaSource = {
  readonly blob: (blobId: BlobId) => Promise<ImageBytes | null>;
  /** A file that waits in a tray. */
  readonly staged: (stagedId: StagedId) => Promise<ImageBytes | null>;
};

type Account = { readonly blobs: Pick<BlobStore, 'read' | 'sizeOf'>; readonly tray: Pick<Tray, 'image'> };

/** @param account the one that is open at that moment. */
export function createMediaSource(account: () => Account | null): MediaSource {
  return {
    blob: async (blobId) => {
      const opened = account();
      return opened === null ? null : bytesOfBlob(opened.blobs, blobId);
    },
    staged: async (stagedId) => (await account()?.tray.image(stagedId)) ?? null,
  };
}
