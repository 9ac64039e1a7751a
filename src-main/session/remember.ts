import type { Logger } from '../ports.ts';

/** What cannot be remembered for the next start must not end this one. */
export function createRemember(log: Logger): (what: string, work: () => Promise<unknown>) => Promise<void> {
  return async (what, work) => {
    try {
      await work();
    } catch (error) {
      log('not-remembered', { what, error: error instanceof Error ? error.name : 'unknown' });
    }
  };
}
