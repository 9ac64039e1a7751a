import process from 'node:process';
import type { Logger } from '../ports.ts';
import { errorFacts } from './redaction.ts';

/** Notes what nothing caught and keeps running: everything that matters is on disk, and a lost window helps nobody (safety R33). */
export function logUncaughtErrors(log: Logger): void {
  process.on('uncaughtException', (error) => log('uncaught-exception', errorFacts(error)));
  process.on('unhandledRejection', (reason) => log('unhandled-rejection', errorFacts(reason)));
}
