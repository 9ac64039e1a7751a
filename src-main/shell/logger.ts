import fs from 'node:fs';
import path from 'node:path';
import type { Clock, Logger } from '../ports.ts';
import { redact } from './redaction.ts';

/** Three files of 1 MB: weeks of quiet use, and an hour of the worst. */
const maxFileBytes = 1_000_000;
const maxFiles = 3;

/**
 * Writes one JSON line for each event to `main.log` in `dir` (absolute), the older ones in `main.1.log` and
 * `main.2.log`. Everything is redacted first (safety T31). A log that cannot be written is no reason to fail.
 */
export function createFileLogger(dir: string, clock: Pick<Clock, 'nowMs'>): Logger {
  const fileOf = (index: number): string => path.join(dir, index === 0 ? 'main.log' : `main.${index}.log`);
  let sizeBytes = 0;
  attempt(() => fs.mkdirSync(dir, { recursive: true, mode: 0o700 }));
  attempt(() => (sizeBytes = fs.statSync(fileOf(0)).size));

  function rotate(): void {
    for (let index = maxFiles - 1; index > 0; index -= 1)
      attempt(() => fs.renameSync(fileOf(index - 1), fileOf(index)));
    sizeBytes = 0;
  }

  return (event, facts = {}) => {
    const line = `${JSON.stringify({ at: new Date(clock.nowMs()).toISOString(), event: redact({ event })['event'], ...redact(facts) })}\n`;
    if (sizeBytes + line.length > maxFileBytes) rotate();
    // At once and whole: the last line before a crash is the one that matters.
    attempt(() => {
      fs.appendFileSync(fileOf(0), line, { mode: 0o600 });
      sizeBytes += line.length;
    });
  };
}

function attempt(action: () => unknown): void {
  try {
    action();
  } catch {
    // See above: no log is no reason to fail.
  }
}
