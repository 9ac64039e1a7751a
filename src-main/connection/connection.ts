import type { AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import type { ServerUrl } from '../../src-shared/kernel/ids.ts';
import type { Result } from '../../src-shared/kernel/result.ts';
import type { ClientFrame, FrameReject } from '../../src-shared/protocol/frames.ts';
import type { Clock } from '../ports.ts';
import type { Dial, SocketEnd } from './dialer.ts';
import { createFrameReader, type LargeFrames } from './frame-reader.ts';
import { createHeartbeat } from './heartbeat.ts';
import type { InboundFrame } from './inbound-frame.ts';
import { createLanes } from './lanes.ts';
import type { LaneFrame, Link, UploadEnd, UploadRequest } from './link.ts';
import { closeTimeoutMs, drainMs, maxDroppedRowsUncounted, maxRejectsPerMinute, minProgressBytes } from './timings.ts';
import { createPace } from './pace.ts';
import { createWriter, type Writer } from './writer.ts';

/** One socket from its dialing to its end, and everything that ends with it: lanes, writer, heartbeat. */
export type Connection = {
  readonly request: Link['request'];
  readonly write: (frame: ClientFrame) => Promise<boolean>;
  readonly upload: Writer['upload'];
  readonly nudge: () => void;
  /** See {@link Link.setHeld}. */
  readonly setHeld: Link['setHeld'];
  /** See `Link.heldUpAtMs`. */
  readonly heldUpAtMs: () => number;
  /**
   * Leaves the socket: nothing of it is heard any more, requests fail as `reason`. Cuts it, or closes it politely
   * where a close code is given. Resolves once it is closed, or was waited for and is abandoned (2 s, safety F6).
   */
  readonly leave: (reason: AppErrorCode, closeCode?: number) => Promise<void>;
};

export type ConnectionEvents = {
  readonly opened: (maxFileBytes: number | null) => void;
  /** The reply to a log-in or a registration is here, and is a yes. */
  readonly loggedIn: () => void;
  /** A frame that answers no request. */
  readonly pushed: (frame: InboundFrame) => void;
  readonly rejected: (reason: FrameReject['reason'] | 'binary') => void;
  readonly roundTrip: (durationMs: number) => void;
  /** It must be left now: dead, out of step or broken. `closeCode` is what to tell the other side. */
  readonly failed: (cause: AppErrorCode, closeCode?: number) => void;
  /** The socket is gone, because the other side went or because it was left. Comes exactly once. */
  readonly ended: (end: SocketEnd) => void;
};

/** A large frame is being read; too much came at once; what came waits for its turn. */
type Hold = 'reading' | 'pace' | 'overfull';

export type ConnectionDeps = { readonly clock: Clock; readonly dialer: Dial; readonly largeFrames: LargeFrames };

/** Dials, and reports what happens. */
export function createConnection(
  { clock, dialer, largeFrames }: ConnectionDeps,
  url: ServerUrl,
  events: ConnectionEvents,
): Connection {
  let hasLeft = false;
  let isOpen = false;
  let end: SocketEnd | null = null;
  let onEnd = (): void => {};
  let rejectTimesMs: number[] = [];
  let readAtFrame = 0;
  let readAtCheck = 0;
  /** When nothing was read last though there may have been something to read. */
  let heldUntilMs = -Infinity;
  let contactsLoad: LaneFrame | null = null;
  /** Until then a request may wait for its reply, because the end of an upload is before it. */
  let drainsUntilMs = -Infinity;
  let uploads = 0;
  /** Why nothing is read at present, though there may be something to read. */
  const holds = new Set<Hold>();
  const isDraining = (): boolean => clock.monotonicMs() < drainsUntilMs;

  const socket = dialer(url, {
    opened: (maxFileBytes) => {
      if (hasLeft) return;
      isOpen = true;
      heartbeat.start();
      events.opened(maxFileBytes);
    },
    frame: (bytes) => {
      if (hasLeft) return;
      readAtFrame = socket.bytesRead();
      const waitMs = pace.count(clock.monotonicMs());
      if (waitMs > 0) slowDown(waitMs);
      reader.take(bytes);
    },
    binary: () => {
      if (!hasLeft) reject({ reason: 'binary' });
    },
    ponged: () => {
      if (!hasLeft) heartbeat.ponged();
    },
    closed: finish,
  });

  const pace = createPace();
  const reader = createFrameReader({ largeFrames, deliver, setPaused: (isPaused) => setHold('reading', isPaused) });
  const writer = createWriter(socket);
  const lanes = createLanes({
    clock,
    write: writer.write,
    isReceiving: () => {
      if (holds.size > 0 || isDraining()) return true;
      const read = socket.bytesRead();
      const moved = read - Math.max(readAtFrame, readAtCheck);
      readAtCheck = read;
      return moved >= minProgressBytes;
    },
    onTimeout: () => events.failed('timeout'),
  });
  const heartbeat = createHeartbeat({
    clock,
    ping: socket.ping,
    bytesRead: socket.bytesRead,
    bytesTaken: socket.bytesTaken,
    isPaused: () => holds.size > 0,
    isUploading: () => uploads > 0,
    onRoundTrip: events.roundTrip,
    askOtherwise,
    onDead: () => events.failed('connection-silent'),
  });

  function setHold(reason: Hold, isHeld: boolean): void {
    const wasHeld = holds.size > 0;
    if (isHeld && !hasLeft) holds.add(reason);
    else holds.delete(reason);
    if (holds.size > 0 === wasHeld) return;
    if (wasHeld) heldUntilMs = clock.monotonicMs();
    socket.setPaused(holds.size > 0);
  }

  function slowDown(waitMs: number): void {
    if (holds.has('pace')) return;
    setHold('pace', true);
    clock.setTimer(waitMs, () => setHold('pace', false));
  }

  function deliver(frame: Result<InboundFrame, FrameReject>): void {
    if (!frame.ok) return reject(frame.error);
    const dropped = 'droppedRows' in frame.value ? (frame.value.droppedRows ?? 0) : 0;
    if (dropped > maxDroppedRowsUncounted && !isBearable()) return events.failed('invalid-reply', 1002);
    // Whatever it is for, the server has read what was written before.
    if (frame.value.kind === 'message-acknowledged') drainsUntilMs = -Infinity;
    if (!lanes.take(frame.value)) events.pushed(frame.value);
    else if (frame.value.kind === 'logged-in' || frame.value.kind === 'registered') events.loggedIn();
  }

  function reject(frame: Pick<FrameReject, 'type'> & { readonly reason: FrameReject['reason'] | 'binary' }): void {
    events.rejected(frame.reason);
    // Types we do not know are a newer server's right.
    if (frame.reason === 'unknown-type') return;
    if (!isBearable()) return events.failed('invalid-reply', 1002);
    if (frame.reason === 'invalid-payload') lanes.takeUnreadable(frame.type ?? '');
  }

  /** Counts one more frame that cannot be read. False: those were too many. */
  function isBearable(): boolean {
    const nowMs = clock.monotonicMs();
    rejectTimesMs = [...rejectTimesMs.filter((timeMs) => nowMs - timeMs < 60_000), nowMs];
    return rejectTimesMs.length <= maxRejectsPerMinute;
  }

  /** For servers that never pong: the contacts, if they were ever asked for. Their reply is news like any other. */
  function askOtherwise(): boolean {
    if (contactsLoad === null) return false;
    void reload(contactsLoad);
    return true;
  }

  async function reload(load: LaneFrame): Promise<void> {
    const reply = await lanes.request(load);
    if (reply.ok && !hasLeft) events.pushed(reply.value);
  }

  function finish(socketEnd: SocketEnd): void {
    if (end !== null) return;
    end = socketEnd;
    events.ended(end);
    onEnd();
  }

  async function upload(request: UploadRequest): Promise<UploadEnd> {
    uploads += 1;
    const end = await writer.upload(request);
    uploads -= 1;
    if (end === 'written') drainsUntilMs = clock.monotonicMs() + drainMs((request.sizeBytes * 4) / 3);
    return end;
  }

  function leave(reason: AppErrorCode, closeCode?: number): Promise<void> {
    if (!hasLeft) {
      hasLeft = true;
      heartbeat.stop();
      reader.stop();
      for (const reason of holds) setHold(reason, false);
      writer.stop();
      // A reply too large to be read is known to be one (safety R23); whatever was not asked yet can be asked again.
      lanes.failAll(
        reason === 'cancelled' || reason === 'invalid-reply' ? reason : 'offline',
        reason === 'cancelled' ? reason : 'offline',
      );
    }
    if (end !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const cancelTimer = clock.setTimer(closeTimeoutMs, () => {
        socket.terminate();
        finish({ code: 1006, cause: reason });
      });
      onEnd = () => {
        cancelTimer();
        resolve();
      };
      if (closeCode === undefined || !isOpen) socket.terminate();
      else socket.close(closeCode);
    });
  }

  function heldUpAtMs(): number {
    const isArriving = socket.bytesRead() - readAtFrame >= minProgressBytes;
    return holds.size > 0 || isArriving ? clock.monotonicMs() : heldUntilMs;
  }

  return {
    heldUpAtMs,
    request: (frame) => {
      if (frame.kind === 'load-contacts') contactsLoad = frame;
      return lanes.request(frame);
    },
    write: writer.write,
    upload,
    nudge: () => {
      if (isOpen) heartbeat.nudge();
    },
    setHeld: (isHeld) => setHold('overfull', isHeld),
    leave,
  };
}
