import { userId, type UserId } from '../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../src-shared/kernel/result.ts';
import type { WireContact } from '../src-shared/protocol/frames.ts';
import { bytesOf, textOf } from '../src-shared/sql/damaged-text.ts';
import type { Database } from '../src-shared/sql/gateway.ts';
import type { SqlValue } from '../src-shared/sql/values.ts';

/** Who has whom as a contact. Adding is mutual, deleting is one-sided. */
export type Contacts = {
  /** Contacts of a person, in the order of their ids. */
  list(owner: UserId): readonly WireContact[];
  /** `contact` as anybody sees them, or undefined when there is no such person. */
  find(contact: UserId): WireContact | undefined;
  /** Adds each to the other's contacts. `isNewForTarget` tells whether the target must be told. Again is a success. */
  add(owner: UserId, target: UserId): Result<{ readonly isNewForTarget: boolean }, string>;
  /** Removes on the owner's side only. Nothing there is a success. */
  remove(owner: UserId, target: UserId): void;
  /** Everybody who has `contact` as a contact. */
  ownersOf(contact: UserId): readonly UserId[];
};

type PersonRow = { id: number; name: SqlValue; avatar: SqlValue };

type ContactsPorts = {
  readonly db: Database;
  readonly isOnline: (person: UserId) => boolean;
  readonly maxPerPerson: number;
};

export function createContacts({ db, isOnline, maxPerPerson }: ContactsPorts): Contacts {
  const toContact = (row: PersonRow): WireContact => ({
    userId: userId(row.id),
    username: textOf(row.name),
    online: isOnline(userId(row.id)),
    avatar: textOf(row.avatar),
  });
  const isFull = (owner: UserId): boolean =>
    (db.get<{ n: number }>('SELECT count(*) AS n FROM contacts WHERE owner_id = ?', [owner])?.n ?? 0) >= maxPerPerson;
  const has = (owner: UserId, contact: UserId): boolean =>
    db.get('SELECT 1 FROM contacts WHERE owner_id = ? AND contact_id = ?', [owner, contact]) !== undefined;
  const insert = (owner: UserId, contact: UserId): boolean =>
    db.run('INSERT INTO contacts (owner_id, contact_id) VALUES (?, ?) ON CONFLICT DO NOTHING', [owner, contact])
      .changes === 1;
  const find = (contact: UserId): WireContact | undefined => {
    const sql = `SELECT id, ${bytesOf('name')}, ${bytesOf('avatar')} FROM people WHERE id = ?`;
    const row = db.get<PersonRow>(sql, [contact]);
    return row === undefined ? undefined : toContact(row);
  };

  return {
    list(owner) {
      return db
        .all<PersonRow>(
          `SELECT id, ${bytesOf('name')}, ${bytesOf('avatar')} FROM contacts
             JOIN people ON people.id = contact_id WHERE owner_id = ? ORDER BY id`,
          [owner],
        )
        .map(toContact);
    },
    find,
    add(owner, target) {
      if (owner === target) return err('You cannot add yourself.');
      if (find(target) === undefined) return err('Nobody here has this ID.');
      if (!has(owner, target) && isFull(owner)) return err('You have too many contacts.');
      if (!has(target, owner) && isFull(target)) return err('This person has too many contacts.');
      return db.transaction(() => {
        insert(owner, target);
        return ok({ isNewForTarget: insert(target, owner) });
      });
    },
    remove(owner, target) {
      db.run('DELETE FROM contacts WHERE owner_id = ? AND contact_id = ?', [owner, target]);
    },
    ownersOf(contact) {
      const sql = 'SELECT owner_id AS owner FROM contacts WHERE contact_id = ?';
      return db.all<{ owner: number }>(sql, [contact]).map((row) => userId(row.owner));
    },
  };
}
