import { describe, expect, test } from 'vitest';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { sliceBytes } from '../../src-shared/protocol/slices.ts';
import type { UploadRequest } from './link.ts';
import { settle } from './testing/fake-clock.ts';
import { bytesOf, inPieces } from './testing/file-source.ts';
import { contacts, createLinkRig, me } from './testing/link-rig.ts';

const anna = userId(2);
const fileOf = (sizeBytes: number, rest: Partial<UploadRequest> = {}): UploadRequest => ({
  envelope: { kind: 'send-file', messageId: messageId(9), senderId: me, receiverId: anna, name: 'a.bin' },
  sizeBytes,
  read: () => inPieces(bytesOf(sizeBytes)),
  onBegun: () => {},
  onBytes: () => {},
  ...rest,
});

async function createReadyRig() {
  const rig = createLinkRig();
  rig.link.start(rig.target);
  await rig.becomeReady();
  return rig;
}

describe('an upload over the link', () => {
  test('is one frame at the other end', async () => {
    const rig = await createReadyRig();
    expect(await rig.link.upload(fileOf(3 * sliceBytes + 5))).toBe('written');
    expect(rig.fake.last().fragments).toHaveLength(4);
    const frame = rig.fake.last().written.at(-1);
    if (frame?.kind !== 'send-file') throw new Error('no file came');
    expect(Buffer.concat(frame.slices.map((slice) => Buffer.from(slice, 'base64')))).toEqual(
      Buffer.from(bytesOf(3 * sliceBytes + 5)),
    );
  });

  test('is not begun without a connection', async () => {
    const rig = createLinkRig();
    expect(await rig.link.upload(fileOf(10))).toBe('not-begun');
  });

  test('costs nothing where it is cancelled before its first byte', async () => {
    const rig = await createReadyRig();
    const stop = new AbortController();
    stop.abort();
    expect(await rig.link.upload(fileOf(10, { signal: stop.signal }))).toBe('not-begun');
    expect(rig.link.state().phase).toBe('ready');
  });

  test('costs nothing where its file cannot be read from the beginning', async () => {
    const rig = await createReadyRig();
    const missing = () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('gone')) }) });
    expect(await rig.link.upload(fileOf(10, { read: missing }))).toBe('source-failed');
    expect(rig.link.state().phase).toBe('ready');
  });

  test('closes the connection at once where it is cancelled later, even while the system takes nothing', async () => {
    const rig = await createReadyRig();
    const takeMore = rig.fake.last().holdFragments();
    const stop = new AbortController();
    const upload = rig.link.upload(fileOf(4 * sliceBytes, { signal: stop.signal }));
    await settle();
    takeMore(2);
    await settle();
    expect(rig.link.state().phase).toBe('ready');
    stop.abort();
    expect(rig.link.state()).toMatchObject({ phase: 'waiting', cause: 'cancelled' });
    expect(rig.fake.last().isTerminated()).toBe(true);
    expect(await upload).toBe('cut-off');
    expect(rig.fake.last().written.map((frame) => frame.kind)).toEqual(['log-in-by-token']);
  });

  test('is cancelled alone: what else was asked for is offline, and the link comes back at once, however often', async () => {
    const rig = await createReadyRig();
    for (let time = 0; time < 5; time += 1) {
      const stop = new AbortController();
      const takeMore = rig.fake.last().holdFragments();
      const upload = rig.link.upload(fileOf(4 * sliceBytes, { signal: stop.signal }));
      const request = rig.link.request({ kind: 'load-contacts', userId: me });
      const added = rig.link.request({ kind: 'add-contact', userId: me, targetId: anna });
      await settle();
      takeMore(1);
      stop.abort();
      await upload;
      expect(await request).toEqual(err({ code: 'offline' }));
      expect(await added).toEqual(err({ code: 'offline' }));
      await rig.clock.advance(0);
      expect(rig.link.state().phase).toBe('dialing');
      await rig.becomeReady();
    }
  });

  test('closes the connection where its file breaks off, so that half of it is never taken for the whole', async () => {
    const rig = await createReadyRig();
    expect(await rig.link.upload(fileOf(4 * sliceBytes, { sizeBytes: 5 * sliceBytes }))).toBe('source-failed');
    expect(rig.link.state().phase).toBe('waiting');
  });

  test('lets a request wait for its turn without counting that as silence', async () => {
    const rig = await createReadyRig();
    const takeMore = rig.fake.last().holdFragments();
    const upload = rig.link.upload(fileOf(60 * sliceBytes));
    const reply = rig.link.request({ kind: 'load-contacts', userId: me });
    for (let second = 0; second < 90; second += 1) {
      await rig.clock.advance(1_000);
      takeMore(1);
    }
    expect(await upload).toBe('written');
    expect(rig.link.state().phase).toBe('ready');
    rig.fake.last().say(contacts);
    expect((await reply).ok).toBe(true);
  });

  test('ends the connection within thirty seconds where the line takes nothing any more', async () => {
    const rig = await createReadyRig();
    const takeMore = rig.fake.last().holdFragments();
    const upload = rig.link.upload(fileOf(100 * sliceBytes));
    for (let second = 0; second < 40; second += 1) {
      takeMore(1);
      await rig.clock.advance(1_000);
    }
    expect(rig.link.state().phase).toBe('ready');
    await rig.clock.advance(30_000);
    expect(rig.states).toContainEqual(expect.objectContaining({ phase: 'waiting', cause: 'connection-silent' }));
    expect(await upload).toBe('cut-off');
  });

  test('lives on while pongs show that the server reads what the system holds, and 25 seconds longer', async () => {
    const rig = await createReadyRig();
    rig.fake.last().pong();
    expect(await rig.link.upload(fileOf(3_000_000))).toBe('written');
    for (let second = 0; second < 80; second += 2) {
      await rig.clock.advance(2_000);
      rig.fake.last().pong();
    }
    expect(rig.link.state().phase).toBe('ready');
    await rig.clock.advance(25_000);
    expect(rig.states).toContainEqual(expect.objectContaining({ phase: 'waiting', cause: 'connection-silent' }));
  });

  test('lets a request behind it wait as long as the slowest line takes, also where no pongs come', async () => {
    const rig = await createReadyRig();
    expect(await rig.link.upload(fileOf(3_000_000))).toBe('written');
    const reply = rig.link.request({ kind: 'load-contacts', userId: me });
    // 4 MB of base64 at 25 kB/s.
    await rig.clock.advance(160_000);
    expect(rig.link.state().phase).toBe('ready');
    await rig.clock.advance(20_000);
    expect(rig.link.state().phase).not.toBe('ready');
    expect(await reply).toMatchObject({ ok: false });
  });

  test('is over for the line with its ack: a line that dies then is noticed as ever', async () => {
    const rig = await createReadyRig();
    expect(await rig.link.upload(fileOf(3_000_000))).toBe('written');
    rig.fake.last().say({ kind: 'message-acknowledged', messageId: messageId(9) });
    await rig.clock.advance(25_000);
    expect(rig.link.state().phase).not.toBe('ready');
  });

  test('knows what the server takes in one file, from its latest handshake', async () => {
    const rig = createLinkRig();
    rig.link.start(rig.target);
    expect(rig.link.maxFileBytes()).toBeNull();
    rig.fake.last().open(5_000);
    expect(rig.link.maxFileBytes()).toBe(5_000);
    rig.fake.last().end();
    await rig.clock.advance(30_000);
    rig.fake.last().open();
    expect(rig.link.maxFileBytes()).toBeNull();
  });
});
