/**
 * Bounds the memory that unfinished messages take: WebSocket hands out whole messages only, and a file of 100 MB is
 * held until its last fragment. Above the bound only the largest one goes on; the others are not read until there is
 * room again.
 */
export type InboundGate = { enter(reader: Reader): Passage };
type Reader = { readonly pause: () => void; readonly resume: () => void };
type Passage = {
  /** Sets how many bytes of an unfinished message this connection holds. */
  hold(bytes: number): void;
  readonly isPaused: () => boolean;
};

/** Smaller ones are not worth counting. */
const countedFromBytes = 64 * 1024;

export function createInboundGate(maxBytes: number): InboundGate {
  const held = new Map<Passage, number>();
  const paused = new Map<Passage, Reader>();
  let total = 0;

  const largest = (): number => Math.max(0, ...held.values());

  function resumeAll(): void {
    const readers = [...paused.values()];
    paused.clear();
    for (const reader of readers) reader.resume();
  }

  return {
    enter(reader) {
      const passage: Passage = {
        hold(bytes) {
          const counted = bytes < countedFromBytes ? 0 : bytes;
          const before = held.get(passage) ?? 0;
          if (counted === before) return;
          total += counted - before;
          if (counted === 0) held.delete(passage);
          else held.set(passage, counted);
          if (counted === 0) paused.delete(passage);
          if (total <= maxBytes) resumeAll();
          else if (counted > 0 && counted < largest()) {
            paused.set(passage, reader);
            reader.pause();
          } else if (counted === 0 && paused.size > 0) resumeAll();
        },
        isPaused: () => paused.has(passage),
      };
      return passage;
    },
  };
}
