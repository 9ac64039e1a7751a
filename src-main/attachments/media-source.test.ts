import { expect, it } from 'vitest';
import { blobId, stagedId } from '../../src-shared/kernel/ids.ts';
import { bytesOf, isSame, readAll, source } from '../files/testing/blob-rig.ts';
import { createMemoryBlobs } from '../testing/memory-blobs.ts';
import type { ImageBytes } from '../transfers/image-shape.ts';
import { createMediaSource } from './media-source.ts';

const nobody = blobId('a'.repeat(64));
const inTray = stagedId('0b0e7f0a-6a3e-4b7e-9e0a-1f2e3d4c5b6a');

it('the page is shown what the open account has, and nothing once it is closed', async () => {
  const blobs = createMemoryBlobs();
  const bytes = bytesOf(200_000);
  const kept = await blobs.write(source(bytes), { maxBytes: bytes.length });
  if (!kept.ok) throw new Error(kept.error);
  const staged: ImageBytes = { sizeBytes: 3, read: () => source(bytes.subarray(0, 3)) };
  let isOpen = true;
  const tray = { image: async (id: string) => (id === inTray ? staged : null) };
  const media = createMediaSource(() => (isOpen ? { blobs, tray } : null));

  const found = await media.blob(kept.value.blobId);
  expect(found?.sizeBytes).toBe(bytes.length);
  expect(isSame(await readAll(found?.read(10, 70_000) ?? source(bytes)), bytes.subarray(10, 70_000))).toBe(true);
  expect(await media.blob(nobody)).toBeNull();
  expect(await media.staged(inTray)).toBe(staged);
  isOpen = false;
  expect(await media.blob(kept.value.blobId)).toBeNull();
  expect(await media.staged(inTray)).toBeNull();
});
