import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { findText, isForgotten, serverIdOf, type KnownRow, type Waiting } from './known-rows.ts';
import { readAttachment } from './attachments.ts';
import { isSameAttachment, readBody, type MessageBody } from './message-body.ts';
import { learnDescription, rewriteBody } from './message-writes.ts';
import { hiddenCodes, kindCodes, proofCodes, stateCodes } from './schema.ts';

/** A message as a server tells it, filed under the other person. */
export type Incoming = {
  readonly peerId: UserId;
  readonly isMine: number;
  readonly id: number;
  readonly timestampMs: number | null;
  readonly isRead: boolean;
  readonly body: MessageBody;
};

/** Files messages under the other person; those whose pair does not contain me are not mine to see (safety A7, T10). */
export function fileIncoming(self: UserId, messages: readonly WireMessage[]): Incoming[] {
  return messages
    .filter((message) => message.senderId === self || message.receiverId === self)
    .map((message) => filed(message, message.senderId === self));
}

function filed(message: WireMessage, isMine: boolean): Incoming {
  return {
    peerId: isMine ? message.receiverId : message.senderId,
    isMine: isMine ? 1 : 0,
    id: message.id,
    timestampMs: message.timestampMs,
    isRead: message.status === 'read',
    body: readBody(message.type, message.content),
  };
}

/**
 * The row that is this message, among those that share its sender and id. The same id with another content is
 * another message (safety R11, R36), but for four: a row written here under an id that we chose at random is ours
 * whatever the server made of its text; so is a file of ours under the id that the server gave it; a file may be
 * described anew; a damaged row cannot be compared.
 */
export function findSame(
  context: StoreContext,
  incoming: Incoming,
  candidates: readonly KnownRow[],
): KnownRow | undefined {
  return (
    candidates.find((row) => isSameContent(incoming, row)) ??
    candidates.find((row) => row.message_id === incoming.id && isOwnId(row)) ??
    candidates.find((row) => serverIdOf(row) === incoming.id && isOwnFile(row) && isFile(incoming)) ??
    candidates.find((row) => row.hidden === hiddenCodes.damaged) ??
    candidates.find((row) => {
      const { kind, text } = findText(context, row.row_id);
      return isSameAttachment(incoming.body, kind, text);
    })
  );
}

const isOwnId = (row: KnownRow): boolean => row.is_mine === 1 && row.is_written_here === 1 && row.server_id === null;

function isSameContent({ body }: Incoming, row: KnownRow): boolean {
  return body.tag === row.content_tag && body.kind === row.kind;
}

const isFile = ({ body }: Incoming): boolean => body.attachment !== null;
const isOwnFile = (row: KnownRow): boolean =>
  row.is_mine === 1 && row.is_written_here === 1 && row.kind !== kindCodes.text;

/**
 * Tells whether an entry of mine under an id never heard of may be this row (safety §4.2 step 5): they say the same, or
 * both are files, as a file or as an image, and what the server says of its bytes or else its name does not deny it.
 */
export function entryTest(context: StoreContext, row: KnownRow): (incoming: Incoming) => boolean {
  if (!isOwnFile(row)) return (incoming) => isSameContent(incoming, row);
  let own: { readonly name: string; readonly sha256: string | null } | null = null;
  return ({ body }) => {
    if (body.attachment === null) return false;
    own ??= { name: findText(context, row.row_id).text, sha256: readAttachment(context, row.row_id).sha256 };
    const hash = body.attachment.sha256;
    return hash !== null && own.sha256 !== null ? hash === own.sha256 : !body.hasName || body.text === own.name;
  };
}

/** What a row becomes when the server is heard of it. */
type Confirmed = {
  readonly state: number;
  readonly serverId: number | null;
  readonly isUnconfirmed: number;
  readonly takesTime: boolean;
  readonly isRewritten: boolean;
  /** The server describes a file of mine otherwise than it did. */
  readonly isLearned: boolean;
};

/** Null where nothing changes. */
function confirmed(row: KnownRow, incoming: Incoming, waiting: Waiting | undefined): Confirmed | null {
  const serverState = incoming.isRead ? stateCodes.read : stateCodes.sent;
  const isForward = row.state === stateCodes.sent || row.state === stateCodes.read;
  const state = isForward ? Math.max(row.state, serverState) : serverState;
  const isUnconfirmed = incoming.isRead ? 0 : row.is_read_unconfirmed;
  const serverId = row.is_mine === 1 && incoming.id !== row.message_id ? incoming.id : row.server_id;
  const takesTime = row.has_server_time === 0 && incoming.timestampMs !== null;
  const isRewritten = row.hidden === hiddenCodes.damaged || isForgotten(row) || isDescribedAnew(row, incoming);
  const isLearned = !isRewritten && isOwnFile(row) && isFile(incoming) && row.content_tag !== incoming.body.tag;
  const isUnchanged =
    state === row.state &&
    row.failure === null &&
    row.proof === proofCodes.seen &&
    serverId === row.server_id &&
    isUnconfirmed === row.is_read_unconfirmed;
  if (isUnchanged && !takesTime && !isRewritten && !isLearned && waiting === undefined) return null;
  return { state, serverId, isUnconfirmed, takesTime, isRewritten, isLearned };
}

/** Whether {@link confirmRow} would write anything. */
export function needsConfirming(row: KnownRow, incoming: Incoming, waiting: Waiting | undefined): boolean {
  return confirmed(row, incoming, waiting) !== null;
}

/**
 * Brings a row up to what the server says of it: proven, its state only ever forward, out of the outbox, its time
 * adopted once, its id learned. What is as it should be is not written. What was cleared stays hidden, but as long as the
 * server has it, it is not lost here: forgotten, it can be brought back once more (safety A8).
 * @param waiting its place in the outbox, where it has one.
 */
export function confirmRow(
  { context, changes, nowMs }: { readonly context: StoreContext; readonly changes: ChangeSet; readonly nowMs: number },
  row: KnownRow,
  incoming: Incoming,
  waiting: Waiting | undefined,
): void {
  const next = confirmed(row, incoming, waiting);
  if (next === null) return;
  const { state, serverId, isUnconfirmed, takesTime, isRewritten, isLearned } = next;
  if (isRewritten) rewriteBody(context, incoming.peerId, row, incoming.body);
  if (isLearned) learnDescription(context, row.row_id, incoming.body);
  context.db.run(
    `UPDATE messages SET state = ?, failure = NULL, proof = ?, server_id = ?, is_read_unconfirmed = ?, hidden = ?,
       hidden_at_ms = ?, at_ms = coalesce(?, at_ms), has_server_time = ? WHERE row_id = ?`,
    [
      state,
      proofCodes.seen,
      serverId,
      isUnconfirmed,
      row.hidden === hiddenCodes.damaged ? hiddenCodes.visible : row.hidden,
      isForgotten(row) ? nowMs : row.hidden_at_ms,
      takesTime ? incoming.timestampMs : null,
      takesTime ? 1 : row.has_server_time,
      row.row_id,
    ],
  );
  changes.message(incoming.peerId, row.row_id);
  if (waiting !== undefined) settle(context, changes, incoming.peerId, row.row_id);
}

function settle({ db }: StoreContext, changes: ChangeSet, peerId: UserId, row: RowId): void {
  db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
  changes.settled(peerId, row);
}

/** What I wrote stays as I wrote it; a file's new description is taken. */
function isDescribedAnew(row: KnownRow, incoming: Incoming): boolean {
  return row.is_written_here === 0 && !isSameContent(incoming, row);
}
