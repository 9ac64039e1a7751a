import { userId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { WireContact } from '../../src-shared/protocol/frames.ts';
import { bytesOf, textOf } from '../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../src-shared/sql/values.ts';
import type { StoreContext } from './context.ts';
import type { PersonRow } from './operations.ts';

type Row = { user_id: number; username: SqlValue; avatar: SqlValue; is_contact: number; is_blocked: number };
const columns = `user_id, ${bytesOf('username')}, ${bytesOf('avatar')}, is_contact, is_blocked`;

/** Everyone known: contacts, those who were, and strangers with whom there is a conversation. */
export function listPeople({ db }: StoreContext): PersonRow[] {
  const strangers = db.all<{ peer_id: number }>(
    'SELECT peer_id FROM conversations WHERE peer_id NOT IN (SELECT user_id FROM people)',
  );
  return [
    ...db.all<Row>(`SELECT ${columns} FROM people`).map(personOf),
    ...strangers.map(({ peer_id: id }) => stranger(userId(id))),
  ];
}

function stranger(id: UserId): PersonRow {
  return { userId: id, username: '', avatar: '', isContact: false, isBlocked: false };
}

export function findPerson({ db }: StoreContext, id: UserId): PersonRow | null {
  const row = db.get<Row>(`SELECT ${columns} FROM people WHERE user_id = ?`, [id]);
  return row === undefined ? null : personOf(row);
}

/** @returns whether anything changed: the list is polled, and mostly nothing does. */
export function upsertContact({ db }: StoreContext, contact: WireContact): boolean {
  const { changes } = db.run(
    `INSERT INTO people (user_id, username, avatar, is_contact) VALUES (?, ?, ?, 1)
     ON CONFLICT (user_id) DO UPDATE SET username = excluded.username, avatar = excluded.avatar, is_contact = 1
     WHERE username <> excluded.username OR avatar <> excluded.avatar OR is_contact = 0`,
    [contact.userId, contact.username, contact.avatar],
  );
  return changes > 0;
}

/** Those who are no contacts any more stay known by name: their history is still here. @returns whose rows changed. */
export function replaceContacts(
  context: StoreContext,
  contacts: readonly WireContact[],
  untouched: readonly UserId[],
): UserId[] {
  const left = new Set(untouched);
  const present = new Set(contacts.map((contact) => contact.userId));
  const changed = contacts
    .filter((contact) => !left.has(contact.userId) && upsertContact(context, contact))
    .map((contact) => contact.userId);
  for (const row of context.db.all<{ user_id: number }>('SELECT user_id FROM people WHERE is_contact = 1')) {
    const id = userId(row.user_id);
    if (present.has(id) || left.has(id)) continue;
    context.db.run('UPDATE people SET is_contact = 0 WHERE user_id = ?', [id]);
    changed.push(id);
  }
  return changed;
}

/** @returns whether anything changed. */
export function removeContact({ db }: StoreContext, id: UserId): boolean {
  return db.run('UPDATE people SET is_contact = 0 WHERE user_id = ? AND is_contact = 1', [id]).changes > 0;
}

/** Also for strangers, of whom only the id is known. */
export function setBlocked({ db }: StoreContext, id: UserId, isBlocked: boolean): void {
  db.run(
    `INSERT INTO people (user_id, username, avatar, is_contact, is_blocked) VALUES (?, '', '', 0, ?)
     ON CONFLICT (user_id) DO UPDATE SET is_blocked = excluded.is_blocked`,
    [id, isBlocked ? 1 : 0],
  );
}

/** For queries with a `peer_id` that leave out whom I have blocked. One look by key for each row. */
export const isNotBlocked = 'NOT EXISTS (SELECT 1 FROM people WHERE user_id = peer_id AND is_blocked = 1)';

function personOf(row: Row): PersonRow {
  return {
    userId: userId(row.user_id),
    username: textOf(row.username),
    avatar: textOf(row.avatar),
    isContact: row.is_contact === 1,
    isBlocked: row.is_blocked === 1,
  };
}
