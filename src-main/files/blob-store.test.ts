import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkBytes, headerBytes } from './blob-cipher.ts';
import { bytesOf, createBlobRig, isSame, noLimit, put, readAll, source } from './testing/blob-rig.ts';

let rig: ReturnType<typeof createBlobRig>;
beforeEach(() => {
  rig = createBlobRig();
});
afterEach(() => rig.remove());
const sizes = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 200_001];

describe('what is written', () => {
  it.each(sizes)('%i bytes come back as they were, under their size and hash', async (length) => {
    const store = await rig.open();
    const bytes = bytesOf(length);
    const stored = await put(store, bytes);
    expect(stored).toMatchObject({
      sizeBytes: length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    });
    expect(await store.sizeOf(stored.blobId)).toBe(length);
    expect(isSame(await readAll(store.read(stored.blobId)), bytes)).toBe(true);
    // Also in the next run of the program.
    expect(isSame(await readAll((await rig.open()).read(stored.blobId)), bytes)).toBe(true);
  });

  it('any range of it can be read alone', async () => {
    const store = await rig.open();
    const bytes = bytesOf(3 * chunkBytes + 5);
    const { blobId: id } = await put(store, bytes);
    const edges = [
      0,
      1,
      chunkBytes - 1,
      chunkBytes,
      chunkBytes + 1,
      2 * chunkBytes,
      bytes.length - 1,
      bytes.length,
      1e9,
    ];
    for (const start of edges)
      for (const end of edges) {
        const read = await readAll(store.read(id, { start, end }));
        expect(isSame(read, bytes.subarray(start, end)), `${start}–${end}`).toBe(true);
      }
  });

  it('is kept once for the same bytes, and nothing of it can be read on the disk', async () => {
    const store = await rig.open();
    const bytes = new TextEncoder().encode('a secret nobody else should read '.repeat(5_000));
    const first = await put(store, bytes);
    const second = await put(store, bytes);
    expect(second).toEqual(first);
    expect(readdirSync(rig.dir)).toEqual([first.blobId]);
    expect(statSync(path.join(rig.dir, first.blobId)).mode & 0o777).toBe(0o600);
    const stored = readFileSync(path.join(rig.dir, first.blobId));
    expect(stored.includes('secret')).toBe(false);
    expect(first.blobId).not.toBe(first.sha256);
    const others = await rig.open({ key: new Uint8Array(32).fill(8) });
    expect((await put(others, bytes)).blobId).not.toBe(first.blobId);
  });

  it('tells how far it is', async () => {
    const store = await rig.open();
    const told: number[] = [];
    await store.write(source(bytesOf(25_000)), { ...noLimit, onBytes: (done) => void told.push(done) });
    expect(told).toEqual([10_000, 20_000, 25_000]);
  });
});

it('lists what is here with its age, which a read makes new by the hour, and removes what it is told', async () => {
  const store = await rig.open();
  const one = await put(store, bytesOf(100));
  const other = await put(store, bytesOf(70_000));
  const byId = async () => new Map((await store.list()).map((blob) => [blob.blobId, blob]));
  expect((await byId()).get(one.blobId)).toEqual({
    blobId: one.blobId,
    storedBytes: headerBytes + 100 + 16,
    usedAtMs: rig.nowMs,
  });
  rig.nowMs += 2 * 60 * 60 * 1_000;
  await readAll(store.read(one.blobId));
  const listed = await byId();
  expect(listed.get(one.blobId)?.usedAtMs).toBe(rig.nowMs);
  expect(listed.get(other.blobId)?.usedAtMs).toBeLessThan(rig.nowMs);
  await store.remove([one.blobId]);
  await store.remove([one.blobId]);
  expect(await store.sizeOf(one.blobId)).toBe(null);
  expect([...(await byId()).keys()]).toEqual([other.blobId]);
});

it('removes nothing that was used since it was looked at', async () => {
  const store = await rig.open();
  const one = await put(store, bytesOf(100));
  const lookedAtMs = (rig.nowMs += 60_000);
  await put(store, bytesOf(100));
  await store.remove([one.blobId], lookedAtMs);
  expect(await store.sizeOf(one.blobId)).toBe(100);
  rig.nowMs += 60_000;
  await store.remove([one.blobId], rig.nowMs);
  expect(await store.sizeOf(one.blobId)).toBe(null);
});

it('keeps nothing where nothing is to be kept', async () => {
  const store = await rig.open({ isKept: false });
  await put(store, bytesOf(100));
  const next = await rig.open({ isKept: false });
  expect(await next.list()).toEqual([]);
  await put(next, bytesOf(100));
  await next.dispose();
  expect(existsSync(rig.dir)).toBe(false);
});
