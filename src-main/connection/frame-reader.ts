import type { Result } from '../../src-shared/kernel/result.ts';
import { decodeServerFrame } from '../../src-shared/protocol/codec.ts';
import type { FrameReject } from '../../src-shared/protocol/frames.ts';
import type { HeldId, InboundFrame } from './inbound-frame.ts';

/** A frame of so many bytes, 400 messages or 2,500 bare contacts, is read in 5 to 10 ms; a longer one is read elsewhere. */
const maxBytesReadHere = 64 * 1024;

/** Where large frames are read, so that nothing here waits for them. */
export type LargeFrames = {
  readonly decode: (bytes: Uint8Array) => Promise<Result<InboundFrame, FrameReject>>;
  /** Nobody will ask for this history. */
  readonly release: (held: HeldId) => void;
};

/** Reads them here after all: where there is no store, or it does not answer. */
export const readHere: LargeFrames = {
  decode: (bytes) => Promise.resolve(decodeServerFrame(textOf(bytes))),
  release: () => {},
};

export type FrameReader = {
  readonly take: (bytes: Uint8Array) => void;
  /** Whether a frame that has arrived is still being read. */
  readonly isReading: () => boolean;
  /** Nothing is delivered any more. */
  readonly stop: () => void;
};

export type FrameReaderDeps = {
  readonly largeFrames: LargeFrames;
  readonly deliver: (frame: Result<InboundFrame, FrameReject>) => void;
  /** The other side is to wait, or to go on. */
  readonly setPaused: (isPaused: boolean) => void;
};

/**
 * Turns frames into what they say, in the order of their arrival: what comes after a history was said after it. While
 * one is read elsewhere the socket stands still, so that no more gathers here than was under way.
 */
export function createFrameReader({ largeFrames, deliver, setPaused }: FrameReaderDeps): FrameReader {
  const waiting: Uint8Array[] = [];
  let isReading = false;
  let isStopped = false;

  function read(bytes: Uint8Array): void {
    if (bytes.length <= maxBytesReadHere) deliver(decodeServerFrame(textOf(bytes)));
    else void readElsewhere(bytes);
  }

  async function readElsewhere(bytes: Uint8Array): Promise<void> {
    isReading = true;
    setPaused(true);
    const frame = await largeFrames.decode(bytes);
    isReading = false;
    if (isStopped) {
      if (frame.ok && frame.value.kind === 'history-held') largeFrames.release(frame.value.held);
      return;
    }
    setPaused(false);
    deliver(frame);
    readWaiting();
  }

  /** One after the other, up to the next that is read elsewhere. */
  function readWaiting(): void {
    if (isReading || isStopped) return;
    const next = waiting.shift();
    if (next === undefined) return;
    read(next);
    readWaiting();
  }

  return {
    take: (bytes) => {
      if (isStopped) return;
      if (isReading) waiting.push(bytes);
      else read(bytes);
    },
    isReading: () => isReading,
    stop: () => {
      isStopped = true;
      waiting.length = 0;
      setPaused(false);
    },
  };
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
}
