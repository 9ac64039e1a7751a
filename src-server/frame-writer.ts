import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Limits } from './limits.ts';

/**
 * The one place that writes to a socket. WebSocket has no interleaving: while a long reply goes out in fragments,
 * everything else waits (safety F8).
 */
export type FrameWriter = {
  /** Sends a reply, in order. */
  send(text: string): void;
  /** Sends a push, unless the receiver is too far behind: then it is skipped and false comes back (safety R40). */
  push(text: string): boolean;
  /** Sends one frame made of pieces, taking the next piece when the socket has taken the last. */
  stream(pieces: Iterable<string>): Promise<void>;
};

type FrameWriterPorts = {
  readonly socket: WebSocket;
  /** The TCP or TLS socket below. */
  readonly stream: Duplex;
  readonly limits: Limits;
  /** Called when the receiver is hopelessly behind. */
  readonly overflowed: () => void;
  /** Called whenever the receiver has taken something of a long reply. */
  readonly progressed: () => void;
};

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export function createFrameWriter(ports: FrameWriterPorts): FrameWriter {
  const { socket, stream, limits, overflowed, progressed } = ports;
  let isStreaming = false;
  let isCorked = false;
  let waiting: string[] = [];
  let waitingBytes = 0;

  const backlog = (): number => socket.bufferedAmount + waitingBytes;

  /** Frames written in one turn of the event loop leave in one piece: a batch of acks costs one system call. */
  function cork(): void {
    if (isCorked) return;
    isCorked = true;
    stream.cork();
    setImmediate(() => {
      isCorked = false;
      stream.uncork();
    });
  }

  function write(text: string): void {
    if (isStreaming) {
      waiting.push(text);
      waitingBytes += text.length;
    } else {
      cork();
      socket.send(text);
    }
    if (backlog() > limits.terminateAboveBytes) overflowed();
  }

  const sendPiece = (piece: string, isLast: boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const taken = (error?: Error | null): void => (error ? reject(error) : resolve());
      socket.send(piece, { fin: isLast }, taken);
    });

  return {
    send: write,
    push(text) {
      if (backlog() > limits.skipPushesAboveBytes) return false;
      write(text);
      return true;
    },
    async stream(pieces) {
      isStreaming = true;
      try {
        for (const piece of pieces) {
          await sendPiece(piece, false);
          progressed();
          // Waiting for a callback alone can starve every other connection (safety F9).
          await nextTurn();
        }
        await sendPiece('', true);
      } catch {
        // The connection is gone; its close event says the rest.
      } finally {
        isStreaming = false;
        const frames = waiting;
        waiting = [];
        waitingBytes = 0;
        for (const text of frames) write(text);
      }
    },
  };
}
