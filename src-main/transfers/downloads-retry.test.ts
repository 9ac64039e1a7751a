import { beforeEach, describe, expect, it } from 'vitest';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { createDownloadsRig, done, fault, messages, passing } from './testing/downloads-rig.ts';

let rig: ReturnType<typeof createDownloadsRig>;
beforeEach(() => {
  rig = createDownloadsRig();
});

describe('trying again', () => {
  it('happens after 1, 2, 4 and 8 seconds, then it is said what is wrong', async () => {
    const wanted = rig.fetch(1);
    await settle();
    rig.last().start();
    const at: number[] = [];
    for (let tries = 1; tries <= 5; tries += 1) {
      at.push(rig.clock.monotonicMs());
      await rig.last().end(passing('server-busy'));
      for (let waited = 0; rig.takings.length === tries && waited < 100; waited += 1) await rig.clock.advance(500);
    }
    expect(at).toEqual([0, 1_000, 3_000, 7_000, 15_000]);
    expect(await wanted).toMatchObject({ error: { code: 'server-busy' } });
    expect(rig.onBoard()).toEqual([[1, 'failed', 'server-busy']]);
    expect(rig.clock.pendingTimers()).toBeLessThanOrEqual(1);
  });

  it('has no end while more of it comes each time', async () => {
    const wanted = rig.fetch(1);
    await settle();
    for (let tries = 0; tries < 20; tries += 1) {
      rig.last().start();
      rig.last().onBytes(tries * 10);
      rig.last().onBytes(tries * 10 + 10);
      await rig.last().end(passing('offline'));
      await rig.clock.advance(1_000);
    }
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
    expect(rig.takings).toHaveLength(21);
  });

  it('has an end where a server drips what nobody asked for', async () => {
    await rig.offer(messages(1));
    for (let tries = 0; tries < 5; tries += 1) {
      rig.last().start();
      rig.last().onBytes(tries * 10);
      rig.last().onBytes(tries * 10 + 10);
      await rig.last().end(passing('timeout'));
      await rig.clock.advance(8_000);
    }
    expect(rig.takings).toHaveLength(5);
    expect(rig.onBoard()).toEqual([[1, 'failed', 'timeout']]);
  });

  it('does not wait where somebody asks for it again', async () => {
    await rig.offer(messages(1));
    await rig.last().end(passing('timeout'));
    const wanted = rig.fetch(1);
    await settle();
    expect(rig.last().isAsked).toBe(true);
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
  });

  it('holds nobody else up', async () => {
    await rig.offer(messages(1, 2, 3));
    await rig.takings[0]!.end(passing('timeout'));
    expect(rig.last().rowId).toBe(3);
  });
});

describe('cancelling', () => {
  it('ends what runs, what waits its turn, and what waits to be tried again', async () => {
    await rig.offer(messages(1, 2, 3));
    const wanted = [1, 3].map((row) => rig.fetch(row));
    await rig.takings[1]!.end(passing('timeout'));
    expect([1, 2, 3].map((row) => rig.downloads.cancel(rowId(row)))).toEqual([true, true, true]);
    await settle();
    for (const taking of rig.takings) if (taking.signal.aborted) await taking.end(fault('cancelled'));
    for (const outcome of wanted) expect(await outcome).toMatchObject({ error: { code: 'cancelled' } });
    expect(rig.onBoard()).toEqual([]);
    expect([1, 2, 3].map((row) => rig.downloads.cancel(rowId(row)))).toEqual([false, false, false]);
    // What somebody did not want does not come by itself.
    const count = rig.takings.length;
    await rig.offer(messages(1, 2, 3));
    expect(rig.takings).toHaveLength(count);
  });

  it('can be thought better of at once: it begins anew when the one that was cancelled has ended', async () => {
    const first = rig.fetch(1);
    await settle();
    rig.last().start();
    rig.downloads.cancel(rowId(1));
    const [second, third] = [rig.fetch(1), rig.fetch(1)];
    await settle();
    expect(rig.takings).toHaveLength(1);
    await rig.last().end(fault('cancelled'));
    expect(await first).toMatchObject({ error: { code: 'cancelled' } });
    await settle();
    expect(rig.takings).toHaveLength(2);
    expect(rig.onBoard()).toEqual([[1, 'waiting', null]]);
    await rig.last().end(done);
    expect([await second, await third]).toEqual([done, done]);
  });

  it.each(['cancelled', 'closed'])('holds where it is %s before it began anew', async (how) => {
    void rig.fetch(1);
    await settle();
    rig.downloads.cancel(rowId(1));
    const again = rig.fetch(1);
    if (how === 'closed') rig.downloads.dispose();
    else rig.downloads.cancel(rowId(1));
    await rig.last().end(fault('cancelled'));
    expect(await again).toMatchObject({ error: { code: 'cancelled' } });
    expect(rig.takings).toHaveLength(1);
  });

  it('is what closing the account does, without a word to the window', async () => {
    const wanted = rig.fetch(1);
    await settle();
    rig.last().start();
    rig.downloads.dispose();
    expect(rig.last().signal.aborted).toBe(true);
    await rig.last().end(fault('cancelled'));
    expect(await wanted).toMatchObject({ error: { code: 'cancelled' } });
    expect(rig.logged).toEqual([]);
  });
});

it('a bug in one download is one failed download', async () => {
  const broken = createDownloadsRig(() => Promise.reject(new TypeError('a bug')));
  expect(await broken.fetch(1)).toMatchObject({ error: { code: 'unexpected' } });
  expect(broken.logged).toEqual(['download-broken TypeError', 'download-ended unexpected']);
});
