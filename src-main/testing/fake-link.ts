import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ClientFrame, ServerFrame } from '../../src-shared/protocol/frames.ts';
import type { LaneFrame, LaneReply, Link, LinkState, LinkTarget } from '../connection/link.ts';
import { createListeners } from '../connection/listeners.ts';
import type { Clock } from '../ports.ts';

type Sent = Extract<ClientFrame, { kind: 'send-message' | 'mark-read' }>;

/** A link whose connection comes and goes as the test says, and whose other end is a script. */
export type FakeLink = {
  readonly link: Link;
  /** The connection is up: a new epoch, logged in and caught up. */
  readonly ready: () => void;
  /** The connection ends. */
  readonly lose: (code?: number, cause?: AppErrorCode) => void;
  readonly setState: (state: LinkState) => void;
  /** Frames without a reply, as they were written. */
  readonly sent: Sent[];
  readonly requests: LaneFrame[];
  readonly resets: AppErrorCode[];
  readonly nudges: () => number;
  /** How often the person wanted it. */
  readonly retries: () => number;
  readonly isStopped: () => boolean;
  readonly target: () => LinkTarget | null;
  readonly say: (frame: ServerFrame) => void;
  /** What the server does with what has no reply. */
  onSend: (frame: Sent) => void;
  onRequest: (frame: LaneFrame) => Result<ServerFrame> | Promise<Result<ServerFrame>>;
  /** False: the socket takes nothing. */
  takes: boolean;
};

export function createFakeLink(clock: Clock): FakeLink {
  const states = createListeners<LinkState>('state', () => {});
  const pushes = createListeners<ServerFrame>('push', () => {});
  const closings = createListeners<{ epoch: number; code: number; wasReady: boolean }>('closed', () => {});
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
  function lose(code = 1006, cause: AppErrorCode = 'offline'): void {
    if (state.phase !== 'ready') return;
    const lost = state.epoch;
    setState({ phase: 'waiting', nextAttemptAtMs: clock.nowMs() + 1_000, cause });
    closings.tell({ epoch: lost, code, wasReady: true });
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
        lose(1006, cause);
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
      onPush: pushes.add,
      onClosed: closings.add,
      worstRoundTripMs: () => 0,
      counters: () => ({}),
    },
    ready: () => {
      epoch += 1;
      setState({ phase: 'ready', epoch });
    },
    lose,
    setState,
    sent: [],
    requests: [],
    resets: [],
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
