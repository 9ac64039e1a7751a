import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { SqlParam } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import type { KnownRow } from './known-rows.ts';
import type { MessageBody } from './message-body.ts';
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

const target = `INSERT INTO messages (peer_id, is_mine, message_id, variant, is_written_here, proof, kind, state, at_ms,
  has_server_time, position, hidden, hidden_at_ms, size_bytes, content_tag, text, content, mac, content_hash)`;

/** Everything but the two columns of bytes, which JSON cannot carry. */
function plainValues(row: NewRow): (string | number | null)[] {
  const { body } = row;
  return [
    row.peerId,
    row.isMine,
    row.messageId,
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
    body.text,
    body.content,
  ];
}

function macOfNew({ macKey }: StoreContext, { peerId, isMine, messageId, body }: NewRow): Uint8Array {
  return macOf({ ...body, peerId, isMine, messageId }, macKey);
}

/** @returns its row, a number that is never used again. */
export function insertRow(context: StoreContext, row: NewRow): RowId {
  const values: SqlParam[] = [...plainValues(row), macOfNew(context, row), row.body.contentHash];
  const marks = values.map(() => '?').join(', ');
  return context.db.run(`${target} VALUES (${marks})`, values).lastInsertRowId as RowId;
}

/** So many rows per statement: about 2 MB of JSON. */
const batchRows = 5_000;

/** Adds many messages, 3 times as fast as one by one: a first history may have 100,000. */
export function insertRows(context: StoreContext, rows: readonly NewRow[]): void {
  const columns = Array.from({ length: 17 }, (_, i) => `value ->> ${i}`).join(', ');
  const sql = `${target} SELECT ${columns}, unhex(value ->> 17), unhex(value ->> 18) FROM json_each(?)`;
  for (let start = 0; start < rows.length; start += batchRows) {
    const batch = rows.slice(start, start + batchRows).map((row) => {
      const { contentHash } = row.body;
      return [...plainValues(row), hexOf(macOfNew(context, row)), contentHash === null ? null : hexOf(contentHash)];
    });
    context.db.run(sql, [JSON.stringify(batch)]);
  }
}

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

/** Writes what a row says anew: it was damaged, or a file is described in another way. */
export function rewriteBody({ db, macKey }: StoreContext, peerId: UserId, row: KnownRow, body: MessageBody): void {
  const mac = macOf({ ...body, peerId, isMine: row.is_mine, messageId: row.message_id }, macKey);
  db.run(
    `UPDATE messages SET kind = ?, size_bytes = ?, content_tag = ?, mac = ?, text = ?, content_hash = ?, content = ?
     WHERE row_id = ?`,
    [body.kind, body.sizeBytes, body.tag, mac, body.text, body.contentHash, body.content, row.row_id],
  );
}
