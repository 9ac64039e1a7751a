import { describe, expect, test } from 'vitest';

import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import { sliceBytes } from '../../src-shared/protocol/slices.ts';
import { settle } from './testing/fake-clock.ts';
import { bytesOf, inPieces } from './testing/file-source.ts';
import type { UploadRequest } from './link.ts';
import { createWriter } from './writer.ts';

function setUp() {
  const texts: string[] = [];
  const takers: ((isTaken: boolean) => void)[] = [];
  const pingsAfter: number[] = [];
  const take = (text: string): Promise<boolean> => {
    texts.push(text);
    return new Promise((resolve) => takers.push(resolve));
  };
  const writer = createWriter({
    write: take,
    writeFragment: (text, isLast) => take(`${isLast ? 'last' : 'more'} ${text.length}`),
    ping: () => pingsAfter.push(texts.length),
  });
  return { writer, texts, pingsAfter, take: (isTaken: boolean) => takers.shift()?.(isTaken) };
}

const loadFor = (id: number) => ({ kind: 'load-contacts', userId: userId(id) }) as const;

const fileOf = (sizeBytes: number): UploadRequest => ({
  envelope: {
    kind: 'send-file',
    messageId: messageId(9),
    senderId: userId(1),
    receiverId: userId(2),
    name: 'a.bin',
  },
  sizeBytes,
  read: () => inPieces(bytesOf(sizeBytes)),
  onBegun: () => {},
  onBytes: () => {},
});

const brokenAfter = (sizeBytes: number) =>
  async function* (): AsyncGenerator<Uint8Array> {
    yield bytesOf(sizeBytes);
    throw new Error('damaged');
  };

describe('the writer', () => {
  test('writes one frame at a time, in order, each once the one before it was taken', async () => {
    const { writer, texts, take } = setUp();
    const results = [writer.write(loadFor(1)), writer.write(loadFor(2)), writer.write(loadFor(3))];
    await settle();
    expect(texts).toEqual(['{"type":"LOAD_CONTACTS","payload":{"userId":1}}']);
    take(true);
    await settle();
    expect(texts).toHaveLength(2);
    take(false);
    await settle();
    take(true);
    expect(await Promise.all(results)).toEqual([true, false, true]);
    expect(texts.map((text) => JSON.parse(text).payload.userId)).toEqual([1, 2, 3]);
  });

  test('writes nothing that still waits once it is stopped', async () => {
    const { writer, texts, take } = setUp();
    const results = [writer.write(loadFor(1)), writer.write(loadFor(2))];
    await settle();
    writer.stop();
    take(true);
    expect(await Promise.all(results)).toEqual([true, false]);
    expect(texts).toHaveLength(1);
  });

  test('writes a file in fragments, each once the one before it was taken, and nothing in between', async () => {
    const { writer, texts, take } = setUp();
    const seen = { begun: 0, doneBytes: [] as number[] };
    const before = writer.write(loadFor(1));
    const upload = writer.upload({
      ...fileOf(2 * sliceBytes + 10),
      onBegun: () => (seen.begun += 1),
      onBytes: (doneBytes) => seen.doneBytes.push(doneBytes),
    });
    const after = writer.write(loadFor(2));
    await settle();
    expect(texts).toHaveLength(1);
    expect(seen.begun).toBe(0);
    for (let count = 1; count <= 4; count += 1) {
      expect(texts).toHaveLength(count);
      take(true);
      await settle();
      await settle();
    }
    expect(await upload).toBe('written');
    expect(texts.map((text) => text.slice(0, 4))).toEqual(['{"ty', 'more', 'more', 'last', '{"ty']);
    expect(seen).toEqual({ begun: 1, doneBytes: [sliceBytes, 2 * sliceBytes, 2 * sliceBytes + 10] });
    take(true);
    expect(await Promise.all([before, after])).toEqual([true, true]);
  });

  test('asks for a pong behind every second fragment, so that the pongs show how far the other side has read', async () => {
    const { writer, pingsAfter, take } = setUp();
    const upload = writer.upload(fileOf(6 * sliceBytes));
    for (let count = 1; count <= 6; count += 1) {
      await settle();
      await settle();
      take(true);
    }
    expect(await upload).toBe('written');
    expect(pingsAfter).toEqual([2, 4]);
  });

  test('lets the event loop turn while a file is written that the system takes at once', async () => {
    const writer = createWriter({
      write: () => Promise.resolve(true),
      writeFragment: () => Promise.resolve(true),
      ping: () => {},
    });
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    await writer.upload(fileOf(64 * sliceBytes));
    isDone = true;
    // A turn for each 128 KiB of text, which are two fragments.
    expect(turns).toBeGreaterThanOrEqual(31);
  });

  test('begins no file that is cancelled before its turn, and goes on with the next frame', async () => {
    const { writer, texts, take } = setUp();
    void writer.write(loadFor(1));
    const stop = new AbortController();
    const upload = writer.upload({ ...fileOf(10), signal: stop.signal });
    const after = writer.write(loadFor(2));
    await settle();
    stop.abort();
    take(true);
    expect(await upload).toBe('not-begun');
    await settle();
    take(true);
    expect(await after).toBe(true);
    expect(texts).toHaveLength(2);
  });

  test('never ends the frame of a file that is cancelled, cannot be read, or is not as long as it was', async () => {
    for (const [rest, outcome] of [
      [{ signal: true }, 'cut-off'],
      [{ sizeBytes: 3 * sliceBytes }, 'source-failed'],
      [{ read: brokenAfter(2 * sliceBytes) }, 'source-failed'],
    ] as const) {
      const { writer, texts, take } = setUp();
      const stop = new AbortController();
      const { signal, ...changed } = { signal: false, ...rest };
      const upload = writer.upload({ ...fileOf(4 * sliceBytes), ...changed, ...(signal && { signal: stop.signal }) });
      await settle();
      take(true);
      stop.abort();
      for (let count = 0; count < 5; count += 1) {
        await settle();
        take(true);
      }
      expect(await upload).toBe(outcome);
      expect(texts.filter((text) => text.startsWith('last'))).toEqual([]);
    }
  });

  test('says that a file was cut off where the socket takes no more of it', async () => {
    const { writer, take } = setUp();
    const upload = writer.upload(fileOf(4 * sliceBytes));
    await settle();
    take(true);
    await settle();
    take(false);
    expect(await upload).toBe('cut-off');
  });
});
