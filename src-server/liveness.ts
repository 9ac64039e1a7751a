import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Limits } from './limits.ts';

/** Watches one socket for those who are gone, too slow, or never say who they are (safety T21). */
export type Liveness = {
  readonly tick: () => void;
  readonly noteMessage: () => void;
  readonly notePeerAlive: () => void;
  readonly noteLoginAnswered: () => void;
  readonly restartLoginDeadline: () => void;
  readonly noteClosed: () => void;
};

type LivenessPorts = {
  readonly socket: WebSocket;
  readonly stream: Duplex;
  readonly limits: Limits;
  readonly nowMs: () => number;
  readonly passage: { hold(bytes: number): void; readonly isPaused: () => boolean };
  readonly isSignedIn: () => boolean;
  readonly isBusy: () => boolean;
  /** Ends the connection, politely where there is a code. */
  readonly end: (reason: 'deadline' | 'silent' | 'too-large', code?: number) => void;
};

/** A control frame from a client has a header of 2 bytes and a mask of 4. */
const controlFrameBytes = 6;
/** A message that is done sooner is never too slow. */
const slowAfterMs = 10_000;

export function createLiveness(ports: LivenessPorts): Liveness {
  const { socket, stream, limits, nowMs, passage, isSignedIn, isBusy, end } = ports;
  let aliveAtMs = nowMs();
  let pingedAtMs = nowMs();
  let loginDeadlineMs = nowMs() + limits.loginDeadlineMs;
  let loginsAnswered = 0;
  let bytesBeforeLogin = 0;
  /** Bytes of a message that has not come whole, and since when. */
  let unfinishedBytes = 0;
  let unfinishedSinceMs = nowMs();

  // Before ws sees the bytes: it may end a message with them, and that sets the count back.
  stream.prependListener('data', (chunk: Buffer) => {
    aliveAtMs = nowMs();
    if (unfinishedBytes === 0) unfinishedSinceMs = aliveAtMs;
    unfinishedBytes += chunk.length;
    passage.hold(unfinishedBytes);
    if (isSignedIn()) return;
    bytesBeforeLogin += chunk.length;
    if (bytesBeforeLogin > limits.maxBytesBeforeLogin) end('too-large');
  });
  const noteControl = (payload: Buffer): void => {
    unfinishedBytes = Math.max(0, unfinishedBytes - payload.length - controlFrameBytes);
  };
  socket.on('ping', noteControl);
  socket.on('pong', noteControl);

  function isTooSlow(now: number): boolean {
    if (unfinishedBytes === 0 || isBusy() || passage.isPaused()) return false;
    const elapsedMs = now - unfinishedSinceMs;
    return elapsedMs > slowAfterMs && unfinishedBytes < (elapsedMs / 1000) * limits.minBytesPerSecond;
  }

  function isSilent(now: number): boolean {
    // A connection that is paused for want of memory cannot show that it lives.
    if (now - aliveAtMs < limits.maxSilenceMs || passage.isPaused()) return false;
    // When this computer has slept, nobody could answer: they get a ping first.
    return pingedAtMs > aliveAtMs && now - pingedAtMs >= limits.maxSilenceMs - limits.pingEveryMs;
  }

  return {
    tick() {
      const now = nowMs();
      if (!isSignedIn() && !isBusy() && now >= loginDeadlineMs) return end('deadline', 4401);
      if (isSilent(now) || isTooSlow(now)) return end('silent');
      if (now - Math.max(aliveAtMs, pingedAtMs) < limits.pingEveryMs) return undefined;
      pingedAtMs = now;
      socket.ping();
      return undefined;
    },
    noteMessage() {
      unfinishedBytes = 0;
      passage.hold(0);
    },
    notePeerAlive() {
      aliveAtMs = nowMs();
    },
    noteLoginAnswered() {
      if (isSignedIn()) return;
      loginsAnswered += 1;
      loginDeadlineMs = nowMs() + limits.loginDeadlineMs;
      if (loginsAnswered >= limits.maxLoginsPerConnection) end('deadline', 4401);
    },
    restartLoginDeadline() {
      bytesBeforeLogin = 0;
      loginDeadlineMs = nowMs() + limits.loginDeadlineMs;
    },
    noteClosed() {
      passage.hold(0);
    },
  };
}
