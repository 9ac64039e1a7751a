import type { Cancel, Clock } from '../ports.ts';
import * as timings from './timings.ts';

export type Heartbeat = {
  readonly start: () => void;
  /** Asks for a sign of life within 5 s. While that is under way, asking again changes nothing. */
  readonly nudge: () => void;
  readonly ponged: () => void;
  readonly stop: () => void;
};

export type HeartbeatDeps = {
  readonly clock: Clock;
  readonly ping: () => void;
  readonly bytesRead: () => number;
  readonly bytesTaken: () => number;
  /** Nothing is taken in at present: silence says nothing then. */
  readonly isPaused: () => boolean;
  /** More is waiting than the system takes at once. Without pongs, only what it takes shows that the line is alive then. */
  readonly isUploading: () => boolean;
  readonly onRoundTrip: (durationMs: number) => void;
  /**
   * Called instead of `onDead` where this connection never saw a pong: asks in another way and returns true, or
   * returns false (safety A35). Its own time limit decides then.
   */
  readonly askOtherwise: () => boolean;
  readonly onDead: () => void;
};

/**
 * Notices a dead connection in 25 s (safety R3, R4, R32): a ping 15 s after the last pong, and within 10 s any byte from
 * the other side, or outgoing bytes that move. An upload has pings of its own in it, whose pongs count as well.
 */
export function createHeartbeat(deps: HeartbeatDeps): Heartbeat {
  const { clock } = deps;
  let cancelTimer: Cancel = () => {};
  let askedAtMs: number | null = null;
  let hasPonged = false;
  let isNudged = false;
  let wasPaused = false;
  let hasStoodStill = false;
  let readBefore = 0;
  let takenBefore = 0;

  function rest(): void {
    isNudged = false;
    cancelTimer();
    cancelTimer = clock.setTimer(timings.pingIntervalMs, () => ask(timings.pongDeadlineMs));
  }

  function ask(deadlineMs: number): void {
    askedAtMs = clock.monotonicMs();
    wasPaused = false;
    hasStoodStill = false;
    readBefore = deps.bytesRead();
    takenBefore = deps.bytesTaken();
    deps.ping();
    watch(deadlineMs);
  }

  function watch(deadlineMs: number): void {
    const dueMs = clock.monotonicMs() + deadlineMs;
    cancelTimer();
    cancelTimer = clock.setTimer(deadlineMs, () => judge(deadlineMs, clock.monotonicMs() - dueMs));
  }

  function judge(deadlineMs: number, latenessMs: number): void {
    isNudged = false;
    if (deps.isPaused()) {
      wasPaused = true;
      return watch(timings.pongDeadlineMs);
    }
    // Only now can an answer get through.
    if (wasPaused) return ask(timings.pongDeadlineMs);
    // Alive, but the pong is still owed: ask again at once, so that a later death is not noticed later.
    if (deps.bytesRead() > readBefore) return ask(timings.pongDeadlineMs);
    // We slept or were busy; an answer may lie unread in the system's buffer.
    if (latenessMs > timings.maxLatenessMs) return ask(deadlineMs);
    const taken = deps.bytesTaken();
    if (taken - takenBefore >= timings.minProgressBytes) {
      takenBefore = taken;
      hasStoodStill = false;
      return watch(timings.pongDeadlineMs);
    }
    if (!hasPonged) {
      if (!deps.isUploading() && deps.askOtherwise()) return rest();
      // The system lets us go on only when a third of its buffer is free: of 2.5 MB at 50 kB/s, each 17 s.
      if (deps.isUploading() && !hasStoodStill) {
        hasStoodStill = true;
        return watch(timings.pongDeadlineMs);
      }
    }
    deps.onDead();
  }

  return {
    start: () => ask(timings.pongDeadlineMs),
    nudge: () => {
      if (isNudged) return;
      isNudged = true;
      ask(timings.nudgeDeadlineMs);
    },
    ponged: () => {
      hasPonged = true;
      if (askedAtMs !== null) deps.onRoundTrip(clock.monotonicMs() - askedAtMs);
      askedAtMs = null;
      rest();
    },
    stop: () => cancelTimer(),
  };
}
