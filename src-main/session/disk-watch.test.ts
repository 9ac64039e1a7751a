import { expect, it } from 'vitest';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import { createAsyncStore } from '../testing/async-store.ts';
import { anna, me } from '../testing/scope-rig.ts';
import { watchDisk } from './disk-watch.ts';

async function setUp() {
  const clock = createFakeClock();
  const { store, fail } = createAsyncStore();
  const told: string[] = [];
  const watched = watchDisk(store, {
    clock,
    onFull: () => void told.push('full'),
    onSpace: () => void told.push('space'),
  });
  await watched.open({ path: null, key: null, self: me });
  const write = (): Promise<unknown> => watched.saveDraft({ peerId: anna, draft: { text: 'x', caret: 0 }, nowMs: 1 });
  return { clock, watched, told, fail, write };
}

it('a full disk is told once, tried again in the background, and told when there is space', async () => {
  const { clock, told, fail, write } = await setUp();
  fail('saveDraft', 'disk-full', 2);
  fail('setTraits', 'disk-full', 2);
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  expect(told).toEqual(['full']);
  await clock.advance(10_000);
  await settle();
  expect(told).toEqual(['full']);
  await clock.advance(5_000);
  await settle();
  expect(told).toEqual(['full', 'space']);
  fail('saveDraft', 'disk-full');
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  expect(told).toEqual(['full', 'space', 'full']);
});

it('is full until a write has worked: a store that fails otherwise says nothing of the disk', async () => {
  const { clock, told, fail, write } = await setUp();
  fail('saveDraft', 'disk-full');
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  fail('getTraits', 'store-unavailable', 3);
  await clock.advance(15_000);
  await settle();
  expect(told).toEqual(['full']);
  await clock.advance(5_000);
  await settle();
  expect(told).toEqual(['full', 'space']);
});

it('is not asked of a database that was closed, nor of the next one', async () => {
  const { clock, watched, told, fail, write } = await setUp();
  fail('saveDraft', 'disk-full', 2);
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  await watched.close({});
  expect(clock.pendingTimers()).toBe(0);
  await watched.open({ path: null, key: null, self: me });
  await expect(write()).rejects.toMatchObject({ code: 'disk-full' });
  expect(told).toEqual(['full', 'full']);
});

it('other failures are none of it', async () => {
  const { clock, told, fail, write } = await setUp();
  fail('saveDraft', 'store-unavailable');
  await expect(write()).rejects.toMatchObject({ code: 'store-unavailable' });
  await clock.advance(60_000);
  expect(told).toEqual([]);
});
