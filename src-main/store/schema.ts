import type { FailureReason, MessageKind, MessageState } from '../../src-shared/domain/message.ts';
import type { Migration } from '../../src-shared/sql/migrate.ts';

/**
 * The tables of one account's database. Words with few values are kept as numbers: a damaged TEXT column can
 * end the process (safety F11), a damaged number cannot. Never renumber.
 */
export const kindCodes = { text: 1, file: 2, image: 3 } as const satisfies Record<MessageKind, number>;
export const stateCodes = { queued: 1, sending: 2, sent: 3, read: 4, failed: 5 } as const satisfies Record<
  MessageState,
  number
>;
export const failureCodes = {
  'too-large': 1,
  refused: 2,
  'no-answer': 3,
  poison: 4,
  'not-on-server': 5,
  cancelled: 6,
  'bytes-lost': 7,
  removed: 8,
} as const satisfies Record<FailureReason, number>;
/** `damaged`: its seal does not verify; it comes back with the next history that has it. */
export const hiddenCodes = { visible: 0, deleted: 1, cleared: 2, damaged: 3 } as const;
/** How sure we are that the server has it: `acknowledged` by an ack, `seen` in a push or a history. */
export const proofCodes = { none: 0, acknowledged: 1, seen: 2 } as const;
/** `parked`: kept for the person to retry or delete, not sent by itself. */
export const outboxCodes = { queued: 1, inFlight: 2, inDoubt: 3, parked: 4 } as const;
/**
 * Where a server has the bytes of a file: `inline` in the message's content, `address` in a path or URL. `none` also
 * where they were inline and are kept as a blob only.
 */
export const sourceCodes = { none: 0, inline: 1, address: 2 } as const;

/** The word for a number of the tables above, or undefined for a number that we never wrote. */
export function wordOf<Word extends string>(codes: Readonly<Record<Word, number>>, code: number): Word | undefined {
  for (const word in codes) if (codes[word] === code) return word;
  return undefined;
}

/** Distance between neighbours, so that a late row finds room between two others without moving any. */
export const positionStep = 1_024;

