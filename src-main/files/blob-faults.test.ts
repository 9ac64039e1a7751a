import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId } from '../../src-shared/kernel/ids.ts';
import { chunkBytes, headerBytes, storedChunkBytes } from './blob-cipher.ts';
import { bytesOf, createBlobRig, noLimit, put, readAll, source } from './testing/blob-rig.ts';

let rig: ReturnType<typeof createBlobRig>;
beforeEach(() => {
  rig = createBlobRig();
});
afterEach(() => rig.remove());

describe('what was changed on the disk is noticed', () => {
  async function damaged(change: (stored: Buffer) => Buffer): Promise<unknown> {
    const store = await rig.open();
    const { blobId: id } = await put(store, bytesOf(2 * chunkBytes + 100));
    const file = path.join(rig.dir, id);
    writeFileSync(file, change(readFileSync(file)));
    return readAll(store.read(id));
  }
  const flipped = (at: number) => (stored: Buffer) => {
    stored[at] = (stored[at] ?? 0) ^ 1;
    return stored;
  };
  const second = headerBytes + storedChunkBytes;
  it.each<[string, (stored: Buffer) => Buffer]>([
    ['a bit of the magic', flipped(0)],
    ['a bit of the salt', flipped(10)],
    ['a bit of the seal', flipped(30)],
    ['a bit of the first piece', flipped(headerBytes + 1)],
    ['a bit of the last tag', (stored) => flipped(stored.length - 1)(stored)],
    ['the last byte cut off', (stored) => stored.subarray(0, -1)],
    ['the last piece cut off', (stored) => stored.subarray(0, headerBytes + 2 * storedChunkBytes)],
    ['all but the header cut off', (stored) => stored.subarray(0, headerBytes)],
    ['everything cut off', (stored) => stored.subarray(0, 0)],
    ['a byte added', (stored) => Buffer.concat([stored, Buffer.alloc(1)])],
    [
      'two pieces exchanged',
      (stored) =>
        Buffer.concat([
          stored.subarray(0, headerBytes),
          stored.subarray(second, second + storedChunkBytes),
          stored.subarray(headerBytes, second),
          stored.subarray(second + storedChunkBytes),
        ]),
    ],
  ])('%s', async (_, change) => {
    await expect(damaged(change)).rejects.toMatchObject({ name: 'BlobDamaged', reason: 'damaged' });
  });

  it('one whole file in the place of another', async () => {
    const store = await rig.open();
    const one = await put(store, bytesOf(1_000, 1));
    const other = await put(store, bytesOf(1_000, 2));
    writeFileSync(path.join(rig.dir, one.blobId), readFileSync(path.join(rig.dir, other.blobId)));
    await expect(readAll(store.read(one.blobId))).rejects.toMatchObject({ reason: 'damaged' });
  });

  it('and is sound again once the same bytes are written again', async () => {
    const store = await rig.open();
    const bytes = bytesOf(1_000);
    const { blobId: id } = await put(store, bytes);
    writeFileSync(path.join(rig.dir, id), 'rubbish');
    await put(store, bytes);
    expect(await readAll(store.read(id))).toEqual(bytes);
  });

  it('a name that is none of ours is not looked for, wherever it points', async () => {
    writeFileSync(path.join(rig.root, 'elsewhere'), 'x');
    const store = await rig.open();
    await put(store, bytesOf(10));
    const outside = blobId('../elsewhere');
    await store.remove([outside]);
    expect(await store.sizeOf(outside)).toBe(null);
    await expect(readAll(store.read(outside))).rejects.toMatchObject({ reason: 'missing' });
    expect(existsSync(path.join(rig.root, 'elsewhere'))).toBe(true);
  });
});

describe('what fails leaves nothing behind', () => {
  const left = (): string[] => (existsSync(rig.dir) ? readdirSync(rig.dir) : []);

  it('more bytes than wanted', async () => {
    const store = await rig.open();
    expect(await store.write(source(bytesOf(300_000)), { maxBytes: 299_999 })).toEqual({
      ok: false,
      error: 'too-large',
    });
    expect(left()).toEqual([]);
    expect(await store.write(source(bytesOf(300_000)), { maxBytes: 300_000 })).toMatchObject({ ok: true });
  });

  it('a source that throws, which is told to end when something else fails', async () => {
    const store = await rig.open();
    let ended = 0;
    async function* bad(isThrowing: boolean): AsyncGenerator<Uint8Array> {
      try {
        yield bytesOf(100_000);
        if (isThrowing) throw new Error('lost');
        yield bytesOf(100_000);
      } finally {
        ended += 1;
      }
    }
    expect(await store.write(bad(true), noLimit)).toEqual({ ok: false, error: 'source-failed' });
    expect(await store.write(bad(false), { maxBytes: 150_000 })).toEqual({ ok: false, error: 'too-large' });
    expect(ended).toBe(2);
    expect(left()).toEqual([]);
  });

  it('a write that is cancelled, even while its source hangs', async () => {
    const store = await rig.open();
    const cancel = new AbortController();
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield bytesOf(100_000);
      await new Promise(() => {});
    }
    const writing = store.write(hanging(), { ...noLimit, signal: cancel.signal, onBytes: () => cancel.abort() });
    expect(await writing).toEqual({ ok: false, error: 'cancelled' });
    expect(await store.write(source(bytesOf(10)), { ...noLimit, signal: AbortSignal.abort() })).toEqual({
      ok: false,
      error: 'cancelled',
    });
    expect(left()).toEqual([]);
  });

  it('a folder that takes no files', async () => {
    writeFileSync(rig.dir, 'a file is where the folder should be');
    const store = await rig.open();
    expect(await store.write(source(bytesOf(10)), noLimit)).toEqual({ ok: false, error: 'not-writable' });
    expect(await store.resume('x')).toEqual({ ok: false, error: 'not-writable' });
    expect(await store.list()).toEqual([]);
  });

  it('a store that is closed, with all that is under way on it', async () => {
    const store = await rig.open();
    let tellBegun = (): void => {};
    const begun = new Promise<void>((resolve) => (tellBegun = resolve));
    async function* hanging(): AsyncGenerator<Uint8Array> {
      yield bytesOf(10);
      tellBegun();
      await new Promise(() => {});
    }
    const writing = store.write(hanging(), noLimit);
    await begun;
    await store.dispose();
    expect(await writing).toEqual({ ok: false, error: 'cancelled' });
    expect(left()).toEqual([]);
    expect(await store.write(source(bytesOf(10)), noLimit)).toEqual({ ok: false, error: 'cancelled' });
    expect(await store.resume('x')).toEqual({ ok: false, error: 'cancelled' });
  });

  it('a run that was killed: its parts are gone after the next start, downloads that were begun are not', async () => {
    const first = await rig.open();
    const partial = await first.resume('download');
    if (!partial.ok) throw new Error(partial.error);
    await partial.value.append(bytesOf(10));
    writeFileSync(path.join(rig.dir, 'killed.part'), 'half');
    const whole = await put(first, bytesOf(10));
    rig.nowMs = Date.now();
    await (await rig.open()).dispose();
    expect(
      left()
        .map((name) => name.replace(/^[0-9a-f]{64}/, ''))
        .toSorted(),
    ).toEqual(['', '.partial']);
    // Nobody comes for them any more.
    rig.nowMs = Date.now() + 15 * 24 * 60 * 60 * 1_000;
    await (await rig.open()).dispose();
    expect(left()).toEqual([whole.blobId]);
  });
});
