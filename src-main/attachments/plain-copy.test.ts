import { mkdtemp, open, readdir, readFile, rm, stat, type FileHandle } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { writePlainCopy, type PlainCopy } from './plain-copy.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'kith-copy-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(dir, { recursive: true, force: true });
});

async function* text(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('all of it');
}

const copyOf = (rest: Partial<PlainCopy> = {}): PlainCopy => ({
  source: text(),
  dir,
  name: 'a.txt',
  mayReplace: false,
  mode: 0o666,
  mark: async () => {},
  uuid: () => 'uuid',
  ...rest,
});

/** As on disks that sync files and no folders. */
async function refuseToSyncFolders(): Promise<void> {
  const handle = await open(dir, 'r');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  vi.spyOn(prototype, 'sync').mockImplementation(async function (this: FileHandle) {
    if ((await this.stat()).isDirectory()) throw Object.assign(new Error('no'), { code: 'EINVAL' });
    return this.datasync();
  });
}

it.each([false, true])('is there although its folder cannot be synced (may replace: %s)', async (mayReplace) => {
  await refuseToSyncFolders();
  expect(await writePlainCopy(copyOf({ mayReplace }))).toBe(path.join(dir, 'a.txt'));
  expect(await readdir(dir)).toEqual(['a.txt']);
  expect(await readFile(path.join(dir, 'a.txt'), 'utf8')).toBe('all of it');
});

it.each([0o400, 0o666])('can be marked before it has its name, and has its rights after that (%o)', async (mode) => {
  const seen: unknown[] = [];
  const filePath = await writePlainCopy(
    copyOf({
      mode,
      mark: async (part) => {
        const { mode: before } = await stat(part);
        seen.push((before & 0o200) !== 0, await readFile(part, 'utf8'), await readdir(dir));
      },
    }),
  );
  expect(seen).toEqual([true, 'all of it', ['.uuid.part']]);
  expect((await stat(filePath)).mode & 0o777).toBe(mode & ~process.umask());
});
