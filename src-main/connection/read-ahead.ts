/** The same pieces, each asked for while the one before it is dealt with: the disk does not wait for the network. */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let next = iterator.next();
  try {
    for (;;) {
      const piece = await next;
      if (piece.done === true) return;
      next = iterator.next();
      // Whoever takes it hears of its failure; where nobody does, it does not matter any more.
      next.catch(() => undefined);
      yield piece.value;
    }
  } finally {
    await iterator.return?.();
  }
}
