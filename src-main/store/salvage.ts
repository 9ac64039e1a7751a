import type { KeyObject } from 'node:crypto';
import type { Database } from '../../src-shared/sql/gateway.ts';
import type { SqlParam } from '../../src-shared/sql/values.ts';
import { maxWireInt, type RowId, type UserId } from '../../src-shared/kernel/ids.ts';
import { maxDraftUnits } from '../../src-shared/domain/limits.ts';
import { readSalvagedMessage, type SalvagedMessage } from './salvaged-message.ts';
import { listRowsWithBlobs, readSalvagedAttachment, readSalvagedStaged, type SalvagedFiles } from './salvaged-files.ts';
import { hiddenCodes, outboxCodes, proofCodes, stateCodes } from './schema.ts';

/** What a damaged database still gives: what the server does not have, or may not give again (safety R17). */
export type Salvage = SalvagedFiles & {
  readonly messages: readonly SalvagedMessage[];
  /** Messages waiting to be sent, or for the person to decide; each is among `messages`. */
  readonly outbox: readonly SalvagedOutboxRow[];
  readonly commands: readonly { readonly commandId: string; readonly rowId: number; readonly atMs: number }[];
  readonly drafts: readonly { readonly peerId: number; readonly text: string; readonly caret: number }[];
  readonly people: readonly SalvagedPerson[];
  readonly traits: { readonly matchedAcks: number; readonly keepsIds: number } | null;
};
export const emptySalvage: Salvage = {
  messages: [],
  outbox: [],
  commands: [],
  drafts: [],
  people: [],
  traits: null,
  attachments: [],
  staged: [],
};
export type SalvagedOutboxRow = {
  readonly seq: number | null;
  readonly rowId: number;
  readonly state: number;
  readonly attempts: number;
};
type SalvagedPerson = {
  readonly userId: number;
  readonly username: string;
  readonly isContact: number;
  readonly isBlocked: number;
};

/** Nobody writes more than this without the network; it bounds the work where the file is all nonsense. */
const maxOutboxRows = 10_000;
const maxConversations = 10_000;
/** Pending messages that the outbox does not name any more are looked for among so many of the latest rows. */
const maxScannedRows = 20_000;
const scanStep = 200;
/** So many messages before a pending one come along: by them it is told what is older than it (safety A7, §4.2 step 5). */
const contextRows = 20;

/**
 * Reads what can be read, each row by itself. Everything is cast as it is selected: a damaged value may have any type,
 * and libsql ends the process over text that is none (safety F11). Never throws on damage.
 * @param db the file that was set aside. Nothing of it is changed.
 */
export function readSalvage(db: Database, self: UserId, macKey: KeyObject): Salvage {
  const owner = firstOf(rowsOf<{ self_id: number }>(db, 'SELECT CAST(self_id AS INTEGER) AS self_id FROM account'));
  if (owner !== undefined && owner.self_id !== self) return emptySalvage;
  const messages = new Map<number, SalvagedMessage>();
  const read = (rowId: number): SalvagedMessage | null => {
    const found = messages.get(rowId) ?? attempt(() => readSalvagedMessage(db, rowId, macKey), null);
    if (found !== null) messages.set(rowId, found);
    return found;
  };
  const outbox = new Map<number, SalvagedOutboxRow>();
  for (const row of listOutboxRows(db)) if (isPending(read(row.rowId))) outbox.set(row.rowId, row);
  for (const { rowId, state } of scanForPending(db)) {
    if (outbox.has(rowId) || !isPending(read(rowId))) continue;
    outbox.set(rowId, { seq: null, rowId, state: outboxStateOf(state), attempts: 1 });
  }
  const pending = [...outbox.keys()];
  for (const peerId of new Set(pending.map((rowId) => messages.get(rowId)?.peerId ?? 0)))
    for (const rowId of listProvenRows(db, peerId)) read(rowId);
  for (const rowId of listRowsWithBlobs(db)) read(rowId);
  for (const [rowId, message] of messages)
    if (!outbox.has(rowId) && message.proof === proofCodes.none) messages.delete(rowId);
  return {
    messages: [...messages.values()],
    outbox: [...outbox.values()],
    commands: readCommands(db, outbox),
    drafts: readDrafts(db),
    people: readPeople(db),
    traits: readTraits(db),
    attachments: [...messages.keys()].flatMap((row) => {
      const attachment = attempt(() => readSalvagedAttachment(db, row, macKey), null);
      return attachment === null ? [] : [{ rowId: row as RowId, attachment }];
    }),
    staged: readSalvagedStaged(db, macKey),
  };
}

