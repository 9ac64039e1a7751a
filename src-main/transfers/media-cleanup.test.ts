import { expect, it } from 'vitest';
import { blobId, type BlobId } from '../../src-shared/kernel/ids.ts';
import { createFakeClock, settle } from '../connection/testing/fake-clock.ts';
import type { Changes } from '../store/operations.ts';
import { createMediaCleanup } from './media-cleanup.ts';

const hourMs = 60 * 60 * 1_000;
const mebibyte = 2 ** 20;
const id = (number: number): BlobId => blobId(number.toString(16).padStart(64, '0'));
const noChanges: Changes = {
  people: [],
  conversations: [],
  removedConversations: [],
  messages: [],
  removedMessages: [],
  reordered: [],
};

type Kept = { readonly storedBytes: number; readonly usedAtMs: number };

/** A folder and a database in memory, and a program that has just started. */
function createRig() {
  const clock = createFakeClock();
  const folder = new Map<BlobId, Kept>();
  const named = new Set<BlobId>();
  const evictable = new Set<BlobId>();
  const dropped: BlobId[] = [];
  const removals: { readonly ids: readonly BlobId[]; readonly atMs: number }[] = [];
  const logged: string[] = [];
  const published: Changes[] = [];
  /** Bytes of downloads that were begun: those that may go, and those that are under way. */
  const partials = { idle: 0, busy: 0 };
  let failing = false;
  const cleanup = createMediaCleanup({
    blobs: {
      list: async () => [...folder].map(([one, kept]) => ({ blobId: one, ...kept })),
      remove: async (ids, usedBeforeMs = Infinity) => {
        removals.push({ ids, atMs: clock.monotonicMs() });
        for (const one of ids) if ((folder.get(one)?.usedAtMs ?? 0) < usedBeforeMs) folder.delete(one);
      },
      trimPartials: async ({ maxBytes, usedBeforeMs }) => {
        expect(usedBeforeMs).toBe(clock.nowMs() - hourMs);
        partials.idle = Math.max(0, Math.min(partials.idle, maxBytes - partials.busy));
        return partials.idle + partials.busy;
      },
    },
    store: {
      listBlobs: async () => {
        if (failing) throw new TypeError('the store is away');
        return [...named];
      },
      listEvictable: async () => [...evictable],
      dropBlobs: async ({ blobIds }) => {
        const letGo = blobIds.filter((one) => evictable.has(one));
        for (const one of letGo) {
          // The message must not point to what is gone, not even for a moment.
          expect(folder.has(one)).toBe(true);
          dropped.push(one);
          named.delete(one);
        }
        return { dropped: letGo, changes: noChanges };
      },
    },
    clock,
    log: (event, facts) => void logged.push(`${event} ${JSON.stringify(facts)}`),
    publish: (changes) => void published.push(changes),
  });
  return {
    clock,
    folder,
    partials,
    named,
    evictable,
    dropped,
    removals,
    logged,
    published,
    cleanup,
    fail: (isFailing: boolean) => (failing = isFailing),
    /** @param ageHours since it was used last. */
    put: (
      number: number,
      ageHours: number,
      storedBytes = 100,
      state: 'orphan' | 'only-here' | 'on-server' = 'orphan',
    ) => {
      folder.set(id(number), { storedBytes, usedAtMs: clock.nowMs() - ageHours * hourMs });
      if (state !== 'orphan') named.add(id(number));
      if (state === 'on-server') evictable.add(id(number));
    },
    left: (): number[] => [...folder.keys()].map((one) => Number.parseInt(one, 16)).sort((a, b) => a - b),
  };
}

it('removes what no message names, but not what was just written', async () => {
  const rig = createRig();
  rig.put(1, 2);
  rig.put(2, 0.5);
  rig.put(3, 2_000, 100, 'only-here');
  await rig.clock.advance(59_000);
  expect(rig.left()).toEqual([1, 2, 3]);
  await rig.clock.advance(1_000);
  expect(rig.left()).toEqual([2, 3]);
  expect(rig.logged).toEqual(['media-cleaned {"orphans":1,"evicted":0}']);
  await rig.clock.advance(hourMs);
  expect(rig.left()).toEqual([3]);
});

