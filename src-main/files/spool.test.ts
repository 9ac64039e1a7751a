import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  exifSegment,
  gif,
  gifComment,
  jpeg,
  latin,
  png,
  pngChunk,
  tiff,
  vp8,
  vp8x,
  webp,
  webpChunk,
} from '../../src-shared/media/testing/sample-images.ts';
import type { BlobStore } from './blob-store.ts';
import { inspectFile } from './intake.ts';
import { spool, type SpoolOptions, type SpoolSource } from './spool.ts';
import { bytesOf, createBlobRig, isSame, put, readAll } from './testing/blob-rig.ts';

let rig: ReturnType<typeof createBlobRig>;
let blobs: BlobStore;
beforeEach(async () => {
  rig = createBlobRig();
  blobs = await rig.open();
});
afterEach(() => rig.remove());

const maxBytes = 10_000_000;
const fileOf = (name: string): string => path.join(rig.root, name);
async function stage(name: string, bytes: Uint8Array, how: Partial<SpoolSource> = {}): Promise<SpoolSource> {
  writeFileSync(fileOf(name), bytes);
  const { sizeBytes, modifiedMs, kind } = await inspectFile(fileOf(name), maxBytes);
  return {
    path: fileOf(name),
    blobId: null,
    sizeBytes,
    modifiedMs,
    kind,
    isAsFile: false,
    keepsMetadata: false,
    ...how,
  };
}
const copy = (source: SpoolSource, options: Partial<SpoolOptions> = {}) =>
  spool(source, { blobs, maxBytes, ...options });
async function copied(source: SpoolSource) {
  const spooled = await copy(source);
  if (!spooled.ok) throw new Error(spooled.error);
  return { ...spooled.value, bytes: await readAll(blobs.read(spooled.value.blobId)) };
}
const left = (): string[] => (existsSync(rig.dir) ? readdirSync(rig.dir) : []);

describe('a file is copied into the spool', () => {
  it('as it is, with its size and hash, and needs its source no more', async () => {
    const bytes = bytesOf(300_001);
    const source = await stage('a.bin', bytes);
    const told: number[] = [];
    const spooled = await copy(source, { onBytes: (done) => void told.push(done) });
    rmSync(fileOf('a.bin'));
    expect(spooled).toMatchObject({
      ok: true,
      value: {
        kind: 'file',
        mime: 'application/octet-stream',
        width: null,
        sizeBytes: 300_001,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      },
    });
    expect(spooled.ok && isSame(await readAll(blobs.read(spooled.value.blobId)), bytes)).toBe(true);
    expect(told.at(-1)).toBe(300_001);
  });

  it('an image without place and camera, and its picture as it was', async () => {
    const { bytes, ...spooled } = await copied(await stage('a.jpg', jpeg(640, 480, exifSegment(1))));
    expect(spooled).toMatchObject({ kind: 'image', mime: 'image/jpeg', width: 640, height: 480 });
    expect(isSame(bytes, jpeg(640, 480))).toBe(true);
  });

  it.each([
    ['png', png(64, 48, pngChunk('tEXt', latin('Secret'))), png(64, 48)],
    ['gif', gif(64, 48, gifComment('Secret')), gif(64, 48)],
    ['webp', webp(vp8x(64, 48, 0x08), vp8(64, 48), webpChunk('EXIF', tiff(1))), webp(vp8x(64, 48, 0), vp8(64, 48))],
  ])('the same of a %s', async (_, image, expected) => {
    const { bytes, sizeBytes } = await copied(await stage('a', image));
    expect(isSame(bytes, expected)).toBe(true);
    expect(sizeBytes).toBe(expected.length);
  });

  it('an image as it is where the person wants the original, or sends it as a file', async () => {
    const photo = jpeg(640, 480, exifSegment(6));
    const original = await copied(await stage('a.jpg', photo, { keepsMetadata: true }));
    expect(original).toMatchObject({ kind: 'image', width: 480, height: 640 });
    expect(isSame(original.bytes, photo)).toBe(true);
    const asFile = await copied(await stage('a.jpg', photo, { isAsFile: true }));
    expect(asFile).toMatchObject({ kind: 'file', mime: 'image/jpeg' });
    expect(isSame(asFile.bytes, photo)).toBe(true);
  });

  it('what was pasted, from where it is kept', async () => {
    const photo = jpeg(64, 48, exifSegment(1));
    const { blobId } = await put(blobs, photo);
    const source = { path: null, blobId, sizeBytes: photo.length, modifiedMs: null, kind: 'image' as const };
    const pasted = await copied({ ...source, isAsFile: false, keepsMetadata: false });
    expect(isSame(pasted.bytes, jpeg(64, 48))).toBe(true);
    await blobs.remove([blobId]);
    expect(await copy({ ...source, isAsFile: false, keepsMetadata: false })).toEqual({ ok: false, error: 'vanished' });
  });
});

