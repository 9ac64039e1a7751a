import type { StoreContext } from './context.ts';
import type { ServerTraits } from './operations.ts';

/** What was learnt about this account's server; nothing yet in a new database. */
export function readTraits({ db }: StoreContext): ServerTraits {
  const row = db.get<{ matched_acks: number; keeps_ids: number }>('SELECT matched_acks, keeps_ids FROM account');
  return { matchedAcks: row?.matched_acks ?? 0, keepsIds: row?.keeps_ids === 1 };
}

export function writeTraits({ db }: StoreContext, traits: ServerTraits): void {
  db.run('UPDATE account SET matched_acks = ?, keeps_ids = ?', [traits.matchedAcks, traits.keepsIds ? 1 : 0]);
}
