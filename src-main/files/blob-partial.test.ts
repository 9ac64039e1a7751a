import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chunkBytes, headerBytes, storedChunkBytes } from './blob-cipher.ts';
import type { BlobStore, PartialBlob } from './blob-store.ts';
import { bytesOf, createBlobRig, isSame, noLimit, put, readAll, source } from './testing/blob-rig.ts';

let rig: ReturnType<typeof createBlobRig>;
beforeEach(() => {
  rig = createBlobRig();
});
afterEach(() => rig.remove());
const sizes = [0, 1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes, 200_001];

describe('a partial blob', () => {
  async function resume(store: BlobStore, name = 'row 1') {
    const partial = await store.resume(name);
    if (!partial.ok) throw new Error(partial.error);
    return partial.value;
  }

  it.each(sizes)('of %i bytes becomes the same blob as one written at once', async (length) => {
    const store = await rig.open();
    const bytes = bytesOf(length);
    const partial = await resume(store);
    for await (const piece of source(bytes)) expect(await partial.append(piece)).toMatchObject({ ok: true });
    expect(partial.sizeBytes).toBe(length);
    const stored = await partial.finish();
    expect(stored).toEqual({ ok: true, value: await put(store, bytes) });
    expect(readdirSync(rig.dir)).toHaveLength(1);
  });

  it('goes on after a restart where what is complete ends, however it was cut off', async () => {
    const bytes = bytesOf(3 * chunkBytes + 1_000);
    for (const cut of [0, 10, headerBytes, headerBytes + 5, headerBytes + storedChunkBytes + 7, 1e9]) {
      rmSync(rig.dir, { recursive: true, force: true });
      const before = await resume(await rig.open());
      await before.append(bytes.subarray(0, 2 * chunkBytes + 500));
      await before.close();
      const [name = ''] = readdirSync(rig.dir);
      writeFileSync(path.join(rig.dir, name), readFileSync(path.join(rig.dir, name)).subarray(0, cut));
      const after = await rig.open();
      const partial = await resume(after);
      const expected = cut < headerBytes + storedChunkBytes ? 0 : cut === 1e9 ? 2 * chunkBytes : chunkBytes;
      expect(partial.sizeBytes, String(cut)).toBe(expected);
      await partial.append(bytes.subarray(expected));
      const stored = await partial.finish();
      expect(stored.ok && isSame(await readAll(after.read(stored.value.blobId)), bytes)).toBe(true);
    }
  });

  it('trusts no piece that was changed while nobody looked', async () => {
    const before = await resume(await rig.open());
    await before.append(bytesOf(4 * chunkBytes));
    await before.close();
    const [name = ''] = readdirSync(rig.dir);
    const file = path.join(rig.dir, name);
    const stored = readFileSync(file);
    stored[headerBytes + storedChunkBytes + 3] = (stored[headerBytes + storedChunkBytes + 3] ?? 0) ^ 1;
    writeFileSync(file, stored);
    expect((await resume(await rig.open())).sizeBytes).toBe(chunkBytes);
  });

  it('makes room, the one untouched for longest first, but not while it is written or was just touched', async () => {
    const store = await rig.open();
    const sealed = headerBytes + storedChunkBytes;
    const atSeconds = rig.nowMs / 1_000;
    const usedBeforeMs = rig.nowMs + 2_500;
    const open: { partial: PartialBlob; name: string; file: string }[] = [];
    mkdirSync(rig.dir, { recursive: true });
    for (const name of ['a', 'b', 'c', 'd']) {
      const before = readdirSync(rig.dir);
      const partial = await resume(store, name);
      await partial.append(bytesOf(chunkBytes + 1));
      open.push({ partial, name, file: readdirSync(rig.dir).find((one) => !before.includes(one)) ?? '' });
    }
    const [a, b, c, d] = open;
    for (const one of [b, c, d]) await one?.partial.close();
    for (const [age, { file }] of open.entries())
      utimesSync(path.join(rig.dir, file), atSeconds + age, atSeconds + age);
    const left = (): string[] =>
      open.filter(({ file }) => existsSync(path.join(rig.dir, file))).map(({ name }) => name);
    expect(await store.trimPartials({ maxBytes: 4 * sealed, usedBeforeMs })).toBe(4 * sealed);
    expect(await store.trimPartials({ maxBytes: 3 * sealed, usedBeforeMs })).toBe(3 * sealed);
    expect(left()).toEqual(['a', 'c', 'd']);
    expect(await store.trimPartials({ maxBytes: 0, usedBeforeMs })).toBe(2 * sealed);
    expect(left()).toEqual(['a', 'd']);
    await a?.partial.close();
    expect(await store.trimPartials({ maxBytes: 0, usedBeforeMs: Infinity })).toBe(0);
    expect(left()).toEqual([]);
  });

  it('is gone when it is discarded, and begins anew', async () => {
    const store = await rig.open();
    const partial = await resume(store);
    await partial.append(bytesOf(2 * chunkBytes));
    await partial.discard();
    expect(readdirSync(rig.dir)).toEqual([]);
    expect((await resume(store)).sizeBytes).toBe(0);
  });

  it('is nothing at all where it has not the hash that was said', async () => {
    const store = await rig.open();
    const kept = await put(store, bytesOf(10));
    const partial = await resume(store);
    await partial.append(bytesOf(2 * chunkBytes));
    expect(await partial.finish(kept.sha256)).toEqual({ ok: false, error: 'wrong-hash' });
    const written = await store.write(source(bytesOf(20)), { ...noLimit, sha256: kept.sha256 });
    expect(written).toEqual({ ok: false, error: 'wrong-hash' });
    expect(readdirSync(rig.dir)).toEqual([kept.blobId]);
    const right = await resume(store);
    await right.append(bytesOf(10));
    expect(await right.finish(kept.sha256)).toEqual({ ok: true, value: kept });
  });

  it('has one writer for a name, and is let go when the account is closed', async () => {
    const store = await rig.open();
    const partial = await resume(store);
    await expect(store.resume('row 1')).rejects.toThrow('being written');
    await resume(store, 'row 2');
    await partial.append(bytesOf(2 * chunkBytes));
    await store.dispose();
    expect(await partial.append(bytesOf(10))).toEqual({ ok: false, error: 'cancelled' });
    expect(await partial.finish()).toEqual({ ok: false, error: 'cancelled' });
    expect((await resume(await rig.open())).sizeBytes).toBe(chunkBytes);
  });
});
