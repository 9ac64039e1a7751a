import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation } from './conversations.ts';
import { matchById } from './history-match.ts';
import type { MergeInput } from './history-merge.ts';
import { inServerOrder } from './history-order.ts';
import { readMarks, serverNumbers } from './history-plan.ts';
import { insertRow } from './message-writes.ts';
import { newRowOf } from './pushed.ts';
import { positionStep } from './schema.ts';
import { drain } from './steps.ts';
import { fileIncoming } from './wire-match.ts';

/**
 * Puts the newest page of a long history that is loaded for the first time into the store, before the rest of it is so
 * much as looked at: with room below for all the rest, which will find these rows known. Which end is the newest is
 * judged by the first and the last rows; where their times mislead, the merge puts it right.
 * @param count how many at most.
 * @returns how many messages there are now; 0 where anything was known already.
 */
export function showNewest(context: StoreContext, input: MergeInput, count: number, changes: ChangeSet): number {
  const { db, self } = context;
  const { peerId, source, nowMs } = input;
  if (db.get('SELECT 1 AS one FROM messages WHERE peer_id = ? LIMIT 1', [peerId]) !== undefined) return 0;
  const marks = readMarks(db, peerId);
  if (marks.cleared_position !== null) return 0;
  const first = source.readChunk(0);
  const last = source.readChunk(source.chunkCount - 1);
  if (!first.ok || !last.ok) return 0;
  const ends = fileIncoming(self, [...first.value.messages, ...last.value.messages]);
  const hints = { positionOf: () => null, serverNumberOf: serverNumbers(input.mayMatchContent) };
  const mine = ends.filter((entry) => entry.peerId === peerId);
  const newest = inServerOrder(mine, hints).slice(-count);
  const matched = drain(matchById(context, newest, []));
  if (matched.length === 0) return 0;
  db.transaction(() => {
    ensureConversation(context, peerId, nowMs);
    const lastPosition = marks.last_position + source.rowCount * positionStep;
    const firstPosition = lastPosition - (matched.length - 1) * positionStep;
    for (const [index, { incoming, isVariant }] of matched.entries()) {
      const position = firstPosition + index * positionStep;
      insertRow(context, newRowOf(incoming, { position, isVariant, isCleared: false, nowMs }));
    }
    db.run('UPDATE conversations SET last_position = ? WHERE peer_id = ?', [lastPosition, peerId]);
    changes.reordered(peerId);
  });
  return matched.length;
}
