import { rowId, type CommandId, type MessageId, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import { sanitizeFileName } from '../../src-shared/domain/file-name.ts';
import type { FailureReason } from '../../src-shared/domain/message.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { ensureConversation, saveDraft, takeNextPosition } from './conversations.ts';
import { insertRow } from './message-writes.ts';
import { findThumb } from './attachments.ts';
import { ownFileBody, readBody, type MessageBody } from './message-body.ts';
import { findMessage } from './message-rows.ts';
import type { OutboxItem, StoreOperations } from './operations.ts';
import { failureCodes, hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';
import { removeStaged } from './staged.ts';

/** The same command twice comes from a window that was reloaded in between, never a day later (safety R37). */
const commandMemoryMs = 24 * 60 * 60 * 1_000;
/** So many are remembered however old they seem: a clock that jumps must not make a message twice (safety R21). */
const commandMemoryRows = 100;

/** Safety §4.2 step 1. @returns the message, the same one for the same command. */
export function enqueueText(
  context: StoreContext,
  input: Parameters<StoreOperations['enqueueText']>[0],
  changes: ChangeSet,
): MessageView {
  const { commandId, peerId, nowMs } = input;
  const earlier = findByCommand(context, commandId);
  if (earlier !== null) return earlier;
  const message = enqueue(context, { ...input, body: readBody('text', input.text) }, changes);
  saveDraft(context, peerId, null, nowMs);
  return message;
}

/** A staged file becomes a message: either is there, whatever happens. @returns the same message for the same staged file. */
export function enqueueAttachment(
  context: StoreContext,
  input: Parameters<StoreOperations['enqueueAttachment']>[0],
  changes: ChangeSet,
): MessageView {
  const { stagedId, peerId, blobId, sizeBytes, sha256, width, height } = input;
  const commandId = stagedId as string as CommandId;
  const earlier = findByCommand(context, commandId);
  if (earlier !== null) return earlier;
  const bytes = { sizeBytes, blobId, blobBytes: sizeBytes, sha256, width, height, ...findThumb(context, blobId) };
  const body = ownFileBody(input.kind, sanitizeFileName(input.name), bytes);
  removeStaged(context, peerId, [stagedId]);
  return enqueue(context, { ...input, commandId, body, isSentAtOnce: false }, changes);
}

type NewMessage = {
  readonly commandId: CommandId;
  readonly peerId: UserId;
  readonly messageIds: readonly MessageId[];
  readonly body: MessageBody;
  readonly isSentAtOnce: boolean;
  readonly nowMs: number;
};

function enqueue(context: StoreContext, input: NewMessage, changes: ChangeSet): MessageView {
  const { db } = context;
  const { commandId, peerId, nowMs, isSentAtOnce } = input;
  ensureConversation(context, peerId, nowMs);
  const row = insertRow(context, {
    peerId,
    isMine: 1,
    messageId: chooseFreeId(context, input.messageIds),
    variant: 0,
    isWrittenHere: 1,
    proof: proofCodes.none,
    state: isSentAtOnce ? stateCodes.sending : stateCodes.queued,
    atMs: nowMs,
    hasServerTime: 0,
    position: takeNextPosition(context, peerId),
    hidden: hiddenCodes.visible,
    hiddenAtMs: null,
    body: input.body,
  });
  db.run('INSERT INTO outbox (row_id, peer_id, state, attempts) VALUES (?, ?, ?, ?)', [
    row,
    peerId,
    isSentAtOnce ? outboxCodes.inFlight : outboxCodes.queued,
    isSentAtOnce ? 1 : 0,
  ]);
  db.run('DELETE FROM commands WHERE at_ms < ? AND row_id < ?', [nowMs - commandMemoryMs, row - commandMemoryRows]);
  db.run('INSERT INTO commands (command_id, row_id, at_ms) VALUES (?, ?, ?)', [commandId, row, nowMs]);
  changes.message(peerId, row);
  const message = findMessage(context, row);
  if (message === null) throw new Error('a message just written cannot be read');
  return message;
}

function findByCommand(context: StoreContext, commandId: CommandId): MessageView | null {
  const row = context.db.get<{ row_id: number }>('SELECT row_id FROM commands WHERE command_id = ?', [commandId]);
  return row === undefined ? null : findMessage(context, rowId(row.row_id));
}

/** An id is mine alone among everything I ever wrote here, whoever it went to: an ack names nothing else. */
function chooseFreeId({ db }: StoreContext, candidates: readonly MessageId[]): MessageId {
  const free = candidates.find(
    (id) =>
      db.get('SELECT 1 AS one FROM messages WHERE is_mine = 1 AND message_id = ?', [id]) === undefined &&
      db.get('SELECT 1 AS one FROM messages WHERE is_mine = 1 AND server_id = ?', [id]) === undefined,
  );
  if (free === undefined) throw new Error('no message id is free');
  return free;
}

const stateWords = new Map<number, OutboxItem['state']>([
  [outboxCodes.queued, 'queued'],
  [outboxCodes.inFlight, 'in-flight'],
  [outboxCodes.inDoubt, 'in-doubt'],
]);

/** Whether this is still to be sent by itself. */
export function isWaiting({ db }: StoreContext, row: RowId): boolean {
  const found = db.get('SELECT 1 AS one FROM outbox WHERE row_id = ? AND state <> ?', [row, outboxCodes.parked]);
  return found !== undefined;
}

/** Everything that is still to be sent by itself, in the order of writing. */
export function listOutbox(context: StoreContext): OutboxItem[] {
  const rows = context.db.all<{ row_id: number; state: number; attempts: number }>(
    'SELECT row_id, state, attempts FROM outbox WHERE state <> ? ORDER BY seq',
    [outboxCodes.parked],
  );
  const items: OutboxItem[] = [];
  for (const row of rows) {
    const state = stateWords.get(row.state);
    const message = findMessage(context, rowId(row.row_id));
    if (state === undefined || message === null) continue;
    const { peerId, messageId, kind, text, attachment, sizeBytes } = message;
    const bytes = attachment?.blobId == null || sizeBytes === null ? null : { blobId: attachment.blobId, sizeBytes };
    items.push({
      rowId: message.rowId,
      peerId,
      messageId,
      kind,
      text,
      attachment: bytes,
      state,
      attempts: row.attempts,
    });
  }
  return items;
}

/** Only what is in the outbox and not parked: a late call for a row that is done has no effect. */
export function markInFlight(context: StoreContext, rowIds: readonly RowId[], changes: ChangeSet): void {
  for (const row of rowIds) {
    const { changes: count } = context.db.run(
      'UPDATE outbox SET state = ?, attempts = attempts + 1 WHERE row_id = ? AND state <> ?',
      [outboxCodes.inFlight, row, outboxCodes.parked],
    );
    if (count > 0) setState(context, row, stateCodes.sending, null, changes);
  }
}

/** What a person sees stays "sending": only the program is in doubt. */
export function markInDoubt({ db, touches }: StoreContext): void {
  touches.touchAll();
  db.run('UPDATE outbox SET state = ? WHERE state = ?', [outboxCodes.inDoubt, outboxCodes.inFlight]);
}

export function requeue(context: StoreContext, rowIds: readonly RowId[], changes: ChangeSet): void {
  for (const row of rowIds) {
    const { changes: count } = context.db.run('UPDATE outbox SET state = ? WHERE row_id = ? AND state IN (?, ?)', [
      outboxCodes.queued,
      row,
      outboxCodes.inFlight,
      outboxCodes.inDoubt,
    ]);
    if (count > 0) setState(context, row, stateCodes.queued, null, changes);
  }
}

export function park(context: StoreContext, row: RowId, reason: FailureReason, changes: ChangeSet): void {
  const { changes: count } = context.db.run('UPDATE outbox SET state = ? WHERE row_id = ?', [outboxCodes.parked, row]);
  if (count > 0) setState(context, row, stateCodes.failed, reason, changes);
}

/**
 * Puts a failed message, or one that the server has no more, behind everything else. One that was ever written to a
 * socket is in doubt, so that the server is asked for it before it is sent again (safety §4.2); any other is queued and
 * moves to the end of its conversation. Any other message is left as it is.
 */
export function retry(context: StoreContext, row: RowId, changes: ChangeSet): void {
  const { db } = context;
  const found = db.get<{ peer_id: number; failure: number | null; attempts: number | null }>(
    `SELECT messages.peer_id, failure, attempts FROM messages LEFT JOIN outbox USING (row_id)
     WHERE row_id = ? AND is_mine = 1 AND hidden = 0 AND (messages.state = ? OR failure = ?)`,
    [row, stateCodes.failed, failureCodes['not-on-server']],
  );
  if (found === undefined) return;
  const peerId = found.peer_id as UserId;
  // Without a row in the outbox it was removed and brought back: nobody knows any more how far it had come.
  const mayBeThere = found.failure !== failureCodes['not-on-server'] && found.attempts !== 0;
  db.run('DELETE FROM outbox WHERE row_id = ?', [row]);
  db.run('INSERT INTO outbox (row_id, peer_id, state, attempts) VALUES (?, ?, ?, ?)', [
    row,
    peerId,
    mayBeThere ? outboxCodes.inDoubt : outboxCodes.queued,
    found.attempts ?? 0,
  ]);
  if (mayBeThere) return setState(context, row, stateCodes.sending, null, changes);
  db.run('UPDATE messages SET position = ?, proof = ?, server_id = NULL WHERE row_id = ?', [
    takeNextPosition(context, peerId),
    proofCodes.none,
    row,
  ]);
  setState(context, row, stateCodes.queued, null, changes);
}

function setState(
  { db }: StoreContext,
  row: RowId,
  state: number,
  failure: FailureReason | null,
  changes: ChangeSet,
): void {
  const updated = db.get<{ peer_id: number }>(
    'UPDATE messages SET state = ?, failure = ? WHERE row_id = ? RETURNING peer_id',
    [state, failure === null ? null : failureCodes[failure], row],
  );
  if (updated !== undefined) changes.message(updated.peer_id as UserId, row);
}
