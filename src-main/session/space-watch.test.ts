import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createFakeClock } from '../connection/testing/fake-clock.ts';
import { waitForSpace } from './space-watch.ts';

const root = mkdtempSync(path.join(tmpdir(), 'kith-space-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('tells once when a file can be written, and leaves none behind', async () => {
  const clock = createFakeClock();
  const dir = path.join(root, 'account');
  let told = 0;
  waitForSpace(dir, clock, () => (told += 1));
  await clock.advance(10_000);
  // The first try came to its end without success: there is a next one.
  await expect.poll(clock.pendingTimers).toBe(1);
  expect(told).toBe(0);
  mkdirSync(dir, { recursive: true });
  await clock.advance(10_000);
  await expect.poll(() => told).toBe(1);
  expect(readdirSync(dir)).toEqual([]);
  expect(clock.pendingTimers()).toBe(0);
});

it('tells nobody who does not wait any more', async () => {
  const clock = createFakeClock();
  let told = 0;
  const cancel = waitForSpace(root, clock, () => (told += 1));
  cancel();
  expect(clock.pendingTimers()).toBe(0);
  await clock.advance(60_000);
  expect(told).toBe(0);
});
