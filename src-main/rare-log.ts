import type { Clock, Logger } from './ports.ts';

/** What others can make happen at will is written at most once in this time, so that it pushes nothing else out. */
const intervalMs = 60_000;

/** A log in which the same line comes once a minute, with how often it would have come. For lines of which there are few. */
export function createRareLog(log: Logger, clock: Pick<Clock, 'monotonicMs'>): Logger {
  const seen = new Map<string, { loggedAtMs: number; times: number }>();
  return (event, facts = {}) => {
    const line = JSON.stringify([event, facts]);
    const last = seen.get(line) ?? { loggedAtMs: -Infinity, times: 0 };
    seen.set(line, last);
    last.times += 1;
    if (clock.monotonicMs() - last.loggedAtMs < intervalMs) return;
    log(event, { ...facts, times: last.times });
    Object.assign(last, { loggedAtMs: clock.monotonicMs(), times: 0 });
  };
}
