import type { BlobId, RowId, UserId } from '../../src-shared/kernel/ids.ts';
import { bytesFrom, findThumb, hexOf, readAttachment, writeAttachment } from './attachments.ts';
import { sourceOf } from './attachment-view.ts';
import type { ChangeSet } from './change-set.ts';
import type { StoreContext } from './context.ts';
import { findVisibleMessage } from './message-rows.ts';
import type { AttachmentSource, StoreOperations } from './operations.ts';
import { failureCodes, sourceCodes } from './schema.ts';
import { listAllStaged } from './staged.ts';

/** A content up to this size stays in the database beside its blob: it can be had again without anybody. */
const maxKeptInline = 64 * 1024;

export function findAttachment(context: StoreContext, row: RowId): AttachmentSource | null {
  const message = findVisibleMessage(context, row);
  if (message === null || message.kind === 'text') return null;
  const attachment = readAttachment(context, row);
  return {
    rowId: row,
    peerId: message.peerId,
    isMine: message.senderId === context.self,
    messageKind: message.kind,
    name: message.text,
    sizeBytes: message.sizeBytes,
    sha256: attachment.sha256,
    blobId: attachment.blobId,
    source: sourceOf(context, attachment),
  };
}

export function setBlob(
  context: StoreContext,
  { rowId: row, blobId, sizeBytes, sha256, width, height }: Parameters<StoreOperations['setBlob']>[0],
  changes: ChangeSet,
): void {
  const { db } = context;
  const found = db.get<{ peer_id: UserId; length: number | null }>(
    'SELECT peer_id, octet_length(content) AS length FROM messages WHERE row_id = ? AND kind <> 1',
    [row],
  );
  if (found === undefined) return;
  const known = readAttachment(context, row);
  const isLarge = known.source === sourceCodes.inline && (found.length ?? 0) > maxKeptInline;
  // Its hash and tag stay: the next history still recognises it.
  if (isLarge) db.run('UPDATE messages SET content = NULL WHERE row_id = ?', [row]);
  writeAttachment(context, row, {
    ...known,
    ...(isLarge ? { source: sourceCodes.none } : {}),
    ...(known.blobId === blobId ? {} : findThumb(context, blobId)),
    blobId,
    blobBytes: sizeBytes,
    sha256,
    // What the bytes say counts, not what was said of them: without a size they are no image.
    width,
    height,
  });
  changes.message(found.peer_id, row);
}

export function setThumb(
  context: StoreContext,
  { blobId, ...thumb }: Parameters<StoreOperations['setThumb']>[0],
  changes: ChangeSet,
): void {
  for (const { row, peerId } of rowsWith(context, blobId)) {
    writeAttachment(context, row, { ...readAttachment(context, row), ...thumb });
    changes.message(peerId, row);
  }
}

type RowWithBlob = { readonly row: RowId; readonly peerId: UserId };

function rowsWith({ db }: StoreContext, blobId: BlobId): RowWithBlob[] {
  return db.all<RowWithBlob>(
    `SELECT row_id AS row, peer_id AS peerId FROM attachments JOIN messages ON row_id = message_row
     WHERE blob_id = ?1 OR thumb_id = ?1`,
    [bytesFrom(blobId)],
  );
}

export function listBlobs(context: StoreContext): BlobId[] {
  const rows = context.db.all<{ blob: Uint8Array }>(
    `SELECT blob_id AS blob FROM attachments WHERE blob_id IS NOT NULL
     UNION SELECT thumb_id FROM attachments WHERE thumb_id IS NOT NULL`,
  );
  const staged = listAllStaged(context).flatMap(({ row }) => (row.blobId === null ? [] : [row.blobId]));
  return [...new Set([...rows.map(({ blob }) => hexOf(blob) as BlobId), ...staged])];
}

export function listEvictable(context: StoreContext): BlobId[] {
  return evictableAmong(context, null);
}

/** @param blobIds null: all there are. @returns those that the server has too. */
function evictableAmong(context: StoreContext, blobIds: readonly BlobId[] | null): BlobId[] {
  const isOnServer = `source = ${sourceCodes.inline} OR
    (source = ${sourceCodes.address} AND (substr(address, 1, 1) = '/' OR instr(address, ?) = 1))`;
  // What the server was found to lack, or was told to forget while it can be brought back here, is nowhere else.
  const isOnlyHere = `failure IS ${failureCodes['not-on-server']} OR hidden_at_ms IS NOT NULL OR seq IS NOT NULL`;
  const find = (condition: string, params: readonly Uint8Array[]): BlobId[] =>
    context.db
      .all<{ blob: Uint8Array }>(
        `SELECT blob_id AS blob FROM attachments JOIN messages ON messages.row_id = message_row
           LEFT JOIN outbox ON outbox.row_id = message_row
         WHERE blob_id ${condition} GROUP BY blob_id HAVING min((${isOnServer}) AND NOT (${isOnlyHere})) = 1`,
        [...params, `${context.serverOrigin}/`],
      )
      .map(({ blob }) => hexOf(blob) as BlobId);
  const found =
    blobIds === null ? find('IS NOT NULL', []) : blobIds.flatMap((id) => find('= ?', [Buffer.from(id, 'hex')]));
  const staged = new Set(listAllStaged(context).map(({ row }) => row.blobId));
  return found.filter((blob) => !staged.has(blob));
}

/** @returns those that are let go of: what was queued or staged since they were listed stays. */
export function dropBlobs(context: StoreContext, blobIds: readonly BlobId[], changes: ChangeSet): BlobId[] {
  const dropped = evictableAmong(context, blobIds);
  for (const blobId of dropped) for (const row of rowsWith(context, blobId)) dropFromRow(context, row, blobId, changes);
  return dropped;
}

export function dropDamaged(context: StoreContext, blobId: BlobId, changes: ChangeSet): void {
  for (const row of rowsWith(context, blobId))
    if (canBeHadAgain(context, row.row, blobId)) dropFromRow(context, row, blobId, changes);
}

/** A small copy is made again of the picture; the bytes themselves must be somewhere else than here. */
function canBeHadAgain(context: StoreContext, row: RowId, blobId: BlobId): boolean {
  const { blobId: own, source } = readAttachment(context, row);
  if (own !== blobId) return true;
  const found = context.db.get<{ isWaiting: number; isInHistory: number }>(
    `SELECT EXISTS (SELECT 1 FROM outbox WHERE outbox.row_id = messages.row_id) AS isWaiting,
       content_hash IS NOT NULL AND content IS NULL AS isInHistory
     FROM messages WHERE row_id = ?`,
    [row],
  );
  return found?.isWaiting === 0 && (source !== sourceCodes.none || found.isInHistory === 1);
}

function dropFromRow(context: StoreContext, { row, peerId }: RowWithBlob, blobId: BlobId, changes: ChangeSet): void {
  const known = readAttachment(context, row);
  // Size and hash stay: by them it is told whether what is fetched again is the same.
  const stays = (id: BlobId | null): BlobId | null => (id === blobId ? null : id);
  const isDamaged = known.isDamaged && known.blobId !== blobId;
  writeAttachment(context, row, { ...known, blobId: stays(known.blobId), thumbId: stays(known.thumbId), isDamaged });
  // A content that left the database is taken anew from the next history, which finds it changed.
  if (known.source === sourceCodes.none && known.blobId === blobId)
    context.db.run(
      'UPDATE messages SET content_tag = 0 WHERE row_id = ? AND content_hash IS NOT NULL AND content IS NULL',
      [row],
    );
  changes.message(peerId, row);
}
