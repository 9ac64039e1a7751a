import type { RowId } from '../../src-shared/kernel/ids.ts';
import { setPunctualTimer } from '../connection/punctual-timer.ts';
import { drainMs } from '../connection/timings.ts';
import type { Cancel, Clock, Logger } from '../ports.ts';
import { isFile, type Queued } from './outbox-queue.ts';

/** A message that the server has not acknowledged in this time is in doubt, and so is the connection (safety R10). */
const ackTimeoutMs = 10_000;
/** What a server that decodes, checks and stores a file before it acknowledges does at least in a second. */
const serverBytesPerSecond = 5_000_000;

export type AckTimers = {
  /** Counts from now: it was handed to the socket, to its last byte. */
  readonly start: (item: Queued) => void;
  readonly stop: (item: Queued) => void;
  readonly dispose: () => void;
};

/** How long a server may take to acknowledge, one timer for each message. */
export function createAckTimers(deps: {
  readonly clock: Clock;
  readonly log: Logger;
  readonly worstRoundTripMs: () => number;
  /** When a long frame last stood before whatever the server said next. */
  readonly heldUpAtMs: () => number;
  readonly onMissing: (item: Queued) => void;
}): AckTimers {
  const timers = new Map<RowId, Cancel>();

  /** A file's end may still be in the system's buffers, and it takes its time at the other end. */
  function timeoutOf(item: Queued): number {
    const sizeBytes = isFile(item) ? (item.attachment?.sizeBytes ?? 0) : 0;
    const forSizeMs = drainMs((sizeBytes * 4) / 3) + (sizeBytes / serverBytesPerSecond) * 1_000;
    return ackTimeoutMs + deps.worstRoundTripMs() + forSizeMs;
  }
  function stop(item: Queued): void {
    timers.get(item.rowId)?.();
    timers.delete(item.rowId);
  }

  function start(item: Queued): void {
    stop(item);
    const timeoutMs = timeoutOf(item);
    const sinceMs = deps.clock.monotonicMs();
    const cancel = setPunctualTimer(deps.clock, timeoutMs, () => {
      // The ack may be right behind a long history, which would never arrive if each message ended it half-way.
      if (deps.heldUpAtMs() > sinceMs) return start(item);
      deps.log('ack-missing', { afterMs: timeoutMs });
      deps.onMissing(item);
    });
    timers.set(item.rowId, cancel);
  }

  return {
    start,
    stop,
    dispose: () => {
      for (const cancel of timers.values()) cancel();
    },
  };
}
