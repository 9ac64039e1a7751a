import type { BlobId } from '../../../src-shared/kernel/ids.ts';

/** The address of bytes that are kept here. Main answers it only where they are an image that may be shown. */
export function blobUrl(blobId: BlobId): string {
  return `app-media://blob/${blobId}`;
}
