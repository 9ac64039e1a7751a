import type { KeyObject } from 'node:crypto';
import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { Database } from '../../src-shared/sql/gateway.ts';
import { attachmentFrom, type Attachment, type AttachmentColumns } from './attachments.ts';
import type { StagedRow } from './operations.ts';
import { readStaged } from './staged.ts';

/** What a damaged database still knows of files: sealed, so that it is as it was written or not there. */
export type SalvagedFiles = {
  readonly attachments: readonly { readonly rowId: RowId; readonly attachment: Attachment }[];
  readonly staged: readonly { readonly peerId: UserId; readonly row: StagedRow }[];
};

const maxStagedRows = 10_000;
/** From each end. */
const maxBlobRows = 10_000;
const whole = (name: string): string => `CAST(${name} AS INTEGER) AS ${name}`;
const bytes = (name: string): string => `CAST(${name} AS BLOB) AS ${name}`;
const columns = [
  ...['source', 'blob_bytes', 'width', 'height'].map(whole),
  ...['address', 'blob_id', 'thumb_id', 'sha256', 'seal'].map(bytes),
].join(', ');
/** Earlier versions do not have it. */
const damagedColumn = "SELECT 1 AS one FROM pragma_table_info('attachments') WHERE name = 'is_damaged'";

/**
 * Messages whose bytes are here. A server may have less of them than their names, and where no message names them they
 * are removed. The first and the last ones, so that damage in the middle hides only what lies next to it.
 */
export function listRowsWithBlobs(db: Database): number[] {
  const found = new Set<number>();
  for (const direction of ['DESC', 'ASC']) {
    const query = `SELECT ${whole('message_row')} FROM attachments NOT INDEXED WHERE blob_id IS NOT NULL
      ORDER BY message_row ${direction} LIMIT ?`;
    try {
      for (const { message_row: row } of db.iterate<{ message_row: number }>(query, [maxBlobRows])) found.add(row);
    } catch {
      // Damaged from here on.
    }
  }
  return [...found];
}

/** @throws where its page cannot be read. */
export function readSalvagedAttachment(db: Database, row: number, macKey: KeyObject): Attachment | null {
  const damaged = db.get(damagedColumn) === undefined ? '0 AS is_damaged' : whole('is_damaged');
  const found = db.get<AttachmentColumns>(`SELECT ${columns}, ${damaged} FROM attachments WHERE message_row = ?`, [
    row,
  ]);
  return found === undefined ? null : attachmentFrom({ macKey }, row, found);
}

type StagedColumns = { readonly peer_id: UserId; readonly body: Uint8Array; readonly seal: Uint8Array };

/** The files of all trays, in order, each by itself; as many as come before the damage. */
export function readSalvagedStaged(db: Database, macKey: KeyObject): SalvagedFiles['staged'] {
  const found: { place: number; peerId: UserId; row: StagedRow }[] = [];
  const query = `SELECT ${whole('peer_id')}, ${whole('place')}, ${bytes('body')}, ${bytes('seal')} FROM staged LIMIT ?`;
  try {
    for (const one of db.iterate<StagedColumns & { place: number }>(query, [maxStagedRows])) {
      const { peer_id: peerId, place } = one;
      const row = readStaged(peerId, one, macKey);
      if (row !== null) found.push({ place, peerId, row });
    }
  } catch {
    // Damaged from here on.
  }
  return found.toSorted((one, other) => one.place - other.place).map(({ peerId, row }) => ({ peerId, row }));
}
