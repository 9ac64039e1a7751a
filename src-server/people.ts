import { userId, type UserId } from '../src-shared/kernel/ids.ts';
import type { WireAccount } from '../src-shared/protocol/frames.ts';
import type { Database } from '../src-shared/sql/gateway.ts';

/** The accounts as they are kept. Rules and passwords are in accounts.ts. */
export type People = {
  find(id: UserId): WireAccount | undefined;
  exists(id: UserId): boolean;
  /** Finds by a name however it is written: full or half width, upper or lower case. */
  findByName(name: string): { readonly id: UserId; readonly password: string } | undefined;
  passwordOf(id: UserId): string | undefined;
  count(): number;
  add(person: { name: string; email: string; password: string; nowMs: number }): UserId;
  /** Changes name, e-mail and avatar, and the password where one is given. */
  update(account: WireAccount, password: string | null): void;
  setPassword(id: UserId, password: string): void;
};

/** A name as it is compared, so that nobody can take one that looks like another's. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase();
}

type PersonRow = { id: number; name: string; email: string; avatar: string };

export function createPeople(db: Database): People {
  return {
    find(id) {
      const row = db.get<PersonRow>('SELECT id, name, email, avatar FROM people WHERE id = ?', [id]);
      if (row === undefined) return undefined;
      return { userId: userId(row.id), username: row.name, email: row.email, avatar: row.avatar };
    },
    exists(id) {
      return db.get('SELECT 1 FROM people WHERE id = ?', [id]) !== undefined;
    },
    findByName(name) {
      const sql = 'SELECT id, password FROM people WHERE name_key = ?';
      const row = db.get<{ id: number; password: string }>(sql, [nameKey(name)]);
      return row === undefined ? undefined : { id: userId(row.id), password: row.password };
    },
    passwordOf(id) {
      return db.get<{ password: string }>('SELECT password FROM people WHERE id = ?', [id])?.password;
    },
    count() {
      return db.get<{ n: number }>('SELECT count(*) AS n FROM people')?.n ?? 0;
    },
    add({ name, email, password, nowMs }) {
      const { lastInsertRowId } = db.run(
        'INSERT INTO people (name, name_key, email, password, registered_at_ms) VALUES (?, ?, ?, ?, ?)',
        [name, nameKey(name), email, password, nowMs],
      );
      return userId(lastInsertRowId);
    },
    update({ userId: id, username, email, avatar }, password) {
      db.run(
        'UPDATE people SET name = ?, name_key = ?, email = ?, avatar = ?, password = coalesce(?, password) WHERE id = ?',
        [username, nameKey(username), email, avatar, password, id],
      );
    },
    setPassword(id, password) {
      db.run('UPDATE people SET password = ? WHERE id = ?', [password, id]);
    },
  };
}
