import type { Socket } from 'node:net';
import WebSocket from 'ws';
import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { fileLimitHeader, parseFileLimit } from '../../src-shared/protocol/file-limit.ts';
import { maxServerFrameBytes } from '../../src-shared/protocol/limits.ts';
import { causeOfClose, causeOfError, causeOfStatus, isLineFailure } from './socket-cause.ts';
import { closeTimeoutMs, pingIntervalMs } from './timings.ts';

/**
 * The `ws` client as reconnecting-websocket can bear it: it always has an error listener (without one, a handshake
 * that is given up ends the process, safety F1), and it keeps the true reason of its end (safety F5).
 */
export class SafeSocket extends WebSocket {
  #cause: AppErrorCode | null = null;
  #stream: Socket | null = null;
  #maxFileBytes: number | null = null;

  constructor(address: string, handshakeTimeoutMs: number) {
    const options: WebSocket.ClientOptions & { readonly closeTimeout: number } = {
      handshakeTimeout: handshakeTimeoutMs,
      closeTimeout: closeTimeoutMs,
      perMessageDeflate: false,
      followRedirects: false,
      maxPayload: maxServerFrameBytes,
      // Bytes that are no UTF-8 read as U+FFFD: one such text in a history would otherwise end every connection
      // that loads it (safety R22 keeps the socket).
      skipUTF8Validation: true,
    };
    super(address, [], options);
    this.on('error', (error) => this.#fail(error));
    this.on('upgrade', (response) => {
      this.#stream = response.socket;
      this.#maxFileBytes = parseFileLimit(response.headers[fileLimitHeader]);
      response.socket.setKeepAlive(true, pingIntervalMs);
      response.socket.setNoDelay(true);
    });
    this.on('unexpected-response', (_request, response) => {
      this.#cause = causeOfStatus(response.statusCode ?? 0);
      this.terminate();
    });
  }

  /** Frames are heard by `on('message')` only: whoever listens in this way would have a string made of each of them. */
  override addEventListener(...listening: Parameters<WebSocket['addEventListener']>): void {
    if (listening[0] !== 'message') super.addEventListener(...listening);
  }

  /** Why it ended: what went wrong first, else what the close code says. */
  causeOfEnd(closeCode: number): AppErrorCode {
    return this.#cause ?? causeOfClose(closeCode);
  }

  /** What the server says it takes in one file; null before the handshake, and where it says nothing. */
  get maxFileBytes(): number | null {
    return this.#maxFileBytes;
  }

  /** All bytes that came in so far, pongs and unfinished frames included. */
  get bytesRead(): number {
    return this.#stream?.bytesRead ?? 0;
  }

  /** All bytes that the system has taken so far. Those still waiting in this process do not count. */
  get bytesTaken(): number {
    return this.#stream === null ? 0 : this.#stream.bytesWritten - this.#stream.writableLength;
  }

  #fail(error: Error): void {
    const cause = causeOfError(error);
    if (this.#stream === null) this.#cause ??= cause;
    // A frame that is too large or breaks RFC 6455: it was ours to refuse.
    else if ('code' in error && String(error.code).startsWith('WS_ERR_')) this.#cause ??= 'invalid-reply';
    else this.#cause ??= isLineFailure(cause) ? cause : 'offline';
  }
}