it('brings what the server has too below the quota, the longest unused first, and nothing that is only here', async () => {
  const rig = createRig();
  const half = 1_000 * mebibyte;
  rig.put(1, 400, half, 'only-here');
  rig.put(2, 200, 10 * mebibyte, 'on-server');
  rig.put(3, 300, half, 'on-server');
  rig.put(4, 100, half, 'on-server');
  rig.put(5, 0.1, half, 'on-server');
  rig.put(6, 50, 10 * mebibyte, 'on-server');
  await rig.clock.advance(60_000);
  expect(rig.dropped).toEqual([id(3), id(2), id(4)]);
  expect(rig.left()).toEqual([1, 5, 6]);
  expect(rig.published).toEqual([noChanges]);
  rig.put(7, 500, half, 'only-here');
  await rig.clock.advance(hourMs);
  // More than the quota, but it is nowhere else.
  expect(rig.left()).toEqual([1, 7]);
});

it('counts downloads that were begun, and drops them before what is whole', async () => {
  const rig = createRig();
  rig.put(1, 300, 1_000 * mebibyte, 'on-server');
  rig.put(2, 400, 500 * mebibyte, 'on-server');
  rig.partials.idle = 600 * mebibyte;
  await rig.clock.advance(60_000);
  expect(rig.partials.idle).toBe(548 * mebibyte);
  expect(rig.left()).toEqual([1, 2]);
  rig.partials.busy = 600 * mebibyte;
  await rig.clock.advance(hourMs);
  expect(rig.partials.idle).toBe(0);
  expect(rig.left()).toEqual([1]);
});

it('keeps what was queued to be sent while others were let go', async () => {
  const rig = createRig();
  for (let number = 1; number <= 60; number += 1) rig.put(number, 1_000 - number, 40 * mebibyte, 'on-server');
  rig.put(61, 2_000, 2_048 * mebibyte, 'only-here');
  await rig.clock.advance(60_000);
  expect(rig.dropped).toHaveLength(50);
  // Sent to somebody else just now: its bytes are named by the queue.
  rig.evictable.delete(id(55));
  await rig.clock.advance(1_000);
  expect(rig.dropped).toHaveLength(59);
  expect(rig.left()).toEqual([55, 61]);
  expect(rig.logged).toEqual(['media-cleaned {"orphans":0,"evicted":59}']);
});

it('keeps what is used while it is about to go', async () => {
  const rig = createRig();
  for (let number = 1; number <= 60; number += 1) rig.put(number, 2);
  await rig.clock.advance(60_000 - 1);
  const removed = rig.clock.advance(1);
  await settle();
  rig.folder.set(id(60), { storedBytes: 100, usedAtMs: rig.clock.nowMs() });
  await removed;
  await rig.clock.advance(1_000);
  expect(rig.left()).toEqual([60]);
});

it('removes a few at a time, and stops when the account is closed', async () => {
  const rig = createRig();
  for (let number = 1; number <= 120; number += 1) rig.put(number, 2);
  await rig.clock.advance(60_000);
  expect(rig.removals.map(({ ids }) => ids.length)).toEqual([50]);
  await rig.clock.advance(50);
  expect(rig.removals.map(({ ids }) => ids.length)).toEqual([50, 50]);
  rig.cleanup.dispose();
  await rig.clock.advance(2 * hourMs);
  expect(rig.left()).toHaveLength(20);
  expect(rig.clock.pendingTimers()).toBe(0);
});

it('tries again later where the store is away', async () => {
  const rig = createRig();
  rig.put(1, 2);
  rig.fail(true);
  await rig.clock.advance(60_000);
  expect(rig.logged).toEqual(['media-not-cleaned {"error":"TypeError"}']);
  rig.fail(false);
  await rig.clock.advance(hourMs);
  expect(rig.left()).toEqual([]);
});
