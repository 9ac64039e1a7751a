import { parseUrl } from '../../src-shared/kernel/parse-url.ts';
import ReconnectingWebSocket from 'reconnecting-websocket';
import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import { SafeSocket } from './safe-socket.ts';
import { dialTimeoutMs, handshakeTimeoutMs } from './timings.ts';

/** Dials once. Nothing is reported before it has returned; `closed` comes exactly once and last. Never throws. */
export type Dial = (url: ServerUrl, events: SocketEvents) => DialedSocket;

export type SocketEvents = {
  /** @param maxFileBytes what the server said it takes in one file; null: it said nothing. */
  readonly opened: (maxFileBytes: number | null) => void;
  /** A whole text frame, as UTF-8: who is to read it decides whether it is made a string here. */
  readonly frame: (bytes: Uint8Array) => void;
  /** A whole binary frame, of which the protocol knows none. */
  readonly binary: () => void;
  readonly ponged: () => void;
  readonly closed: (end: SocketEnd) => void;
};

/** `code` is the server's close code, 1006 where it sent none (safety F5). */
export type SocketEnd = { readonly code: number; readonly cause: AppErrorCode };

export type DialedSocket = {
  /** Resolves true once the system took the text, false when the socket could not. Neither proves delivery (safety F7). */
  readonly write: (text: string) => Promise<boolean>;
  /** A part of one text frame. Until its last part was written, nothing else may be (safety F8). Resolves as `write` does. */
  readonly writeFragment: (text: Uint8Array, isLast: boolean) => Promise<boolean>;
  readonly ping: () => void;
  /** Whether the other side is to wait with what it sends. */
  readonly setPaused: (isPaused: boolean) => void;
  /** All bytes that came in, unfinished frames and pongs included. */
  readonly bytesRead: () => number;
  /** All bytes that the system took. */
  readonly bytesTaken: () => number;
  /** Asks the other side to close. */
  readonly close: (code: number) => void;
  /** Ends it at once. */
  readonly terminate: () => void;
};

/**
 * A dialer over reconnecting-websocket, one instance for one socket and never used again: what it does after a close
 * cannot be relied on (safety F2), so waiting and trying again belong to the link.
 */
export function createDialer(
  options: { readonly handshakeTimeoutMs: number; readonly dialTimeoutMs: number } = {
    handshakeTimeoutMs,
    dialTimeoutMs,
  },
): Dial {
  return (url, events) => {
    let socket: SafeSocket | null = null;
    let isOver = false;

    function end(result: SocketEnd): void {
      if (isOver) return;
      isOver = true;
      dialer?.close();
      events.closed(result);
    }

    class EpochSocket extends SafeSocket {
      constructor(address: string) {
        super(address, options.handshakeTimeoutMs);
        adopt(this);
      }
    }

    function adopt(dialed: SafeSocket): void {
      socket = dialed;
      dialed.on('pong', events.ponged);
      // Not through reconnecting-websocket, for which `ws` would make a string of every frame.
      dialed.on('message', (data, isBinary) => {
        if (isOver) return;
        if (isBinary) events.binary();
        else events.frame(data as Buffer);
      });
      dialed.on('close', (code) => end({ code, cause: dialed.causeOfEnd(code) }));
    }

    // An address that `ws` refuses would be an unhandled rejection inside reconnecting-websocket.
    const dialer = isDialable(url)
      ? new ReconnectingWebSocket(url, undefined, {
          WebSocket: EpochSocket,
          maxRetries: 0,
          maxEnqueuedMessages: 0,
          connectionTimeout: options.dialTimeoutMs,
        })
      : null;
    if (dialer === null) queueMicrotask(() => end({ code: 1006, cause: 'address-invalid' }));
    else {
      dialer.addEventListener('open', () => events.opened(socket?.maxFileBytes ?? null));
    }

    /** Without a socket yet, there is nothing whose close could be waited for. */
    function stop(how: (open: SafeSocket) => void): void {
      dialer?.close();
      if (socket === null) queueMicrotask(() => end({ code: 1006, cause: 'offline' }));
      else how(socket);
    }

    const send = (data: string | Uint8Array, isLast: boolean): Promise<boolean> =>
      new Promise((resolve) => {
        if (socket?.readyState !== SafeSocket.OPEN) return resolve(false);
        const taken = (error?: Error | null): void => resolve(error === undefined || error === null);
        return socket.send(data, { fin: isLast, binary: false }, taken);
      });

    return {
      write: (text) => send(text, true),
      writeFragment: send,
      ping: () => {
        if (socket?.readyState === SafeSocket.OPEN) socket.ping();
      },
      setPaused: (isPaused) => {
        if (socket?.readyState !== SafeSocket.OPEN) return;
        if (isPaused) socket.pause();
        else socket.resume();
      },
      bytesRead: () => socket?.bytesRead ?? 0,
      bytesTaken: () => socket?.bytesTaken ?? 0,
      close: (code) => stop((open) => open.close(code)),
      terminate: () => stop((open) => open.terminate()),
    };
  };
}

function isDialable(address: string): boolean {
  const url = parseUrl(address);
  return url !== null && (url.protocol === 'ws:' || url.protocol === 'wss:') && url.hash === '';
}
