import { userId } from '../../../src-shared/kernel/ids.ts';
import { bytesOf, textOf } from '../../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../../src-shared/sql/values.ts';
import type { StoreContext } from '../context.ts';
import { hiddenCodes } from '../schema.ts';
import { freeDocId } from './doc-ids.ts';
import { foldText } from './fold.ts';
import { charactersOf, chunkLength, chunkOf, indexWords } from './grams.ts';
import { emptyIndex, isIndexDamage, readIndexedUpTo, writeIndexedUpTo } from './index-state.ts';

/** What one step takes in: about 3 ms of work. */
const maxRowsPerStep = 50;
const maxCharactersPerStep = 1_500;
/** Pages of the index that one step puts in order: about 3 ms. */
const mergedPagesPerStep = 8;

export type Indexer = {
  /** Does a small part of what there is to do, in one transaction. @returns whether there may be more. */
  readonly step: () => boolean;
};

type Row = {
  readonly row_id: number;
  readonly peer_id: number;
  readonly at_ms: number;
  readonly hidden: number;
  readonly text: SqlValue;
};
const columns = `row_id, peer_id, at_ms, hidden, ${bytesOf('text')}`;

/**
 * Brings the index of the search after the messages, in the background, so that nobody waits for it: what is not in
 * it yet is found without (see `search`). How far it is stands in the database, so that a crash loses nothing. A
 * damaged index is made anew.
 */
export function createIndexer(context: StoreContext): Indexer {
  const { db } = context;
  /** Each step adds a layer to the index; layers are merged before more are added. */
  let mayMerge = true;
  /** The index was found damaged and is empty now: an error that comes all the same is not its own. */
  let isRemade = false;

  function removeStale({ row_id: row }: { readonly row_id: number }): void {
    for (const { doc_id: doc } of db.all<{ doc_id: number }>('SELECT doc_id FROM search_docs WHERE row_id = ?', [row]))
      db.run('DELETE FROM search_grams WHERE rowid = ?', [doc]);
    db.run('DELETE FROM search_docs WHERE row_id = ?', [row]);
    db.run('DELETE FROM search_stale WHERE row_id = ?', [row]);
  }

  /** Adds what of a row is not in yet. @returns how many characters were added, and whether the row is whole now. */
  function add(row: Row, maxCharacters: number): { readonly added: number; readonly isWhole: boolean } {
    if (row.hidden !== hiddenCodes.visible) return { added: 0, isWhole: true };
    const characters = charactersOf(foldText(textOf(row.text)));
    let added = 0;
    for (let index = characters.length > chunkLength ? countDocs(row) : 0; ; index += 1) {
      const chunk = chunkOf(characters, index);
      if (chunk === null) return { added, isWhole: true };
      if (added >= maxCharacters) return { added, isWhole: false };
      const doc = freeDocId(context, row.at_ms);
      db.run('INSERT INTO search_grams (rowid, grams) VALUES (?, ?)', [doc, indexWords(chunk, userId(row.peer_id))]);
      db.run('INSERT INTO search_docs (doc_id, row_id) VALUES (?, ?)', [doc, row.row_id]);
      added += chunk.length;
    }
  }

  function countDocs({ row_id: row }: Row): number {
    return db.get<{ docs: number }>('SELECT count(*) AS docs FROM search_docs WHERE row_id = ?', [row])?.docs ?? 0;
  }

  /** Rows whose text or visibility changed after they were indexed. */
  function renewStale(): boolean {
    const stale = db.all<{ row_id: number }>('SELECT row_id FROM search_stale LIMIT ?', [maxRowsPerStep]);
    const upTo = readIndexedUpTo(context);
    let budget = maxCharactersPerStep;
    for (const note of stale) {
      if (budget <= 0) break;
      removeStale(note);
      const row = db.get<Row>(`SELECT ${columns} FROM messages WHERE row_id = ?`, [note.row_id]);
      // A later one comes with the new ones.
      if (row !== undefined && row.row_id <= upTo) budget -= add(row, Number.MAX_SAFE_INTEGER).added;
    }
    return stale.length > 0;
  }

  function addNew(): boolean {
    const from = readIndexedUpTo(context);
    const ids = db.all<{ row_id: number }>('SELECT row_id FROM messages WHERE row_id > ? ORDER BY row_id LIMIT ?', [
      from,
      maxRowsPerStep,
    ]);
    let budget = maxCharactersPerStep;
    let upTo = from;
    // One after the other: a hundred long texts are not read to index the first of them.
    for (const { row_id: id } of ids) {
      if (budget <= 0) break;
      const row = db.get<Row>(`SELECT ${columns} FROM messages WHERE row_id = ?`, [id]);
      if (row === undefined) continue;
      const { added, isWhole } = add(row, budget);
      budget -= added;
      if (!isWhole) break;
      upTo = id;
    }
    if (upTo > from) writeIndexedUpTo(context, upTo);
    return ids.length > 0;
  }

  function merge(): boolean {
    const changes = (): number => db.get<{ count: number }>('SELECT total_changes() AS count')?.count ?? 0;
    const before = changes();
    db.run(`INSERT INTO search_grams (search_grams, rank) VALUES ('merge', ?)`, [mergedPagesPerStep]);
    // One change is the command itself.
    return changes() - before > 1;
  }

  function work(): boolean {
    if (mayMerge) {
      mayMerge = merge();
      if (mayMerge) return true;
    }
    mayMerge = renewStale() || addNew();
    return mayMerge;
  }

  return {
    step: () => {
      // May be lost with the power: then it is done again.
      db.exec('PRAGMA synchronous = NORMAL');
      try {
        const isMoreLeft = db.transaction(work);
        isRemade = false;
        return isMoreLeft;
      } catch (error) {
        if (isRemade || !isIndexDamage(error)) throw error;
        isRemade = true;
        db.transaction(() => emptyIndex(context));
        return true;
      } finally {
        db.exec('PRAGMA synchronous = FULL');
      }
    },
  };
}
