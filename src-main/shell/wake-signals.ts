import { net, powerMonitor } from 'electron';
import os from 'node:os';
import { createWakeWatch } from '../connection/wake-watch.ts';
import type { Clock } from '../ports.ts';

type WakeSignals = { readonly clock: Clock; readonly onWake: () => void };

/** Calls `onWake` when the computer woke, was unlocked, or found another network. */
export function watchWakeSignals({ clock, onWake }: WakeSignals): void {
  const watch = createWakeWatch({ clock, isOnline: () => net.isOnline(), addresses: ownAddresses, onWake });
  powerMonitor.on('suspend', watch.suspended);
  powerMonitor.on('resume', watch.woke);
  powerMonitor.on('unlock-screen', watch.woke);
}

/** Compared, and never kept or logged. */
function ownAddresses(): string {
  const interfaces = Object.entries(os.networkInterfaces());
  return interfaces
    .flatMap(([name, addresses = []]) => addresses.map(({ address }) => `${name} ${address}`))
    .toSorted()
    .join('\n');
}
