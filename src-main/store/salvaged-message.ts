import type { KeyObject } from 'node:crypto';
import type { Database } from '../../src-shared/sql/gateway.ts';
import { maxWireInt } from '../../src-shared/kernel/ids.ts';
import { hiddenCodes, kindCodes, proofCodes, stateCodes, wordOf } from './schema.ts';
import { isSameMac, macOf, sha256, tagOf } from './seal.ts';

/** A message of a damaged database whose seal verifies. What the seal does not cover was checked for sense. */
export type SalvagedMessage = {
  readonly rowId: number;
  readonly peerId: number;
  readonly isMine: number;
  readonly messageId: number;
  readonly serverId: number | null;
  readonly isWrittenHere: number;
  readonly proof: number;
  readonly kind: number;
  readonly state: number;
  readonly failure: number | null;
  readonly atMs: number;
  readonly hasServerTime: number;
  readonly position: number;
  readonly sizeBytes: number | null;
  readonly contentTag: number;
  readonly mac: Uint8Array;
  readonly text: string;
  readonly contentHash: Uint8Array | null;
  readonly content: string | null;
};

type Row = Omit<SalvagedMessage, 'text' | 'content' | 'rowId' | 'contentTag'> & {
  readonly hidden: number;
  readonly storedTag: number;
  readonly text: Uint8Array;
  readonly content: Uint8Array | null;
};

const whole = (name: string, as: string): string => `CAST(${name} AS INTEGER) AS ${as}`;
const bytes = (name: string, as: string): string => `CAST(${name} AS BLOB) AS ${as}`;
const columns = [
  whole('peer_id', 'peerId'),
  whole('is_mine', 'isMine'),
  whole('message_id', 'messageId'),
  whole('server_id', 'serverId'),
  whole('is_written_here', 'isWrittenHere'),
  whole('proof', 'proof'),
  whole('kind', 'kind'),
  whole('state', 'state'),
  whole('failure', 'failure'),
  whole('at_ms', 'atMs'),
  whole('has_server_time', 'hasServerTime'),
  whole('position', 'position'),
  whole('hidden', 'hidden'),
  whole('size_bytes', 'sizeBytes'),
  whole('content_tag', 'storedTag'),
  bytes('mac', 'mac'),
  bytes('text', 'text'),
  bytes('content_hash', 'contentHash'),
  bytes('content', 'content'),
].join(', ');

/** A time or a position that no damage made up. */
const isSane = (value: number): boolean => Number.isSafeInteger(value) && Math.abs(value) < 2 ** 50;
const isFlag = (value: number): boolean => value === 0 || value === 1;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * One message by its row, or null where there is none, it is hidden or its seal does not verify.
 * @throws where its page cannot be read, or its text is none.
 */
export function readSalvagedMessage(db: Database, rowId: number, macKey: KeyObject): SalvagedMessage | null {
  const row = db.get<Row>(`SELECT ${columns} FROM messages NOT INDEXED WHERE row_id = ?`, [rowId]);
  if (row === undefined || row.hidden !== hiddenCodes.visible) return null;
  const text = strict.decode(row.text);
  const content = row.content === null ? null : strict.decode(row.content);
  if (!isSameMac(macOf({ ...row, text }, macKey), row.mac)) return null;
  // The content of a file may have left the database when its bytes came here.
  const isWithout = content === null && row.kind !== kindCodes.text;
  const isWhole =
    row.contentHash === null || isWithout || (content !== null && isSameMac(sha256(content), row.contentHash));
  if (!isWhole || wordOf(proofCodes, row.proof) === undefined || wordOf(stateCodes, row.state) === undefined)
    return null;
  if (
    !isFlag(row.isWrittenHere) ||
    !isFlag(row.hasServerTime) ||
    !isSane(row.position) ||
    !isSane(row.atMs) ||
    row.atMs < 0
  )
    return null;
  const { hidden: _, storedTag, ...sealed } = row;
  return {
    ...sealed,
    rowId,
    serverId: row.serverId !== null && row.serverId >= 0 && row.serverId <= maxWireInt ? row.serverId : null,
    contentTag: row.contentHash !== null && content === null ? storedTag : tagOf(content ?? text),
    text,
    content,
  };
}
