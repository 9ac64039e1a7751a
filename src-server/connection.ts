import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import { decodeClientFrame, encodeServerFrame } from '../src-shared/protocol/codec.ts';
import type { FrameReject } from '../src-shared/protocol/frames.ts';
import { isUploadFrame, parseUploadFrame } from '../src-shared/protocol/upload-frame.ts';
import { sqliteCode } from '../src-shared/sql/gateway.ts';
import type { SignedIn } from './accounts.ts';
import { createFrameWriter } from './frame-writer.ts';
import type { InboundGate } from './inbound-gate.ts';
import { createLiveness } from './liveness.ts';
import type { Limits } from './limits.ts';
import type { LogReason, Ports } from './ports.ts';
import { failureOf, type Incoming, type Requester, type Requests } from './requests.ts';
import type { Allowance, Peer, Sessions } from './sessions.ts';
import { systemCode } from './start-error.ts';
import { uploadPieces } from './upload-pieces.ts';

/** One socket, from the handshake to its end. */
export type Connection = {
  /** Does what is due: pings, deadlines. Called every second. */
  tick(): void;
  /** Ends it because the server stops. */
  goAway(): void;
};

type ConnectionPorts = {
  readonly id: number;
  readonly socket: WebSocket;
  /** The TCP or TLS socket below. */
  readonly stream: Duplex;
  readonly address: string;
  readonly limits: Limits;
  readonly ports: Ports;
  readonly requests: Requests;
  readonly sessions: Sessions;
  readonly gate: InboundGate;
};

/** Longer frames are uploads: 64 KiB of text are 384 KiB of JSON at most, each unit as `\uXXXX`. */
const maxSmallFrameBytes = 512 * 1024;
const maxStrikes = 3;
const minuteMs = 60_000;

