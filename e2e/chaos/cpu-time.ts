import { openSync, readSync } from 'node:fs';

/** Milliseconds that this process has worked: unlike a clock's, they do not grow while others have the processor. */
export function workedMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const schedule = openSchedule();
const buffer = Buffer.alloc(100);

/**
 * Milliseconds that this thread could have worked, but others had the processor: time that a clock shows and nothing of
 * ours took. Linux tells it, elsewhere it is 0.
 */
export function waitedForProcessorMs(): number {
  if (schedule === null) return 0;
  // Nanoseconds at work, nanoseconds waiting, turns.
  const text = buffer.toString('latin1', 0, readSync(schedule, buffer, 0, buffer.length, 0));
  return Number(text.split(' ')[1]) / 1e6;
}

function openSchedule(): number | null {
  try {
    return openSync('/proc/thread-self/schedstat', 'r');
  } catch {
    return null;
  }
}
