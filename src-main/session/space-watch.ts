import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Cancel, Clock } from '../ports.ts';

/** A person who makes room should not have to ask. */
const probeMs = 10_000;
/** A database opens in so much: its log, the index of the log and some pages. */
const probeBytes = 1024 * 1024;

/**
 * Waits until there is space in a folder, for a history that did not open because there was none (safety R14): a file
 * is written there now and then, and removed.
 * @param onSpace told once.
 * @returns ends the waiting.
 */
export function waitForSpace(dir: string, clock: Pick<Clock, 'setTimer'>, onSpace: () => void): Cancel {
  let hasEnded = false;
  let cancel: Cancel = () => {};
  const plan = (): void => {
    cancel = clock.setTimer(probeMs, () => void probe());
  };
  async function probe(): Promise<void> {
    const hasSpace = await canWrite(path.join(dir, 'space.probe'));
    if (hasEnded) return;
    if (hasSpace) onSpace();
    else plan();
  }
  plan();
  return () => {
    hasEnded = true;
    cancel();
  };
}

async function canWrite(file: string): Promise<boolean> {
  try {
    // Not zeros: some file systems give no space to them.
    await writeFile(file, new Uint8Array(probeBytes).fill(1), { mode: 0o600, flush: true });
    return true;
  } catch {
    return false;
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}
