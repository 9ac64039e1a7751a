import { sqliteCode } from '../../../src-shared/sql/gateway.ts';
import type { StoreContext } from '../context.ts';
import { failureKindOf } from '../store-damage.ts';

/** What the index was made by. Another version folds and looks up differently: then the index is made anew. */
const rules = `1 unicode ${process.versions['unicode'] ?? ''}`;

/**
 * Rows up to here are in the index or are not to be found; later ones, and those noted as stale, are not in it yet.
 * An index made by other rules is emptied, and the rows wait again.
 */
export function readIndexedUpTo(context: StoreContext): number {
  const state = context.db.get<{ indexed_up_to: number; rules: string }>(
    'SELECT indexed_up_to, rules FROM search_state',
  );
  if (state?.rules === rules) return state.indexed_up_to;
  emptyIndex(context);
  return 0;
}

export function writeIndexedUpTo({ db }: StoreContext, rowId: number): void {
  db.run('UPDATE search_state SET indexed_up_to = ?', [rowId]);
}

/** All rows wait to be indexed again. */
export function emptyIndex({ db }: StoreContext): void {
  db.run(`INSERT INTO search_grams (search_grams) VALUES ('delete-all')`);
  db.run('DELETE FROM search_docs');
  db.run('DELETE FROM search_stale');
  db.run('UPDATE search_state SET indexed_up_to = 0, rules = ?', [rules]);
}

/**
 * Whether an error may mean that the index is damaged, which costs no message: it is made from them. A constraint is
 * one of the index's own tables, as in `kindOf` of the service. It may as well come from the messages; then it comes
 * again once the index is empty.
 */
export function isIndexDamage(error: unknown): boolean {
  return failureKindOf(error) === 'damaged' || sqliteCode(error)?.startsWith('SQLITE_CONSTRAINT') === true;
}