describe('what spoils the copy is said, and leaves nothing', () => {
  it.each<[string, (file: string) => void, string]>([
    ['the file went', (file) => rmSync(file), 'vanished'],
    ['it was changed after the person saw it', (file) => writeFileSync(file, 'other'), 'changing'],
    ['it was touched', (file) => utimesSync(file, 1, 1), 'changing'],
    ['it was emptied', (file) => truncateSync(file), 'changing'],
  ])('%s', async (_, spoil, problem) => {
    const source = await stage('a', bytesOf(1_000));
    spoil(fileOf('a'));
    expect(await copy(source)).toEqual({ ok: false, error: problem });
    expect(left()).toEqual([]);
  });

  it.each<[string, (file: string) => void]>([
    ['it grows', (file) => appendFileSync(file, 'x')],
    ['it is cut short', (file) => truncateSync(file, 200_000)],
    ['it is written into', (file) => writeFileSync(file, bytesOf(10), { flag: 'r+' })],
  ])('%s while it is copied', async (_, spoil) => {
    const source = await stage('a', bytesOf(1_000_000));
    let isSpoilt = false;
    const onBytes = (): void => {
      if (isSpoilt) return;
      isSpoilt = true;
      spoil(fileOf('a'));
      // Whatever the disk's clock can tell apart.
      utimesSync(fileOf('a'), 2_000_000_000, 2_000_000_000);
    };
    expect(await copy(source, { onBytes })).toEqual({ ok: false, error: 'changing' });
    expect(isSpoilt).toBe(true);
    expect(left()).toEqual([]);
  });

  it('it is empty, or too large by now', async () => {
    const empty = await stage('a', new Uint8Array());
    expect(await copy(empty)).toEqual({ ok: false, error: 'empty' });
    const large = await stage('b', bytesOf(1_000));
    expect(await copy(large, { maxBytes: 999 })).toEqual({ ok: false, error: 'too-large' });
    expect(left()).toEqual([]);
  });

  it('it is cancelled', async () => {
    const cancel = new AbortController();
    const source = await stage('a', bytesOf(1_000_000));
    expect(await copy(source, { signal: cancel.signal, onBytes: () => cancel.abort() })).toEqual({
      ok: false,
      error: 'cancelled',
    });
    expect(left()).toEqual([]);
  });
});

it('a file that somebody writes into all the time is copied as it was at one moment, or not at all', async () => {
  const file = fileOf('a');
  const states = [bytesOf(400_000, 1), bytesOf(400_000, 2)];
  const hashes = states.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
  let turn = 0;
  const done = new AbortController();
  const write = (): void => {
    turn += 1;
    writeFileSync(file, states[turn % 2] ?? '');
    utimesSync(file, turn, turn);
  };
  write();
  const writing = (async () => {
    while (!done.signal.aborted) {
      write();
      await new Promise(setImmediate);
    }
  })();
  for (let round = 0; round < 40; round += 1) {
    const { sizeBytes, modifiedMs } = await inspectFile(file, maxBytes);
    const source = { path: file, blobId: null, sizeBytes, modifiedMs, kind: 'file' as const };
    const spooled = await copy({ ...source, isAsFile: false, keepsMetadata: false });
    if (spooled.ok) expect(hashes).toContain(spooled.value.sha256);
    else expect(['changing', 'empty']).toContain(spooled.error);
  }
  done.abort();
  await writing;
});
