import { expect, test } from 'vitest';
import { readAhead } from './read-ahead.ts';

function sourceOf(pieces: readonly number[], failure?: Error) {
  const seen = { asked: 0, isClosed: false };
  async function* read(): AsyncGenerator<number> {
    try {
      for (const piece of pieces) {
        seen.asked += 1;
        yield piece;
      }
      if (failure !== undefined) throw failure;
    } finally {
      seen.isClosed = true;
    }
  }
  return { seen, read };
}

test('hands out the same pieces in order, with one more asked for at each time', async () => {
  const { seen, read } = sourceOf([1, 2, 3, 4]);
  const got: string[] = [];
  for await (const piece of readAhead(read())) got.push(`${piece} ${seen.asked}`);
  expect(got).toEqual(['1 2', '2 3', '3 4', '4 4']);
  expect(seen.isClosed).toBe(true);
});

test('hands out what came before a failure, then the failure', async () => {
  const got: number[] = [];
  const reading = (async () => {
    for await (const piece of readAhead(sourceOf([1, 2], new Error('gone')).read())) got.push(piece);
  })();
  await expect(reading).rejects.toThrow('gone');
  expect(got).toEqual([1, 2]);
});

test('closes its source when nobody wants more, and a failure that nobody waits for is none', async () => {
  const { seen, read } = sourceOf([1], new Error('gone'));
  for await (const piece of readAhead(read())) {
    expect(piece).toBe(1);
    break;
  }
  expect(seen.isClosed).toBe(true);
});
