import { beforeEach, describe, expect, it } from 'vitest';
import { rowId, userId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import {
  blob,
  createDownloadsRig,
  done,
  fault,
  message,
  messages,
  needsServer,
  passing,
} from './testing/downloads-rig.ts';

const ben = userId(3);
let rig: ReturnType<typeof createDownloadsRig>;
beforeEach(() => {
  rig = createDownloadsRig();
});

describe('images on screen', () => {
  it('come by themselves, two at a time, the last one first, each once', async () => {
    rig.downloads.offer(messages(1, 2, 3, 4));
    await rig.offer(messages(3, 4));
    // The first two slots were free when nothing else was there to choose from.
    expect(rig.taken()).toEqual([1, 2]);
    for (const row of [4, 3]) {
      await rig.takings[0]!.end(done);
      rig.takings.shift();
      expect(rig.last().rowId).toBe(row);
    }
    expect(rig.takings.every((taking) => !taking.isAsked)).toBe(true);
  });

  it.each<[string, MessageView]>([
    ['a file', message(1, { kind: 'file' })],
    ['a text', message(1, { kind: 'text', attachment: null })],
    ['one that is here', message(1, {}, { source: 'here', blobId: blob })],
    ['one on another host', message(1, {}, { source: 'foreign', foreignHost: 'evil.example' })],
    ['a bare name', message(1, {}, { source: 'none' })],
    ['one that is too large to be shown', message(1, { sizeBytes: 20_000_001 })],
  ])('do not come by themselves where they are %s', async (_what, offered) => {
    await rig.offer([offered]);
    expect(rig.taken()).toEqual([]);
  });

  it('of another conversation need not come any more, but what has begun goes on', async () => {
    await rig.offer([...messages(1, 2, 3), message(9, { peerId: ben })]);
    rig.downloads.setViewed(ben);
    await rig.takings[0]!.end(done);
    await rig.takings[1]!.end(done);
    expect(rig.taken()).toEqual([1, 2, 9]);
    // As if the others had never been offered.
    await rig.offer(messages(3));
    expect(rig.taken()).toEqual([1, 2, 9, 3]);
  });

  it('wait in a number that has an end', async () => {
    await rig.offer(messages(...Array.from({ length: 400 }, (_, index) => index + 1)));
    for (let ended = 0; ended < rig.takings.length; ended += 1) await rig.takings[ended]!.end(done);
    expect(rig.takings.length).toBeLessThanOrEqual(182);
    expect(rig.taken()).toContain(400);
  });

  it('that could not be had are left alone: for good, or until the next log-in', async () => {
    for (const [row, result] of [
      [1, fault('file-gone')],
      [2, fault('disk-full')],
    ] as const) {
      await rig.offer(messages(row));
      await rig.last().end(result);
    }
    await rig.offer(messages(1, 2));
    expect(rig.taken()).toEqual([1, 2]);
    rig.link.lose();
    rig.link.ready();
    await rig.offer(messages(1, 2));
    expect(rig.taken()).toEqual([1, 2, 2]);
    expect(rig.logged).toEqual(['download-ended file-gone', 'download-ended disk-full']);
  });
});

describe('what somebody wants', () => {
  it('comes first, and is seen while it waits', async () => {
    await rig.offer(messages(1, 2, 3));
    const wanted = rig.fetch(9);
    await settle();
    expect(rig.onBoard()).toEqual([[9, 'waiting', null]]);
    await rig.takings[0]!.end(done);
    expect(rig.last()).toMatchObject({ rowId: 9, isAsked: true });
    rig.last().start();
    expect(rig.onBoard()).toEqual([[9, 'running', null]]);
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
    expect(rig.onBoard()).toEqual([]);
  });

  it('is known as wanted until it is here, unlike what comes by itself', async () => {
    await rig.offer(messages(1, 2));
    const wanted = rig.fetch(1);
    expect([1, 2, 3].map((row) => rig.downloads.isAsked(rowId(row)))).toEqual([true, false, false]);
    await rig.takings[0]!.end(done);
    await wanted;
    expect(rig.downloads.isAsked(rowId(1))).toBe(false);
  });

  it('is the one that waits already, but then it is wanted', async () => {
    await rig.offer(messages(1, 2, 3, 4));
    const wanted = rig.fetch(3);
    await rig.takings[0]!.end(done);
    expect(rig.last()).toMatchObject({ rowId: 3, isAsked: true });
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
  });

  it('is tried once more where less was allowed before', async () => {
    await rig.offer(messages(1));
    const wanted = rig.fetch(1);
    await rig.last().end(fault('file-too-large'));
    expect(rig.takings.map(({ isAsked }) => isAsked)).toEqual([false, true]);
    await rig.last().end(fault('file-too-large'));
    expect(await wanted).toMatchObject({ error: { code: 'file-too-large' } });
  });

  it('fails at once where it is on a server that is not connected', async () => {
    rig.link.lose();
    const wanted = rig.fetch(1);
    await settle();
    await rig.last().end(needsServer);
    expect(await wanted).toMatchObject({ error: { code: 'offline' } });
    expect(rig.onBoard()).toEqual([[1, 'failed', 'offline']]);
  });

  it('waits for a connection that is being made', async () => {
    rig.link.setState({ phase: 'authenticating', epoch: 2 });
    const wanted = rig.fetch(1);
    await settle();
    await rig.last().end(needsServer);
    expect(rig.takings).toHaveLength(1);
    rig.link.ready();
    await settle();
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
  });

  it('goes on with the connection that it was lost with', async () => {
    const wanted = rig.fetch(1);
    await settle();
    rig.last().start();
    rig.last().onBytes(0);
    rig.last().onBytes(400);
    rig.link.lose();
    await rig.last().end(passing('offline'));
    expect(rig.board.list()).toMatchObject([{ phase: 'waiting', doneBytes: 400, totalBytes: 1_000 }]);
    await rig.clock.advance(1_000);
    await rig.last().end(needsServer);
    await rig.clock.advance(60_000);
    expect(rig.takings).toHaveLength(2);
    rig.link.ready();
    await settle();
    rig.last().start();
    expect(rig.board.list()).toMatchObject([{ phase: 'running', doneBytes: 400 }]);
    await rig.last().end(done);
    expect(await wanted).toEqual(done);
  });
});

it('nothing is seen of a download that ended before it was known what it is', async () => {
  const rig = createDownloadsRig();
  void rig.fetch(1);
  rig.downloads.dispose();
  await settle();
  expect(rig.onBoard()).toEqual([]);
});
