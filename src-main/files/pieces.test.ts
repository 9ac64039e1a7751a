import { getEventListeners } from 'node:events';
import { expect, it } from 'vitest';
import { piecesUntil } from './pieces.ts';

async function* twoPieces(): AsyncGenerator<Uint8Array> {
  yield Uint8Array.of(1);
  yield Uint8Array.of(2);
}

it('gives one piece after the other, then says that this was all', async () => {
  const pieces = piecesUntil(new AbortController().signal, twoPieces());
  expect([await pieces.next(), await pieces.next(), await pieces.next()]).toEqual([
    Uint8Array.of(1),
    Uint8Array.of(2),
    null,
  ]);
});

it('leaves nothing on a signal that outlives it, however many sources are read', async () => {
  const stop = new AbortController();
  for (let source = 0; source < 20; source += 1) {
    const pieces = piecesUntil(stop.signal, twoPieces());
    await pieces.next();
    expect(getEventListeners(stop.signal, 'abort')).toHaveLength(1);
    pieces.end();
    expect(getEventListeners(stop.signal, 'abort')).toEqual([]);
  }
});

it('ends the waiting for a source that hangs', async () => {
  const stop = new AbortController();
  const pieces = piecesUntil(stop.signal, {
    [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<Uint8Array>>(() => {}) }),
  });
  const waiting = pieces.next();
  stop.abort();
  expect(await waiting).toBe('cancelled');
});
