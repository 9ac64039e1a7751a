import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { SqlParam } from '../../src-shared/sql/values.ts';
import { readAttachment, writeAttachment, type Attachment } from './attachments.ts';
import type { StoreContext } from './context.ts';
import { findText, isForgotten, type KnownRow } from './known-rows.ts';
import type { MessageBody } from './message-body.ts';
import { hiddenCodes } from './schema.ts';
import { macOf } from './seal.ts';

/** A message to be added. `variant` is 0 for the first of its (peer, sender, id), else its content's tag. */
export type NewRow = {
  readonly peerId: UserId;
  readonly isMine: number;
  readonly messageId: number;
  readonly variant: number;
  readonly isWrittenHere: number;
  readonly proof: number;
  readonly state: number;
  readonly atMs: number;
  readonly hasServerTime: number;
  readonly position: number;
  readonly hidden: number;
  readonly hiddenAtMs: number | null;
  readonly body: MessageBody;
};

const columns = `peer_id, is_mine, message_id, variant, is_written_here, proof, kind, state, at_ms, has_server_time,
  position, hidden, hidden_at_ms, size_bytes, content_tag, mac, text, content_hash, content`;
const columnCount = columns.split(',').length;

function insertion(rowCount: number): string {
  const one = `(${Array.from({ length: columnCount }, () => '?').join(', ')})`;
  return `INSERT INTO messages (${columns}) VALUES ${Array.from({ length: rowCount }, () => one).join(', ')}`;
}

function valuesOf({ macKey }: StoreContext, row: NewRow): SqlParam[] {
  const { body, peerId, isMine, messageId } = row;
  return [
    peerId,
    isMine,
    messageId,
    row.variant,
    row.isWrittenHere,
    row.proof,
    body.kind,
    row.state,
    row.atMs,
    row.hasServerTime,
    row.position,
    row.hidden,
    row.hiddenAtMs,
    body.sizeBytes,
    body.tag,
    macOf({ ...body, peerId, isMine, messageId }, macKey),
    body.text,
    body.contentHash,
    body.content,
  ];
}

const insertOne = insertion(1);

/** @returns its row, a number that is never used again. */
export function insertRow(context: StoreContext, row: NewRow): RowId {
  const id = context.db.run(insertOne, valuesOf(context, row)).lastInsertRowId as RowId;
  if (row.body.attachment !== null) writeAttachment(context, id, row.body.attachment);
  return id;
}

/** 50 rows are 950 parameters; more per statement gains nothing. */
const batchRows = 50;
const insertBatch = insertion(batchRows);

/** Adds many messages, in half the time of one by one: a first history may have 100,000. */
export function insertRows(context: StoreContext, rows: readonly NewRow[]): void {
  const wholeCount = rows.length - (rows.length % batchRows);
  for (let start = 0; start < wholeCount; start += batchRows) {
    const batch = rows.slice(start, start + batchRows);
    const { lastInsertRowId } = context.db.run(
      insertBatch,
      batch.flatMap((row) => valuesOf(context, row)),
    );
    // One statement numbers its rows one after the other.
    for (const [index, { body }] of batch.entries())
      if (body.attachment !== null)
        writeAttachment(context, (lastInsertRowId - batchRows + 1 + index) as RowId, body.attachment);
  }
  for (const row of rows.slice(wholeCount)) insertRow(context, row);
}

/**
 * Writes what a row says anew: it was damaged or forgotten, or a file is described in another way. A description without a name
 * leaves the name, and bytes that are here stay unless it is of others.
 */
export function rewriteBody(context: StoreContext, peerId: UserId, row: KnownRow, news: MessageBody): void {
  const { db, macKey } = context;
  const hasText = row.hidden !== hiddenCodes.damaged && !isForgotten(row);
  const known = news.hasName || !hasText ? null : findText(context, row.row_id);
  const body = known === null || known.kind !== news.kind ? news : { ...news, text: known.text };
  const mac = macOf({ ...body, peerId, isMine: row.is_mine, messageId: row.message_id }, macKey);
  db.run(
    `UPDATE messages SET kind = ?, size_bytes = ?, content_tag = ?, mac = ?, text = ?, content_hash = ?, content = ?
     WHERE row_id = ?`,
    [body.kind, body.sizeBytes, body.tag, mac, body.text, body.contentHash, body.content, row.row_id],
  );
  if (body.attachment !== null) writeAttachment(context, row.row_id, withBytesOf(context, row.row_id, body.attachment));
}

/** A new description of a file, with the bytes that are here where they are the same. */
function withBytesOf(context: StoreContext, row: RowId, described: Attachment): Attachment {
  const known = readAttachment(context, row);
  const areOthers = described.sha256 !== null && described.sha256 !== known.sha256;
  if (known.blobId === null || areOthers) return described;
  return { ...known, source: described.source, address: described.address };
}

/**
 * The server tells of a file that I sent: what I wrote stays, and where the server has it is remembered. The tag is
 * that of the server's description from now on, so that the same one is nothing new.
 */
export function learnDescription(context: StoreContext, row: RowId, { tag, attachment }: MessageBody): void {
  context.db.run('UPDATE messages SET content_tag = ? WHERE row_id = ?', [tag, row]);
  if (attachment === null || attachment.address === null) return;
  const { source, address } = attachment;
  writeAttachment(context, row, { ...readAttachment(context, row), source, address });
}
