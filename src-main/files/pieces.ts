/** The pieces of a source, for as long as they are wanted. */
export type Pieces = {
  /** Null: that was all. */
  readonly next: () => Promise<Uint8Array | null | 'cancelled' | 'source-failed'>;
  /** Lets the source clean up; it is not waited for. */
  readonly end: () => void;
};

/** Reads a source that may hang, as a file on a lost network drive does: `stop` ends the waiting all the same. */
export function piecesUntil(stop: AbortSignal, source: AsyncIterable<Uint8Array>): Pieces {
  const iterator = source[Symbol.asyncIterator]();
  // It is told of as long as a whole account is open, and thousands of sources may be read in that time.
  const reading = new AbortController();
  const stopped = new Promise<'cancelled'>((resolve) => {
    if (stop.aborted) resolve('cancelled');
    else stop.addEventListener('abort', () => resolve('cancelled'), { once: true, signal: reading.signal });
  });
  return {
    next: async () => {
      if (stop.aborted) return 'cancelled';
      try {
        const result = await Promise.race([iterator.next(), stopped]);
        if (result === 'cancelled' || stop.aborted) return 'cancelled';
        return result.done === true ? null : result.value;
      } catch {
        return stop.aborted ? 'cancelled' : 'source-failed';
      }
    },
    end: () => {
      reading.abort();
      void iterator.return?.().catch(() => undefined);
    },
  };
}