/** See `migrate`: a released step is never edited. */
export const migrations: readonly Migration[] = [
  `
  -- Whose database this is, and what was learnt about the server.
  CREATE TABLE account (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    self_id INTEGER NOT NULL,
    matched_acks INTEGER NOT NULL DEFAULT 0,
    keeps_ids INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE people (
    user_id INTEGER PRIMARY KEY,
    username TEXT NOT NULL,
    avatar TEXT NOT NULL,
    is_contact INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE conversations (
    peer_id INTEGER PRIMARY KEY,
    -- When it began or its draft last changed; the last message's time goes first where there is one.
    active_at_ms INTEGER NOT NULL,
    draft_text TEXT,
    draft_caret INTEGER,
    -- The largest position ever given out here.
    last_position INTEGER NOT NULL DEFAULT 0,
    -- Rows up to here were cleared by me; what a history brings before it stays hidden.
    cleared_position INTEGER,
    peer_cleared_position INTEGER
  ) STRICT;

  -- A message is known by (peer, sender, id); variant tells apart rows that share all three but not the content
  -- (safety R11). Own rows have the id that we chose, and in server_id the one the server gave, where it differs.
  CREATE TABLE messages (
    row_id INTEGER PRIMARY KEY AUTOINCREMENT,
    peer_id INTEGER NOT NULL,
    is_mine INTEGER NOT NULL,
    message_id INTEGER NOT NULL,
    variant INTEGER NOT NULL DEFAULT 0,
    server_id INTEGER,
    is_written_here INTEGER NOT NULL,
    proof INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    state INTEGER NOT NULL,
    failure INTEGER,
    at_ms INTEGER NOT NULL,
    has_server_time INTEGER NOT NULL,
    position INTEGER NOT NULL,
    hidden INTEGER NOT NULL DEFAULT 0,
    hidden_at_ms INTEGER,
    is_read_unconfirmed INTEGER NOT NULL DEFAULT 0,
    size_bytes INTEGER,
    -- Tells contents apart without reading them; the mac proves them.
    content_tag INTEGER NOT NULL,
    mac BLOB NOT NULL,
    text TEXT NOT NULL,
    -- Only where the text shown is not the whole content: files, images, very long texts. Last, so that pages
    -- are read without touching it.
    content_hash BLOB,
    content TEXT,
    UNIQUE (peer_id, is_mine, message_id, variant)
  ) STRICT;
  CREATE INDEX messages_by_position ON messages (peer_id, hidden, position);
  CREATE INDEX messages_unread ON messages (peer_id, position) WHERE is_mine = 0 AND state = 3 AND hidden = 0;
  CREATE INDEX messages_mine_by_id ON messages (message_id) WHERE is_mine = 1;
  CREATE INDEX messages_by_server_id ON messages (server_id) WHERE server_id IS NOT NULL;
  CREATE INDEX messages_read_unconfirmed ON messages (row_id) WHERE is_read_unconfirmed = 1;
  CREATE INDEX messages_hidden_at ON messages (hidden_at_ms) WHERE hidden_at_ms IS NOT NULL;

  -- What is still to be sent, first come first served by seq.
  CREATE TABLE outbox (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    row_id INTEGER NOT NULL UNIQUE REFERENCES messages (row_id),
    peer_id INTEGER NOT NULL,
    state INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX outbox_by_peer ON outbox (peer_id, state);

  -- What a command of the person made, so that the same command again makes nothing (safety R37).
  CREATE TABLE commands (
    command_id TEXT PRIMARY KEY,
    row_id INTEGER NOT NULL,
    at_ms INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX commands_by_time ON commands (at_ms);
  `,
  `
  -- Blocking is local: the server does not know of it.
  ALTER TABLE people ADD COLUMN is_blocked INTEGER NOT NULL DEFAULT 0;
  `,
  `
  -- The search: what each text is found by (see search/grams.ts), without the texts. Filled in the background.
  -- The program merges its layers itself, in steps that nobody feels.
  CREATE VIRTUAL TABLE search_grams USING fts5 (grams, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
  INSERT INTO search_grams (search_grams, rank) VALUES ('automerge', 0), ('usermerge', 8), ('crisismerge', 1000);
  -- Which message an entry of the index belongs to; a long one has several.
  CREATE TABLE search_docs (
    doc_id INTEGER PRIMARY KEY,
    row_id INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX search_docs_by_row ON search_docs (row_id);
  CREATE TABLE search_state (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    indexed_up_to INTEGER NOT NULL,
    -- What the index was made by; another version of it makes it anew.
    rules TEXT NOT NULL
  ) STRICT;
  INSERT INTO search_state (id, indexed_up_to, rules) VALUES (1, 0, '');
  -- Rows that say something else, or are hidden or seen again, since they were indexed.
  CREATE TABLE search_stale (row_id INTEGER PRIMARY KEY) STRICT;
  CREATE TRIGGER search_notes_change AFTER UPDATE OF text, hidden ON messages
  WHEN (NEW.text IS NOT OLD.text OR NEW.hidden IS NOT OLD.hidden)
    AND (NEW.row_id <= (SELECT indexed_up_to FROM search_state)
      OR EXISTS (SELECT 1 FROM search_docs WHERE row_id = NEW.row_id))
  BEGIN
    INSERT OR IGNORE INTO search_stale (row_id) VALUES (NEW.row_id);
  END;
  CREATE TRIGGER search_notes_removal AFTER DELETE ON messages BEGIN
    INSERT OR IGNORE INTO search_stale (row_id) VALUES (OLD.row_id);
  END;
  `,
  `
  -- Whose conversation was on screen last: the next start begins with it.
  ALTER TABLE account ADD COLUMN viewed_peer_id INTEGER;
  `,
  `
  -- What was removed here and can be brought back, the latest first.
  CREATE INDEX messages_removed ON messages (peer_id, hidden_at_ms, position) WHERE hidden_at_ms IS NOT NULL;
  `,
  `
  -- What is known of the bytes of files and images, beside what the messages say. Sealed. Made anew from the message's
  -- content where it is missing.
  CREATE TABLE attachments (
    message_row INTEGER PRIMARY KEY,
    source INTEGER NOT NULL,
    address TEXT,
    blob_id BLOB,
    thumb_id BLOB,
    sha256 BLOB,
    blob_bytes INTEGER,
    width INTEGER,
    height INTEGER,
    seal BLOB NOT NULL
  ) STRICT;
  CREATE INDEX attachments_by_blob ON attachments (blob_id) WHERE blob_id IS NOT NULL;
  CREATE INDEX attachments_by_thumb ON attachments (thumb_id) WHERE thumb_id IS NOT NULL;
  CREATE INDEX messages_media ON messages (peer_id, kind, position) WHERE kind <> 1 AND hidden = 0;

  -- Files in the trays, each as sealed JSON; by place within a conversation.
  CREATE TABLE staged (
    staged_id TEXT PRIMARY KEY,
    peer_id INTEGER NOT NULL,
    place INTEGER NOT NULL,
    body TEXT NOT NULL,
    seal BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX staged_by_place ON staged (peer_id, place);
  `,
  `
  -- What the server takes in one file; null: not known.
  ALTER TABLE account ADD COLUMN max_file_bytes INTEGER;
  `,
  `
  -- When it was last looked for what was removed too long ago to be brought back; null: never.
  ALTER TABLE account ADD COLUMN forgot_at_ms INTEGER;
  `,
  `
  -- A picture of which a part is missing: found out when its small copy is made. Sealed where it is set.
  ALTER TABLE attachments ADD COLUMN is_damaged INTEGER NOT NULL DEFAULT 0;
  `,
];