const isPending = (message: SalvagedMessage | null): boolean =>
  message !== null && message.isMine === 1 && message.proof === proofCodes.none;

const outboxStateOf = (messageState: number): number => {
  if (messageState === stateCodes.queued) return outboxCodes.queued;
  return messageState === stateCodes.failed ? outboxCodes.parked : outboxCodes.inDoubt;
};

/** From both ends: a damaged page in the middle hides what lies behind it. */
function listOutboxRows(db: Database): SalvagedOutboxRow[] {
  const columns = ['seq', 'row_id', 'state', 'attempts'].map((name) => `CAST(${name} AS INTEGER) AS ${name}`);
  const found = ['ASC', 'DESC'].flatMap((direction) =>
    rowsOf<{ seq: number; row_id: number; state: number; attempts: number }>(
      db,
      `SELECT ${columns.join(', ')} FROM outbox NOT INDEXED ORDER BY seq ${direction} LIMIT ?`,
      [maxOutboxRows],
    ),
  );
  const known = new Set<number>([outboxCodes.queued, outboxCodes.parked]);
  return found
    .filter((row) => isId(row.row_id) && isId(row.seq))
    .map((row) => ({
      seq: row.seq,
      rowId: row.row_id,
      // What was under way is in doubt, and so is what cannot be told.
      state: known.has(row.state) ? row.state : outboxCodes.inDoubt,
      attempts: isId(row.attempts) ? row.attempts : 0,
    }));
}

type Scanned = { readonly rowId: number; readonly state: number };

/** Own messages among the latest rows that were not through, whatever the outbox says. */
function scanForPending(db: Database): Scanned[] {
  const last =
    firstOf(rowsOf<{ n: number }>(db, 'SELECT CAST(max(row_id) AS INTEGER) AS n FROM messages'))?.n ??
    firstOf(rowsOf<{ n: number }>(db, "SELECT CAST(seq AS INTEGER) AS n FROM sqlite_sequence WHERE name = 'messages'"))
      ?.n;
  if (last === undefined || !isId(last)) return [];
  const sql = `SELECT CAST(row_id AS INTEGER) AS rowId, CAST(state AS INTEGER) AS state FROM messages NOT INDEXED
    WHERE row_id BETWEEN ? AND ? AND is_mine = 1 AND hidden = ${hiddenCodes.visible}
      AND state IN (${stateCodes.queued}, ${stateCodes.sending}, ${stateCodes.failed})`;
  const found: Scanned[] = [];
  const lowest = Math.max(1, last - maxScannedRows);
  for (let high = last; high >= lowest; high -= scanStep) {
    const low = Math.max(lowest, high - scanStep + 1);
    const rows = attempt(() => db.all<Scanned>(sql, [low, high]), null);
    if (rows !== null) found.push(...rows);
    else for (let rowId = low; rowId <= high; rowId += 1) found.push(...rowsOf<Scanned>(db, sql, [rowId, rowId]));
  }
  return found.toSorted((one, other) => one.rowId - other.rowId);
}

function listProvenRows(db: Database, peerId: number): number[] {
  return rowsOf<{ row_id: number }>(
    db,
    `SELECT CAST(row_id AS INTEGER) AS row_id FROM messages WHERE peer_id = ? AND hidden = 0 AND proof <> 0
     ORDER BY position DESC LIMIT ?`,
    [peerId, contextRows],
  ).map((row) => row.row_id);
}

