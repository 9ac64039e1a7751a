import type { BlobId, RowId } from '../../src-shared/kernel/ids.ts';
import { readAttachmentContent, type AttachmentContent } from '../../src-shared/protocol/attachment-content.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import { sourceCodes } from './schema.ts';
import { isSameMac, sealOf, sha256 } from './seal.ts';

/** What is known of the bytes of a file or image, beside its name. */
export type Attachment = {
  readonly source: number;
  /** Where the server has them: a path on it, or a URL. */
  readonly address: string | null;
  readonly blobId: BlobId | null;
  readonly thumbId: BlobId | null;
  /** Hexadecimal: of the bytes here, else what the server said. */
  readonly sha256: string | null;
  /** The size of the bytes that are or were here. */
  readonly blobBytes: number | null;
  readonly width: number | null;
  readonly height: number | null;
  /** The bytes here are a picture of which a part is missing, as far as it was looked at. */
  readonly isDamaged: boolean;
};

/** The small copy of a picture, and what was found out of the picture as it was made. */
export type ThumbFacts = {
  readonly thumbId: BlobId;
  readonly width: number;
  readonly height: number;
  readonly isDamaged: boolean;
};

export const noAttachment: Attachment = {
  source: sourceCodes.none,
  address: null,
  blobId: null,
  thumbId: null,
  sha256: null,
  blobBytes: null,
  width: null,
  height: null,
  isDamaged: false,
};

/** What a content says of its bytes. */
export function describeContent(content: AttachmentContent): Attachment {
  switch (content.kind) {
    case 'name':
      return noAttachment;
    case 'http-url':
      return atAddress(content.url);
    case 'server-path':
      return atAddress(content.path);
    case 'data-url':
    case 'slices':
    case 'base64':
    case 'damaged':
      return { ...noAttachment, source: sourceCodes.inline };
    case 'descriptor': {
      const { url, data, sha256: hash = null, width = null, height = null } = content;
      const where = url !== undefined ? atAddress(url) : noAttachment;
      return { ...where, ...(data === undefined ? {} : { source: sourceCodes.inline }), sha256: hash, width, height };
    }
  }
}

const atAddress = (address: string): Attachment => ({ ...noAttachment, source: sourceCodes.address, address });

export type AttachmentColumns = {
  readonly source: number;
  readonly address: SqlValue;
  readonly blob_id: SqlValue;
  readonly thumb_id: SqlValue;
  readonly sha256: SqlValue;
  readonly blob_bytes: number | null;
  readonly width: number | null;
  readonly height: number | null;
  readonly is_damaged: number;
  readonly seal: SqlValue;
};
const columns = `source, ${bytesOf('address')}, blob_id, thumb_id, sha256, blob_bytes, width, height, is_damaged, seal`;

/** An attachment as it was read, or null where its seal does not verify. */
export function attachmentFrom(
  { macKey }: Pick<StoreContext, 'macKey'>,
  row: number,
  found: AttachmentColumns,
): Attachment | null {
  if (!(found.seal instanceof Uint8Array)) return null;
  const attachment: Attachment = {
    source: found.source,
    address: found.address === null ? null : textOf(found.address),
    blobId: hexOf(found.blob_id) as BlobId | null,
    thumbId: hexOf(found.thumb_id) as BlobId | null,
    sha256: hexOf(found.sha256),
    blobBytes: found.blob_bytes,
    width: found.width,
    height: found.height,
    isDamaged: found.is_damaged === 1,
  };
  return isSameMac(sealOf('attachment', sealedText(row, attachment), macKey), found.seal) ? attachment : null;
}

function sealedText(row: number, one: Attachment): string {
  const { source, blobId, thumbId, sha256: hash, blobBytes, width, height, address } = one;
  const parts = [row, source, blobId, thumbId, hash, blobBytes, width, height, address].map((part) => part ?? '');
  // Earlier versions sealed the same without it.
  return [...parts, ...(one.isDamaged ? ['damaged'] : [])].join('/');
}

/** What is known of a row's bytes: as it is kept, else as its content says. */
export function readAttachment(context: StoreContext, row: RowId): Attachment {
  const found = context.db.get<AttachmentColumns>(`SELECT ${columns} FROM attachments WHERE message_row = ?`, [row]);
  return (found === undefined ? null : attachmentFrom(context, row, found)) ?? describeAnew(context, row);
}

/** The small copy that another message with these bytes has: nobody has it made twice. */
export function findThumb(context: StoreContext, blobId: BlobId): Pick<Attachment, 'thumbId' | 'isDamaged'> {
  const found = context.db.get<AttachmentColumns & { message_row: number }>(
    `SELECT message_row, ${columns} FROM attachments WHERE blob_id = ? AND thumb_id IS NOT NULL LIMIT 1`,
    [bytesFrom(blobId)],
  );
  const { thumbId, isDamaged } = (found && attachmentFrom(context, found.message_row, found)) ?? noAttachment;
  return { thumbId, isDamaged };
}

/** Reads a row's content, as versions before this table left it, or where its attachment is damaged. */
function describeAnew(context: StoreContext, row: RowId): Attachment {
  const content = readContent(context, row);
  const attachment = content === null ? noAttachment : describeContent(readAttachmentContent(content));
  writeAttachment(context, row, attachment);
  return attachment;
}

/** The raw content of a file or image, or null where it is not kept or damaged. */
export function readContent({ db }: StoreContext, row: RowId): string | null {
  const found = db.get<{ content: SqlValue; content_hash: SqlValue }>(
    `SELECT ${bytesOf('content')}, content_hash FROM messages WHERE row_id = ?`,
    [row],
  );
  if (found === undefined || found.content === null || !(found.content_hash instanceof Uint8Array)) return null;
  const content = textOf(found.content);
  return isSameMac(sha256(content), found.content_hash) ? content : null;
}

export function writeAttachment({ db, macKey }: StoreContext, row: RowId, one: Attachment): void {
  db.run(
    `INSERT OR REPLACE INTO attachments
       (message_row, source, address, blob_id, thumb_id, sha256, blob_bytes, width, height, is_damaged, seal)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      row,
      one.source,
      one.address,
      bytesFrom(one.blobId),
      bytesFrom(one.thumbId),
      bytesFrom(one.sha256),
      one.blobBytes,
      one.width,
      one.height,
      Number(one.isDamaged),
      sealOf('attachment', sealedText(row, one), macKey),
    ],
  );
}

export const hexOf = (bytes: SqlValue): string | null =>
  bytes instanceof Uint8Array ? Buffer.from(bytes).toString('hex') : null;
export const bytesFrom = (hex: string | null): Uint8Array | null => (hex === null ? null : Buffer.from(hex, 'hex'));
