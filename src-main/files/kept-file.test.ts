import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createKeptFile } from './kept-file.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-kept-'));
  file = path.join(folder, 'kept.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const content = (): string => readFileSync(file, 'utf8');

it('holds what was kept last, also of several at once', async () => {
  const kept = createKeptFile(file, null);
  await Promise.all([kept.keep('one'), kept.keep('two'), kept.keep('one')]);
  expect(content()).toBe('one');
});

it('is not written where it holds that already', async () => {
  const kept = createKeptFile(file, 'as it is');
  await kept.keep('as it is');
  expect(existsSync(file)).toBe(false);
  await kept.keep('new');
  rmSync(file);
  await kept.keep('new');
  expect(existsSync(file)).toBe(false);
});

it('is written at last where it could not be before, though nothing else is asked', async () => {
  const kept = createKeptFile(file, 'old');
  mkdirSync(path.join(file, 'in-the-way'), { recursive: true });
  await expect(kept.keep('new')).rejects.toThrow();
  await expect(kept.keep('new')).rejects.toThrow();
  rmSync(file, { recursive: true });
  await kept.keep('new');
  expect(content()).toBe('new');
});

it('tells everybody who waits for the same write that it failed', async () => {
  const kept = createKeptFile(file, null);
  mkdirSync(path.join(file, 'in-the-way'), { recursive: true });
  const both = await Promise.allSettled([kept.keep('new'), kept.keep('new')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

it('takes the text before it again, where the last one could not be written', async () => {
  const kept = createKeptFile(file, null);
  await kept.keep('first');
  rmSync(file);
  mkdirSync(path.join(file, 'in-the-way'), { recursive: true });
  await expect(kept.keep('second')).rejects.toThrow();
  rmSync(file, { recursive: true });
  await kept.keep('first');
  expect(content()).toBe('first');
});
