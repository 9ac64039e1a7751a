import type { StoreContext } from './context.ts';

/** What was learnt about a server's habits. */
export type ServerTraits = {
  /** Acks that carried our own id; three open the window (safety §4.2 step 2). */
  readonly matchedAcks: number;
  /** The server was seen to hand a message back under the id we gave it. */
  readonly keepsIds: boolean;
  /** What it takes in one file, as it said or as a refusal taught; null: not known. */
  readonly maxFileBytes: number | null;
};

/** What was learnt about this account's server; nothing yet in a new database. */
export function readTraits({ db }: StoreContext): ServerTraits {
  const row = db.get<{ matched_acks: number; keeps_ids: number; max_file_bytes: number | null }>(
    'SELECT matched_acks, keeps_ids, max_file_bytes FROM account',
  );
  return {
    matchedAcks: row?.matched_acks ?? 0,
    keepsIds: row?.keeps_ids === 1,
    maxFileBytes: row?.max_file_bytes ?? null,
  };
}

export function writeTraits({ db }: StoreContext, traits: ServerTraits): void {
  db.run('UPDATE account SET matched_acks = ?, keeps_ids = ?, max_file_bytes = ?', [
    traits.matchedAcks,
    traits.keepsIds ? 1 : 0,
    traits.maxFileBytes,
  ]);
}