function readCommands(db: Database, outbox: ReadonlyMap<number, unknown>): Salvage['commands'] {
  return rowsOf<{ command_id: Uint8Array; row_id: number; at_ms: number }>(
    db,
    `SELECT CAST(command_id AS BLOB) AS command_id, CAST(row_id AS INTEGER) AS row_id,
     CAST(at_ms AS INTEGER) AS at_ms FROM commands LIMIT ?`,
    [maxOutboxRows],
  ).flatMap((row) => {
    const commandId = textOrNull(row.command_id);
    const isSane = commandId !== null && /^[\da-f-]{36}$/.test(commandId) && isId(row.at_ms);
    return isSane && outbox.has(row.row_id) ? [{ commandId, rowId: row.row_id, atMs: row.at_ms }] : [];
  });
}

/** A draft has no seal: it is taken where it is text at all. */
function readDrafts(db: Database): Salvage['drafts'] {
  return peersOf(db, 'SELECT CAST(peer_id AS INTEGER) AS id FROM conversations LIMIT ?').flatMap((peerId) =>
    rowsOf<{ text: Uint8Array | null; caret: number }>(
      db,
      `SELECT CAST(draft_text AS BLOB) AS text, CAST(coalesce(draft_caret, 0) AS INTEGER) AS caret
       FROM conversations WHERE peer_id = ?`,
      [peerId],
    ).flatMap((row) => {
      const text = textOrNull(row.text);
      if (text === null || text === '' || text.length > maxDraftUnits) return [];
      return [{ peerId, text, caret: Math.min(Math.max(0, row.caret), text.length) }];
    }),
  );
}

function readPeople(db: Database): SalvagedPerson[] {
  return peersOf(db, 'SELECT CAST(user_id AS INTEGER) AS id FROM people LIMIT ?').flatMap((userId) =>
    rowsOf<{ username: Uint8Array | null; is_contact: number; is_blocked: number }>(
      db,
      `SELECT CAST(username AS BLOB) AS username, CAST(is_contact AS INTEGER) AS is_contact,
       CAST(is_blocked AS INTEGER) AS is_blocked FROM people WHERE user_id = ?`,
      [userId],
    ).flatMap((row) => {
      const username = textOrNull(row.username);
      if (username === null) return [];
      return [{ userId, username, isContact: row.is_contact === 1 ? 1 : 0, isBlocked: row.is_blocked === 1 ? 1 : 0 }];
    }),
  );
}

function readTraits(db: Database): Salvage['traits'] {
  const row = firstOf(
    rowsOf<{ matchedAcks: number; keepsIds: number }>(
      db,
      'SELECT CAST(matched_acks AS INTEGER) AS matchedAcks, CAST(keeps_ids AS INTEGER) AS keepsIds FROM account',
    ),
  );
  if (row === undefined || !isId(row.matchedAcks + 1) || (row.keepsIds !== 0 && row.keepsIds !== 1)) return null;
  return row;
}

const peersOf = (db: Database, sql: string): number[] => [
  ...new Set(
    rowsOf<{ id: number }>(db, sql, [maxConversations])
      .map((row) => row.id)
      .filter((id) => isId(id) && id <= maxWireInt),
  ),
];

/** As many rows as come before the damage. */
function rowsOf<Row>(db: Database, sql: string, params: readonly SqlParam[] = []): Row[] {
  const rows: Row[] = [];
  try {
    for (const row of db.iterate<Row>(sql, params)) rows.push(row);
  } catch {
    // Damaged from here on.
  }
  return rows;
}

function attempt<T>(work: () => T, otherwise: T): T {
  try {
    return work();
  } catch {
    return otherwise;
  }
}

const firstOf = <T>(rows: readonly T[]): T | undefined => rows[0];
const isId = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textOrNull = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : attempt(() => strict.decode(bytes), null);
