import { createHmac, randomBytes } from 'node:crypto';
import type { Clock, Log, Ports } from './ports.ts';

const clock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, work) {
    const timer = setTimeout(work, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, work) {
    const timer = setInterval(work, periodMs);
    return () => clearInterval(timer);
  },
};

/**
 * The real clock and randomness, with a log of one JSON object per line.
 * @param writeLine takes each line of the log, with its line end.
 */
export function createNodePorts(writeLine: (line: string) => void): Ports {
  return { clock, randomBytes: (size) => randomBytes(size), log: createLineLog(clock, writeLine) };
}

/** Ids of people become a hash whose key lives as long as the process: lines of one person belong together, no more. */
function createLineLog(clock: Clock, writeLine: (line: string) => void): Log {
  const key = randomBytes(32);
  const hashOf = (id: number): string => createHmac('sha256', key).update(String(id)).digest('hex').slice(0, 8);
  return (event, fields = {}) => {
    const { person, ...rest } = fields;
    const time = new Date(clock.nowMs()).toISOString();
    writeLine(
      `${JSON.stringify({ time, event, ...rest, ...(person === undefined ? {} : { person: hashOf(person) }) })}\n`,
    );
  };
}
