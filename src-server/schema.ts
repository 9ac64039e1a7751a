import type { Migration } from '../src-shared/sql/migrate.ts';

/**
 * The server's tables. `seq` is the order of arrival. A message's `id` is what the wire shows; (sender_id,
 * client_id) is what makes a repeat harmless (safety T23).
 */
export const migrations: readonly Migration[] = [
  `CREATE TABLE people (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL,
     -- The name as it is compared: NFKC, lower case.
     name_key TEXT NOT NULL UNIQUE,
     email TEXT NOT NULL,
     avatar TEXT NOT NULL DEFAULT '',
     password TEXT NOT NULL,
     registered_at_ms INTEGER NOT NULL
   );

   CREATE TABLE tokens (
     -- SHA-256 of the token; the token itself is nowhere.
     hash BLOB PRIMARY KEY,
     person_id INTEGER NOT NULL REFERENCES people (id),
     used_at_ms INTEGER NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX tokens_by_person ON tokens (person_id, used_at_ms);

   CREATE TABLE contacts (
     owner_id INTEGER NOT NULL REFERENCES people (id),
     contact_id INTEGER NOT NULL REFERENCES people (id),
     PRIMARY KEY (owner_id, contact_id)
   ) WITHOUT ROWID;
   CREATE INDEX contacts_by_contact ON contacts (contact_id, owner_id);

   CREATE TABLE messages (
     seq INTEGER PRIMARY KEY,
     id INTEGER NOT NULL UNIQUE,
     sender_id INTEGER NOT NULL,
     client_id INTEGER NOT NULL,
     receiver_id INTEGER NOT NULL,
     -- The two people, the smaller id first; null once both have cleared it and only the ids are left.
     low_id INTEGER,
     high_id INTEGER,
     type TEXT NOT NULL,
     content TEXT NOT NULL,
     sent_at_ms INTEGER NOT NULL,
     is_read INTEGER NOT NULL DEFAULT 0,
     UNIQUE (sender_id, client_id)
   );
   CREATE INDEX messages_by_pair ON messages (low_id, high_id, seq) WHERE low_id IS NOT NULL;

   -- Up to which message a person has cleared the conversation with another.
   CREATE TABLE clearings (
     person_id INTEGER NOT NULL,
     other_id INTEGER NOT NULL,
     up_to_seq INTEGER NOT NULL,
     PRIMARY KEY (person_id, other_id)
   ) WITHOUT ROWID;

   CREATE TABLE files (
     -- The unguessable part of the URL, and the name on disk.
     id TEXT PRIMARY KEY,
     message_seq INTEGER NOT NULL REFERENCES messages (seq),
     sender_id INTEGER NOT NULL,
     receiver_id INTEGER NOT NULL,
     name TEXT NOT NULL,
     mime TEXT NOT NULL,
     size INTEGER NOT NULL,
     sha256 TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE INDEX files_by_sender ON files (sender_id, size);
   CREATE INDEX files_by_message ON files (message_seq);`,
];
