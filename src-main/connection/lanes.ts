import { appError, type AppErrorCode } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { InboundFrame } from './inbound-frame.ts';
import { requestsAnsweredBy } from '../../src-shared/protocol/reply-types.ts';
import type { Cancel, Clock } from '../ports.ts';
import { laneOf, verdictOf, type Lane } from './lane-table.ts';
import type { LaneFrame, LaneReply } from './link.ts';
import { setPunctualTimer } from './punctual-timer.ts';
import { replyTimeoutMs } from './timings.ts';

export type Lanes = {
  /** Asks in turn. Identical loads that still wait for their turn are one; one that was asked before now is not joined. */
  readonly request: <F extends LaneFrame>(frame: F) => Promise<Result<LaneReply<F['kind']>>>;
  /** Gives a frame to the request it answers. False: nobody asked, it is a push. */
  readonly take: (frame: InboundFrame) => boolean;
  /** Fails the request that a frame of this wire type, which could not be read, would have answered. */
  readonly takeUnreadable: (type: string) => void;
  /** Fails everything: what was asked as `asked`, what still waits as `waiting`. */
  readonly failAll: (asked: AppErrorCode, waiting: AppErrorCode) => void;
};

export type LanesDeps = {
  readonly clock: Clock;
  readonly write: (frame: LaneFrame) => Promise<boolean>;
  /** Whether a frame is arriving that is not whole yet: a long history on a slow line is no timeout. */
  readonly isReceiving: () => boolean;
  /** A reply did not come: the lane is out of step and the connection must go (safety A1). */
  readonly onTimeout: () => void;
};

type Turn = {
  readonly frame: LaneFrame;
  readonly reply: Promise<Result<InboundFrame>>;
  readonly settle: (result: Result<InboundFrame>) => void;
  cancelTimer: Cancel;
};

/** The lanes of one connection. They end with it, so a late reply can never meet a later request. */
export function createLanes(deps: LanesDeps): Lanes {
  /** The first of each queue is the one in flight. */
  const queues = new Map<Lane, Turn[]>();
  const turnsOf = (lane: Lane): Turn[] => queues.get(lane) ?? [];

  async function begin(turn: Turn): Promise<void> {
    await deps.write(turn.frame);
    // The reply may be here already.
    if (turnsOf(laneOf(turn.frame))[0] === turn) arm(turn);
  }

  function arm(turn: Turn): void {
    turn.cancelTimer = setPunctualTimer(deps.clock, replyTimeoutMs, () => {
      if (deps.isReceiving()) return arm(turn);
      turn.settle(err(appError('timeout')));
      deps.onTimeout();
    });
  }

  function finish(turn: Turn, result: Result<InboundFrame>): void {
    const queue = turnsOf(laneOf(turn.frame));
    queue.shift();
    turn.cancelTimer();
    turn.settle(result);
    if (queue[0] !== undefined) void begin(queue[0]);
  }

  function ask(frame: LaneFrame): Promise<Result<InboundFrame>> {
    const lane = laneOf(frame);
    const queue = turnsOf(lane);
    queues.set(lane, queue);
    const twin = queue.slice(1).find((turn) => isSameLoad(turn.frame, frame));
    if (twin !== undefined) return twin.reply;
    const turn = createTurn(frame);
    queue.push(turn);
    if (queue[0] === turn) void begin(turn);
    return turn.reply;
  }

  return {
    // The verdict table pairs each request with its own reply.
    request: <F extends LaneFrame>(frame: F) => ask(frame) as Promise<Result<LaneReply<F['kind']>>>,
    take: (frame) => {
      for (const [turn] of queues.values()) {
        if (turn === undefined) continue;
        const verdict = verdictOf(turn.frame, frame);
        if (verdict === 'unrelated') continue;
        finish(turn, verdict === 'success' ? ok(frame) : err(rejection(frame)));
        return true;
      }
      return false;
    },
    takeUnreadable: (type) => {
      const kinds = requestsAnsweredBy(type);
      for (const [turn] of queues.values()) {
        if (turn !== undefined && kinds.includes(turn.frame.kind)) finish(turn, err(appError('invalid-reply')));
      }
    },
    failAll: (asked, waiting) => {
      const all = [...queues.values()];
      queues.clear();
      for (const queue of all) {
        for (const [index, turn] of queue.entries()) {
          turn.cancelTimer();
          turn.settle(err(appError(index === 0 ? asked : waiting)));
        }
      }
    },
  };
}

function createTurn(frame: LaneFrame): Turn {
  let settle: Turn['settle'] = () => {};
  const reply = new Promise<Result<InboundFrame>>((resolve) => {
    settle = resolve;
  });
  return { frame, reply, settle, cancelTimer: () => {} };
}

function isSameLoad(one: LaneFrame, other: LaneFrame): boolean {
  if (one.kind === 'load-contacts') return other.kind === one.kind && other.userId === one.userId;
  if (one.kind !== 'load-messages') return false;
  return other.kind === one.kind && other.userId === one.userId && other.targetId === one.targetId;
}

function rejection(frame: InboundFrame) {
  return appError('rejected', 'error' in frame ? frame.error : '');
}
