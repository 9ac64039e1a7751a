import type { Closed } from '../connection/link.ts';
import type { Queued } from './outbox-queue.ts';

/** What is to be parked at once: the server said why, and there was nothing else that it could mean. */
export type Guilty = { readonly item: Queued; readonly reason: 'too-large' | 'refused' };

/**
 * Notes with the messages that were under way what the end of their connection says of them.
 * @param written what was under way, in the order of writing: a server falls over the first of it.
 */
export function blame(written: readonly Queued[], closed: Pick<Closed, 'code' | 'isServersDoing'>): Guilty | null {
  const verdict = closed.isServersDoing ? verdictOfClose(closed.code) : 'innocent';
  const [head] = written;
  if (head === undefined || verdict === 'innocent') return null;
  // A server falls over whole messages: one that was cut off is the line's fault, most of the time.
  if (head.isWhole) head.closes += 1;
  else noteCutOff(head);
  for (const item of written) item.isSuspect = true;
  return verdict === 'unknown' || written.length > 1 ? null : { item: head, reason: verdict };
}

/** A line cuts here and there, a server that cannot take more always at the same place. */
function noteCutOff(item: Queued): void {
  if (item.sentBytes <= item.furthestBytes) item.cutOffs += 1;
  else item.cutOffs = 0;
  item.furthestBytes = Math.max(item.furthestBytes, item.sentBytes);
}

/**
 * What a close code says of the message that was under way: too large or not wanted, then it is to blame (safety F10,
 * R29); nothing, where the server goes away or is busy; else it is not known (safety R30).
 */
function verdictOfClose(code: number): Guilty['reason'] | 'innocent' | 'unknown' {
  switch (code) {
    case 1009:
      return 'too-large';
    case 1003:
    case 1007:
    case 1008:
      return 'refused';
    case 1001:
    case 1012:
    case 1013:
      return 'innocent';
    default:
      return 'unknown';
  }
}
