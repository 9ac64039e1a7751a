import { mkdtemp, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readIfExists, writeAtomic } from './atomic-file.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'kith-atomic-'));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

test('a written file is read back and is readable by its owner only', async () => {
  const file = path.join(dir, 'deep', 'er', 'a.json');
  await writeAtomic(file, bytes('one'));
  expect(await readIfExists(file, 3)).toEqual(bytes('one'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(dir, 'deep'))).mode & 0o777).toBe(0o700);
});

test('a missing file reads as null', async () => {
  expect(await readIfExists(path.join(dir, 'none'), 10)).toBeNull();
});

test('a file larger than the limit is refused', async () => {
  const file = path.join(dir, 'a');
  await writeAtomic(file, bytes('1234'));
  await expect(readIfExists(file, 3)).rejects.toThrow(RangeError);
});

test('writes of one file land in the order they were asked for', async () => {
  const file = path.join(dir, 'a');
  await Promise.all(
    Array.from({ length: 30 }, (_, index) => writeAtomic(file, bytes(`${index}`.repeat(1 + (30 - index) * 500)))),
  );
  expect((await readFile(file, 'utf8')).slice(0, 4)).toBe('2929');
  expect(await readdir(dir)).toEqual(['a']);
});

test('a write that fails leaves no trace, and the next one is not told about it', async () => {
  const file = path.join(dir, 'taken');
  await mkdir(path.join(file, 'child'), { recursive: true });
  await expect(writeAtomic(file, bytes('x'))).rejects.toThrow();
  expect(await readdir(dir)).toEqual(['taken']);
  await rm(file, { recursive: true });
  await writeAtomic(file, bytes('y'));
  expect(await readdir(dir)).toEqual(['taken']);
  expect(await readFile(file, 'utf8')).toBe('y');
});

test('what a crash left behind is replaced, whatever its mode', async () => {
  const file = path.join(dir, 'a');
  await writeFile(`${file}.tmp`, 'half', { mode: 0o644 });
  await writeAtomic(file, bytes('whole'));
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readdir(dir)).toEqual(['a']);
});