export function createConnection(given: ConnectionPorts): Connection {
  const { id, socket, stream, address, limits, ports, requests, sessions } = given;
  const { clock, log } = ports;
  const openedAtMs = clock.nowMs();
  let peer: Peer | null = null;
  let allowance: Allowance | null = null;
  let isClosing = false;
  let isBusy = false;
  let waiting: Buffer[] = [];
  let strikes = 0;
  let rejects = { sinceMs: openedAtMs, count: 0 };

  const passage = given.gate.enter({
    pause: () => socket.pause(),
    resume: () => {
      if (!isBusy) socket.resume();
    },
  });
  const liveness = createLiveness({
    socket,
    stream,
    limits,
    nowMs: clock.nowMs,
    passage,
    isSignedIn: () => peer !== null,
    isBusy: () => isBusy,
    end: (reason, code) => (code === undefined ? terminate(reason) : close(code, reason)),
  });
  const writer = createFrameWriter({
    socket,
    stream,
    limits,
    overflowed: () => terminate('slow-reader'),
    progressed: liveness.notePeerAlive,
  });

  const from: Requester = {
    address,
    peer: () => peer,
    reply: (frame) => writer.send(encodeServerFrame(frame)),
    stream: (pieces) => writer.stream(pieces),
    signIn,
    signOut,
    strike(reason) {
      strikes += 1;
      log('request-refused', { connection: id, reason });
      if (strikes >= maxStrikes) close(1008, 'strikes');
    },
    close: (code, reason) => close(code, reason),
  };

  function signIn({ owner }: SignedIn): void {
    // The client may have gone while its password was checked.
    if (isClosing || socket.readyState !== socket.OPEN) return;
    peer = {
      owner,
      push(text) {
        if (!writer.push(text)) log('push-skipped', { connection: id, bytes: text.length });
      },
      signedOut: () => close(4001, 'signed-out'),
    };
    sessions.attach(peer);
    allowance = sessions.allowance(owner.person);
    log('logged-in', { connection: id, person: owner.person });
  }

  function signOut(): void {
    if (peer === null) return;
    const left = peer;
    peer = null;
    allowance = null;
    liveness.restartLoginDeadline();
    sessions.detach(left);
  }

  function close(code: number, reason: string): void {
    if (isClosing) return;
    isClosing = true;
    waiting = [];
    log('connection-closed', { connection: id, status: code });
    socket.close(code, reason);
    // Nobody who is not read can say goodbye.
    socket.resume();
  }

  function terminate(reason: LogReason): void {
    isClosing = true;
    log('connection-closed', { connection: id, reason });
    socket.terminate();
  }

  function reject(reason: FrameReject['reason'] | 'binary'): void {
    log('frame-rejected', { connection: id, reason });
    const now = clock.nowMs();
    if (now - rejects.sinceMs > minuteMs) rejects = { sinceMs: now, count: 0 };
    rejects.count += 1;
    if (rejects.count > limits.maxRejectsPerMinute) close(1002, 'too many frames that are none');
  }

  /** Reads a frame; undefined where there is none, which has then been counted. */
  function read(bytes: Buffer): Incoming | undefined {
    const isLarge = bytes.length > maxSmallFrameBytes;
    if (isLarge && !isUploadFrame(bytes)) {
      // A close code is the only way to tell the client which message it was.
      log('request-refused', { connection: id, reason: 'too-large', bytes: bytes.length });
      close(1009, 'message too long');
      return undefined;
    }
    const frame = isLarge ? parseUploadFrame(bytes) : decodeClientFrame(bytes.toString('utf8'));
    if (!frame.ok) {
      reject(frame.error.reason);
      return undefined;
    }
    return 'forEachSlice' in frame.value ? { ...frame.value, slices: uploadPieces(frame.value) } : frame.value;
  }

  async function carryOutAfter(delayMs: number, frame: Incoming): Promise<void> {
    await new Promise<void>((resolve) => clock.after(delayMs, resolve));
    if (!isClosing) await requests.handle(frame, from);
  }

  function carryOut(frame: Incoming): Promise<void> | void {
    const isFile = frame.kind === 'send-file' || frame.kind === 'send-image';
    const delayMs = Math.max(allowance?.requests.take() ?? 0, isFile ? (allowance?.files.take() ?? 0) : 0);
    return delayMs > 0 ? carryOutAfter(delayMs, frame) : requests.handle(frame, from);
  }

  function failed(frame: Incoming, error: unknown): void {
    log('request-failed', { verb: frame.kind, code: sqliteCode(error) ?? systemCode(error) ?? 'unknown' });
    const kind = failureOf(frame.kind);
    if (kind === undefined) close(1011, 'internal error');
    else from.reply({ kind, error: 'The server could not do this.' });
  }

  function finished(frame: Incoming): void {
    const isLogin = frame.kind === 'log-in' || frame.kind === 'log-in-by-token' || frame.kind === 'register';
    if (isLogin) liveness.noteLoginAnswered();
    isBusy = false;
    while (!isBusy && waiting.length > 0) process(waiting.shift()!);
    if (!isBusy && !passage.isPaused()) socket.resume();
  }

  function process(bytes: Buffer): void {
    const frame = read(bytes);
    if (frame === undefined || isClosing) return;
    try {
      const pending = carryOut(frame);
      if (pending === undefined) return;
      // One request at a time: replies carry no id, so their order is all that tells them apart.
      isBusy = true;
      socket.pause();
      pending.catch((error: unknown) => failed(frame, error)).then(() => finished(frame), terminateOnBug);
    } catch (error) {
      failed(frame, error);
    }
  }

  function terminateOnBug(error: unknown): void {
    log('request-failed', { code: systemCode(error) ?? 'unknown' });
    terminate('damaged');
  }

  socket.on('message', (data: RawData, isBinary: boolean) => {
    liveness.noteMessage();
    if (isClosing) return;
    if (isBinary || !Buffer.isBuffer(data)) reject('binary');
    else if (isBusy) waiting.push(data);
    else process(data);
  });
  // ws closes by itself on whatever breaks its rules; what it closed with is in the close event.
  socket.on('error', () => undefined);
  socket.on('close', (code) => {
    isClosing = true;
    waiting = [];
    liveness.noteClosed();
    signOut();
    log('connection-closed', { connection: id, status: code, durationMs: clock.nowMs() - openedAtMs });
  });
  log('connection-opened', { connection: id });

  return {
    tick() {
      if (!isClosing) liveness.tick();
    },
    goAway: () => close(1001, 'server stops'),
  };
}
