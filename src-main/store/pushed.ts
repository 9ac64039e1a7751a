import type { RowId } from '../../src-shared/kernel/ids.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation, takeNextPosition } from './conversations.ts';
import { findKnownRows, listAcknowledgedOnly, listUnproven, type KnownRow, type Waiting } from './known-rows.ts';
import { insertRow, type NewRow } from './message-writes.ts';
import { hiddenCodes, proofCodes, stateCodes } from './schema.ts';
import { readTraits } from './traits.ts';
import { confirmRow, entryTest, findSame, type Incoming } from './wire-match.ts';

/** Takes messages one by one, in the order given: what is known is brought up to date, what is new goes to the end. */
export function applyPushed(
  context: StoreContext,
  messages: readonly Incoming[],
  nowMs: number,
  changes: ChangeSet,
): void {
  for (const incoming of messages) {
    const { peerId } = incoming;
    const candidates = findKnownRows(context, peerId, incoming.isMine, incoming.id);
    const same = findSame(context, incoming, candidates) ?? findAcknowledged(context, incoming);
    if (same !== undefined) {
      confirmRow({ context, changes, nowMs }, same, incoming, findWaiting(context, same.row_id));
      continue;
    }
    if (mayBeUnderWay(context, incoming)) continue;
    ensureConversation(context, peerId, nowMs);
    const position = takeNextPosition(context, peerId);
    const isVariant = candidates.some((row) => row.message_id === incoming.id);
    changes.message(peerId, insertRow(context, newRowOf(incoming, { position, isVariant, nowMs, isCleared: false })));
  }
}

/**
 * A server that gives its own ids tells of a message of mine under an id never heard of. It is the oldest one with
 * that content which it has acknowledged; one that is only in doubt is left to the history (safety §4.2 step 5).
 */
function findAcknowledged(context: StoreContext, incoming: Incoming): KnownRow | undefined {
  if (incoming.isMine === 0 || readTraits(context).keepsIds) return undefined;
  return listAcknowledgedOnly(context, incoming.peerId).find((row) => entryTest(context, row)(incoming));
}

/**
 * It may be one that I wrote and that is in flight or in doubt, or was deleted then. Laid in as another one, it would
 * hide from the history that this one has arrived, and it would be sent again, or be back.
 */
function mayBeUnderWay(context: StoreContext, incoming: Incoming): boolean {
  if (incoming.isMine === 0 || readTraits(context).keepsIds) return false;
  return listUnproven(context, incoming.peerId).some((row) => entryTest(context, row)(incoming));
}

/** A row's place in the outbox, where it has one. */
export function findWaiting({ db }: StoreContext, row: RowId): Waiting | undefined {
  return db.get<Waiting>('SELECT state, attempts FROM outbox WHERE row_id = ?', [row]);
}

export type Place = {
  readonly position: number;
  /** Another message is known under this sender and id. */
  readonly isVariant: boolean;
  /** It stands among what I have cleared. */
  readonly isCleared: boolean;
  readonly nowMs: number;
};

/** A message from the server as a row to be added. */
export function newRowOf(incoming: Incoming, { position, isVariant, isCleared, nowMs }: Place): NewRow {
  const { body, peerId, isMine, id } = incoming;
  return {
    peerId,
    isMine,
    messageId: id,
    variant: isVariant ? body.tag : 0,
    isWrittenHere: 0,
    proof: proofCodes.seen,
    state: incoming.isRead ? stateCodes.read : stateCodes.sent,
    atMs: incoming.timestampMs ?? nowMs,
    hasServerTime: incoming.timestampMs === null ? 0 : 1,
    position,
    hidden: isCleared ? hiddenCodes.cleared : hiddenCodes.visible,
    hiddenAtMs: isCleared ? nowMs : null,
    body,
  };
}
