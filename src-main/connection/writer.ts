import { encodeClientFrame } from '../../src-shared/protocol/codec.ts';
import type { ClientFrame } from '../../src-shared/protocol/frames.ts';
import type { DialedSocket } from './dialer.ts';
import type { UploadEnd, UploadRequest } from './link.ts';
import { bytesBetweenPings } from './timings.ts';
import { uploadFragments } from './upload-fragments.ts';

export type Writer = {
  /** Writes a frame after all frames before it. False where the socket did not take it. */
  readonly write: (frame: ClientFrame) => Promise<boolean>;
  /**
   * Writes one frame in fragments after all frames before it, and nothing else before its last. Where it ends before
   * that and after `onBegun`, the connection is of no more use.
   */
  readonly upload: (request: UploadRequest) => Promise<UploadEnd>;
  /** Nothing that waits is written any more. */
  readonly stop: () => void;
};

/**
 * The one writer of a socket. A frame waits until the system took the one before it: `ws` would splice a frame into
 * an unfinished fragmented one (safety F8), and a reader that is slow must hold us up, not fill our memory.
 */
export function createWriter(socket: Pick<DialedSocket, 'write' | 'writeFragment' | 'ping'>): Writer {
  let isStopped = false;
  let tail: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = tail.then(work);
    tail = turn;
    return turn;
  }

  async function upload({ envelope, sizeBytes, read, onBegun, onBytes, signal }: UploadRequest): Promise<UploadEnd> {
    let isBegun = false;
    let bytesSincePing = 0;
    const isOver = (): boolean => isStopped || signal?.aborted === true;
    if (isOver()) return 'not-begun';
    try {
      for await (const { text, doneBytes, isLast } of uploadFragments(envelope, sizeBytes, read())) {
        if (isOver()) return isBegun ? 'cut-off' : 'not-begun';
        if (!isBegun) onBegun();
        isBegun = true;
        // Awaited, so that no more than one fragment is in memory; it proves nothing (safety F7).
        if (!(await socket.writeFragment(text, isLast))) return 'cut-off';
        onBytes(doneBytes);
        if (isLast) return 'written';
        bytesSincePing += text.length;
        if (bytesSincePing < bytesBetweenPings) continue;
        bytesSincePing = 0;
        // Its pong comes once all before it was read: what the system took shows nothing on a slow line (safety R4).
        socket.ping();
        // Callbacks alone can keep timers and pongs from their turn (safety F9).
        await new Promise((resolve) => setImmediate(resolve));
      }
      return 'cut-off';
    } catch {
      return 'source-failed';
    }
  }

  return {
    write: (frame) => inTurn(async () => (isStopped ? false : socket.write(encodeClientFrame(frame)))),
    upload: (request) => inTurn(() => upload(request)),
    stop: () => {
      isStopped = true;
    },
  };
}
