import { net, powerMonitor } from 'electron';
import type { Clock } from '../ports.ts';

const networkPollMs = 5_000;

/**
 * Calls `onWake` when the computer woke, was unlocked, or found a network again (safety §4.3). It may come twice
 * for one reason, or never: a hint, not a promise.
 */
export function watchWakeSignals(clock: Clock, onWake: () => void): void {
  powerMonitor.on('resume', onWake);
  powerMonitor.on('unlock-screen', onWake);
  let wasOnline = net.isOnline();
  const poll = (): void => {
    const isOnline = net.isOnline();
    if (isOnline && !wasOnline) onWake();
    wasOnline = isOnline;
    clock.setTimer(networkPollMs, poll);
  };
  clock.setTimer(networkPollMs, poll);
}
