import { createHash } from 'node:crypto';
import { userId, type UserId } from '../src-shared/kernel/ids.ts';
import type { Database } from '../src-shared/sql/gateway.ts';

/** A signed-in device. The hash stands for its token wherever the token itself is not needed. */
export type TokenOwner = { readonly person: UserId; readonly tokenHash: Uint8Array };

/** The tokens that log devices in: 256 random bits, kept as SHA-256, good for 90 days after their last use (safety T24). */
export type Tokens = {
  issue(person: UserId): { readonly token: string; readonly tokenHash: Uint8Array };
  /** Whose token it is, or undefined; using it makes it last longer. */
  redeem(token: string): TokenOwner | undefined;
  revoke(tokenHash: Uint8Array): void;
  revokeOthers(person: UserId, keptHash: Uint8Array): void;
};

const dayMs = 86_400_000;
const lifetimeMs = 90 * dayMs;
/** The time of use is written once an hour at most: a download must not cost a disk sync. */
const touchEveryMs = 3_600_000;

type TokenPorts = {
  readonly db: Database;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly nowMs: () => number;
  readonly maxPerPerson: number;
};

export function createTokens({ db, randomBytes, nowMs, maxPerPerson }: TokenPorts): Tokens {
  return {
    issue(person) {
      const token = Buffer.from(randomBytes(32)).toString('base64url');
      const tokenHash = hashOf(token);
      db.transaction(() => {
        db.run('DELETE FROM tokens WHERE used_at_ms < ?', [nowMs() - lifetimeMs]);
        // A person with more devices than that loses the one unused for longest.
        db.run(
          `DELETE FROM tokens WHERE hash IN
             (SELECT hash FROM tokens WHERE person_id = ? ORDER BY used_at_ms DESC LIMIT -1 OFFSET ?)`,
          [person, maxPerPerson - 1],
        );
        db.run('INSERT INTO tokens (hash, person_id, used_at_ms) VALUES (?, ?, ?)', [tokenHash, person, nowMs()]);
      });
      return { token, tokenHash };
    },
    redeem(token) {
      const tokenHash = hashOf(token);
      const sql = 'SELECT person_id AS person, used_at_ms AS usedAtMs FROM tokens WHERE hash = ?';
      const row = db.get<{ person: number; usedAtMs: number }>(sql, [tokenHash]);
      if (row === undefined || nowMs() - row.usedAtMs > lifetimeMs) return undefined;
      if (nowMs() - row.usedAtMs > touchEveryMs) {
        db.run('UPDATE tokens SET used_at_ms = ? WHERE hash = ?', [nowMs(), tokenHash]);
      }
      return { person: userId(row.person), tokenHash };
    },
    revoke(tokenHash) {
      db.run('DELETE FROM tokens WHERE hash = ?', [tokenHash]);
    },
    revokeOthers(person, keptHash) {
      db.run('DELETE FROM tokens WHERE person_id = ? AND hash <> ?', [person, keptHash]);
    },
  };
}

/** A token has 256 random bits: a plain hash of it cannot be guessed backwards, and its lookup leaks nothing useful. */
function hashOf(token: string): Uint8Array {
  return createHash('sha256').update(token).digest();
}
