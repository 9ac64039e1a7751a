import { encodeClientFrame } from '../../src-shared/protocol/codec.ts';
import type { ClientFrame } from '../../src-shared/protocol/frames.ts';
import type { DialedSocket } from './dialer.ts';

export type Writer = {
  /** Writes a frame after all frames before it. False where the socket did not take it. */
  readonly write: (frame: ClientFrame) => Promise<boolean>;
  /** Nothing that waits is written any more. */
  readonly stop: () => void;
};

/**
 * The one writer of a socket. A frame waits until the system took the one before it: `ws` would splice a frame into
 * an unfinished fragmented one (safety F8), and a reader that is slow must hold us up, not fill our memory.
 */
export function createWriter(socket: Pick<DialedSocket, 'write'>): Writer {
  let isStopped = false;
  let tail: Promise<unknown> = Promise.resolve();
  return {
    write: (frame) => {
      const written = tail.then(() => (isStopped ? false : socket.write(encodeClientFrame(frame))));
      tail = written;
      return written;
    },
    stop: () => {
      isStopped = true;
    },
  };
}
