import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { blobId, stagedId } from '../../src-shared/kernel/ids.ts';
import { bytesOf, isSame, readAll, source } from '../files/testing/blob-rig.ts';
import { createMemoryBlobs } from '../testing/memory-blobs.ts';
import { createMediaSource } from './media-source.ts';

const staged = stagedId('0b0e7f0a-6a3e-4b7e-9e0a-1f2e3d4c5b6a');
const bytes = bytesOf(200_000);
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'kith-media-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const ofFile = (file: string, sizeBytes: number | null = bytes.length) =>
  createMediaSource({
    blobs: () => null,
    findStaged: async () => ({ path: path.join(dir, file), blobId: null, sizeBytes }),
  }).staged(staged);
async function read(start: number, end: number, found: Awaited<ReturnType<typeof ofFile>>): Promise<Uint8Array> {
  if (found === null) throw new Error('not found');
  return readAll(found.read(start, end));
}

describe('an image in a tray', () => {
  it('is read from where it lies, any part of it', async () => {
    writeFileSync(path.join(dir, 'a'), bytes);
    for (const [start, end] of [
      [0, bytes.length],
      [70_000, 70_001],
      [199_000, 900_000],
      [5, 5],
    ] as const)
      expect(isSame(await read(start, end, await ofFile('a')), bytes.subarray(start, end))).toBe(true);
  });

  it('is not read where it is another one by now', async () => {
    writeFileSync(path.join(dir, 'a'), bytes.subarray(1));
    await expect(read(0, 10, await ofFile('a'))).rejects.toThrow('changed');
    await expect(read(0, 10, await ofFile('gone'))).rejects.toThrow('ENOENT');
    mkdirSync(path.join(dir, 'folder'));
    await expect(read(0, 10, await ofFile('folder'))).rejects.toThrow();
    expect(await ofFile('a', null)).toBeNull();
  });

  it.skipIf(process.platform === 'win32')('is never waited for where it became a pipe', async () => {
    execFileSync('mkfifo', [path.join(dir, 'pipe')]);
    await expect(read(0, 10, await ofFile('pipe', 0))).rejects.toThrow('changed');
  });

  it('is read from its blob where its bytes are kept', async () => {
    const blobs = createMemoryBlobs();
    const kept = await blobs.write(source(bytes), { maxBytes: Infinity });
    if (!kept.ok) throw new Error(kept.error);
    const media = createMediaSource({
      blobs: () => blobs,
      findStaged: async () => ({ path: null, blobId: kept.value.blobId, sizeBytes: bytes.length }),
    });
    expect(isSame(await read(0, bytes.length, await media.staged(staged)), bytes)).toBe(true);
    expect(isSame(await read(10, 20, await media.blob(kept.value.blobId)), bytes.subarray(10, 20))).toBe(true);
    expect(await media.blob(blobId('a'.repeat(64)))).toBeNull();
  });
});

it('there are no images without an account', async () => {
  const media = createMediaSource({ blobs: () => null, findStaged: async () => null });
  expect(await media.blob(blobId('a'.repeat(64)))).toBeNull();
  expect(await media.staged(staged)).toBeNull();
});
