import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ClientFrame, ServerFrame } from '../../src-shared/protocol/frames.ts';
import type { UploadEnvelope } from '../../src-shared/protocol/upload-frame.ts';
import type {
  Closed,
  LaneFrame,
  LaneReply,
  Link,
  LinkState,
  LinkTarget,
  UploadEnd,
  UploadRequest,
} from '../connection/link.ts';
import { createListeners } from '../connection/listeners.ts';
import type { Clock } from '../ports.ts';

type Sent = Extract<ClientFrame, { kind: 'send-message' | 'mark-read' }>;
/** A file as the other end got it. */
export type Uploaded = UploadEnvelope & { readonly bytes: Uint8Array };

/** A link whose connection comes and goes as the test says, and whose other end is a script. */
export type FakeLink = {
  readonly link: Link;
  /** The connection is up: a new epoch, logged in and caught up. */
  readonly ready: () => void;
  /** The server ends the connection. */
  readonly lose: (code?: number) => void;
  readonly setState: (state: LinkState) => void;
  /** Frames without a reply, as they were written. */
  readonly sent: Sent[];
  readonly requests: LaneFrame[];
  readonly resets: AppErrorCode[];
  /** When the other side was told to wait, and to go on. */
  readonly holds: boolean[];
  readonly nudges: () => number;
  /** How often the person wanted it. */
  readonly retries: () => number;
  readonly isStopped: () => boolean;
  readonly target: () => LinkTarget | null;
  readonly say: (frame: ServerFrame) => void;
  /** Files that were written whole. */
  readonly uploads: Uploaded[];
  /** What the server says of files in its handshake. */
  maxFileBytes: number | null;
  /** When something long last stood before what the server said next. */
  heldUpAtMs: number;
  /** Asked before each piece of a file is taken: the test may let it wait, or end the connection. */
  onPiece: (upload: UploadEnvelope, doneBytes: number) => void | Promise<void>;
  onUploaded: (upload: Uploaded) => void;
  /** What the server does with what has no reply. */
  onSend: (frame: Sent) => void;
  onRequest: (frame: LaneFrame) => Result<ServerFrame> | Promise<Result<ServerFrame>>;
  /** False: the socket takes nothing. */
  takes: boolean;
};

export function createFakeLink(clock: Clock): FakeLink {
  const states = createListeners<LinkState>('state', () => {});
  const pushes = createListeners<ServerFrame>('push', () => {});
  const closings = createListeners<Closed>('closed', () => {});
  let state: LinkState = { phase: 'idle' };
  let epoch = 0;
  let nudges = 0;
  let retries = 0;
  let isStopped = false;
  let target: LinkTarget | null = null;

  function setState(next: LinkState): void {
    state = next;
    states.tell(next);
  }
  /** The end of the socket is told a moment after it was left. */
  function lose(code: number, cause: AppErrorCode, isServersDoing: boolean): void {
    if (state.phase !== 'ready') return;
    const lost = state.epoch;
    setState({ phase: 'waiting', nextAttemptAtMs: clock.nowMs() + 1_000, cause });
    closings.tell({ epoch: lost, code, wasReady: true, isServersDoing });
  }

  async function upload({ envelope, sizeBytes, read, ...request }: UploadRequest): Promise<UploadEnd> {
    if (state.phase !== 'ready') return 'not-begun';
    const begunIn = state.epoch;
    const isOver = (): boolean => state.phase !== 'ready' || state.epoch !== begunIn;
    const pieces: Uint8Array[] = [];
    let doneBytes = 0;
    // As the real one does: what was begun and is not ended ends the connection.
    const breakOff = (end: UploadEnd, cause: AppErrorCode): UploadEnd => {
      if (doneBytes === 0) return end === 'cut-off' ? 'not-begun' : end;
      if (!isOver()) fake.link.reset(cause);
      return end;
    };
    try {
      for await (const piece of read()) {
        await fake.onPiece(envelope, doneBytes);
        if (isOver() || request.signal?.aborted === true) return breakOff('cut-off', 'cancelled');
        if (doneBytes === 0) request.onBegun();
        pieces.push(piece.slice());
        doneBytes += piece.length;
        request.onBytes(doneBytes);
      }
    } catch {
      return breakOff('source-failed', 'offline');
    }
    if (doneBytes !== sizeBytes) return breakOff('source-failed', 'offline');
    const uploaded = { ...envelope, bytes: Buffer.concat(pieces) };
    fake.uploads.push(uploaded);
    queueMicrotask(() => fake.onUploaded(uploaded));
    return 'written';
  }

  const fake: FakeLink = {
    link: {
      state: () => state,
      onState: states.add,
      start: (next) => {
        target = next;
        setState({ phase: 'dialing', epoch: epoch + 1 });
      },
      stop: async () => {
        isStopped = true;
        target = null;
        if (state.phase !== 'idle') setState({ phase: 'idle' });
      },
      nudge: () => {
        nudges += 1;
      },
      retry: () => {
        retries += 1;
      },
      reset: (cause) => {
        fake.resets.push(cause);
        lose(1006, cause, false);
      },
      request: async <F extends LaneFrame>(frame: F) => {
        const isUp = state.phase === 'ready' || state.phase === 'catching-up';
        if (!isUp) return err(appError('offline'));
        fake.requests.push(frame);
        return (await fake.onRequest(frame)) as Result<LaneReply<F['kind']>>;
      },
      send: async (frame) => {
        if (state.phase !== 'ready') return err(appError('offline'));
        const sentIn = state.epoch;
        fake.sent.push(frame);
        if (!fake.takes) return err(appError('offline'));
        queueMicrotask(() => fake.onSend(frame));
        return ok({ epoch: sentIn });
      },
      upload,
      maxFileBytes: () => fake.maxFileBytes,
      setHeld: (isHeld) => void fake.holds.push(isHeld),
      onPush: pushes.add,
      onClosed: closings.add,
      worstRoundTripMs: () => 0,
      heldUpAtMs: () => fake.heldUpAtMs,
      counters: () => ({}),
    },
    ready: () => {
      epoch += 1;
      setState({ phase: 'ready', epoch });
    },
    lose: (code = 1006) => lose(code, 'offline', true),
    setState,
    sent: [],
    requests: [],
    resets: [],
    holds: [],
    uploads: [],
    maxFileBytes: null,
    heldUpAtMs: -Infinity,
    onPiece: () => {},
    onUploaded: () => {},
    nudges: () => nudges,
    retries: () => retries,
    isStopped: () => isStopped,
    target: () => target,
    say: (frame) => pushes.tell(frame),
    onSend: () => {},
    onRequest: () => err(appError('timeout')),
    takes: true,
  };
  return fake;
}
