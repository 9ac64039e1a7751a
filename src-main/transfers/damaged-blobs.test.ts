import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { userId, type BlobId, type RowId } from '../../src-shared/kernel/ids.ts';
import type { AttachmentView } from '../../src-shared/ipc/attachment-views.ts';
import type { BlobStore } from '../files/blob-store.ts';
import { bytesOf, createBlobRig, isSame, put, readAll } from '../files/testing/blob-rig.ts';
import { received } from '../store/testing/files.ts';
import { createAsyncStore } from '../testing/async-store.ts';
import { withDamageNoted } from './damaged-blobs.ts';

const bytes = bytesOf(200_000);
const facts = { width: null, height: null };

let disk: ReturnType<typeof createBlobRig>;
let store: ReturnType<typeof createAsyncStore>;
let blobs: BlobStore;
let told: (AttachmentView | null)[];
let lastId = 0;
beforeEach(async () => {
  disk = createBlobRig();
  store = createAsyncStore();
  await store.store.open({ path: null, key: null, self: userId(1), serverOrigin: 'https://chat.example' });
  told = [];
  blobs = withDamageNoted(await disk.open(), {
    store: store.store,
    log: () => {},
    publish: ({ messages }) => void told.push(...messages.map(({ attachment }) => attachment)),
  });
});
afterEach(async () => {
  await blobs.dispose();
  disk.remove();
});

/** An image that is here, of a message with this content. */
async function imageHere(content: string): Promise<{ rowId: RowId; blobId: BlobId }> {
  const stored = await put(blobs, bytes);
  const { rowId } = received(store.look(), content, 'image', (lastId += 1));
  await store.store.setBlob({ rowId, ...stored, ...facts });
  return { rowId, blobId: stored.blobId };
}
function damage(blobId: BlobId): void {
  const file = path.join(disk.dir, blobId);
  const stored = readFileSync(file);
  stored[stored.length - 1] = (stored.at(-1) ?? 0) ^ 1;
  writeFileSync(file, stored);
}
const read = (blobId: BlobId): Promise<Uint8Array> => readAll(blobs.read(blobId));

it('bytes that turn out damaged are shown as on the server again, and are sound once they were fetched', async () => {
  const { rowId, blobId } = await imageHere('/files/1');
  damage(blobId);
  await expect(read(blobId)).rejects.toMatchObject({ name: 'BlobDamaged' });
  expect(told).toMatchObject([{ source: 'server', blobId: null }]);
  expect((await store.store.getAttachment({ rowId }))?.blobId).toBeNull();
  await store.store.setBlob({ rowId, ...(await put(blobs, bytes)), ...facts });
  expect(isSame(await read(blobId), bytes)).toBe(true);
  expect(told).toHaveLength(1);
});

it('bytes that are nowhere else stay with their message', async () => {
  const { rowId, blobId } = await imageHere('a bare name');
  damage(blobId);
  await expect(read(blobId)).rejects.toMatchObject({ name: 'BlobDamaged' });
  expect((await store.store.getAttachment({ rowId }))?.blobId).toBe(blobId);
  expect(told).toEqual([]);
});

it('a disk that damages them each time does not have them fetched for ever', async () => {
  const { rowId, blobId } = await imageHere('/files/1');
  for (let times = 0; times < 3; times += 1) {
    damage(blobId);
    await expect(read(blobId)).rejects.toMatchObject({ name: 'BlobDamaged' });
    await store.store.setBlob({ rowId, ...(await put(blobs, bytes)), ...facts });
  }
  expect(told).toHaveLength(1);
});

it('whoever reads is told of the damage also where the store is away', async () => {
  const { blobId } = await imageHere('/files/1');
  damage(blobId);
  store.fail('dropDamaged', 'store-unavailable');
  await expect(read(blobId)).rejects.toMatchObject({ name: 'BlobDamaged' });
  await expect(read(blobId)).rejects.toMatchObject({ name: 'BlobDamaged' });
  expect(told).toHaveLength(1);
});
