import { describe, expect, test } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import { settle } from './testing/fake-clock.ts';
import { createWriter } from './writer.ts';

function setUp() {
  const texts: string[] = [];
  const takers: ((isTaken: boolean) => void)[] = [];
  const writer = createWriter({
    write: (text) => {
      texts.push(text);
      return new Promise((resolve) => takers.push(resolve));
    },
  });
  return { writer, texts, take: (isTaken: boolean) => takers.shift()?.(isTaken) };
}

const loadFor = (id: number) => ({ kind: 'load-contacts', userId: userId(id) }) as const;

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
});
