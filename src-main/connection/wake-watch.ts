import type { Clock } from '../ports.ts';

const tickMs = 5_000;
/** A tick so much later than planned, by either clock, means that the computer slept (safety R13). */
const sleptAfterMs = 15_000;
const ticksPerAddressCheck = 2;

export type WakeWatch = {
  /** The system said that it goes to sleep: whatever comes next, the coming tick is a waking. */
  readonly suspended: () => void;
  /** The system said that it woke, or that the screen was unlocked. */
  readonly woke: () => void;
};

export type WakeWatchDeps = {
  readonly clock: Clock;
  /** Whether the system thinks that there is a network. */
  readonly isOnline: () => boolean;
  /** The addresses of this computer in any form that can be compared. */
  readonly addresses: () => string;
  /** Connections may be dead without knowing it. Comes any number of times for one reason. */
  readonly onWake: () => void;
};

/**
 * Notices that the computer slept or changed its network, also where nobody says so (safety R13, §4.3): by the system's
 * word, by a network that is back, by other addresses, and by time that jumped. Both clocks are watched, because the
 * monotonic one stands still in a sleep on Linux and the other one does not.
 */
export function createWakeWatch({ clock, isOnline, addresses, onWake }: WakeWatchDeps): WakeWatch {
  let isSuspended = false;
  let wasOnline = isOnline();
  let knownAddresses = addresses();
  let ticks = 0;

  function woke(): void {
    isSuspended = false;
    onWake();
  }

  /** Each is looked at every time, so that one reason does not hide the next. */
  function hasChanged(): boolean {
    ticks += 1;
    const cameOnline = isOnline() && !wasOnline;
    wasOnline = isOnline();
    if (ticks % ticksPerAddressCheck !== 0) return cameOnline;
    const before = knownAddresses;
    knownAddresses = addresses();
    return cameOnline || knownAddresses !== before;
  }

  function plan(): void {
    const dueMs = clock.monotonicMs() + tickMs;
    const dueAtMs = clock.nowMs() + tickMs;
    clock.setTimer(tickMs, () => {
      const hasSlept = Math.max(clock.monotonicMs() - dueMs, clock.nowMs() - dueAtMs) > sleptAfterMs;
      const isOtherNetwork = hasChanged();
      if (hasSlept || isOtherNetwork || isSuspended) woke();
      plan();
    });
  }

  plan();
  return {
    suspended: () => {
      isSuspended = true;
    },
    woke,
  };
}
