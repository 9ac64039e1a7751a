import type { ParsedRequestOf, ReplyOf } from '../../../src-shared/ipc/contract.ts';
import { rowId, type RowId } from '../../../src-shared/kernel/ids.ts';
import { bytesOf, textOf } from '../../../src-shared/sql/damaged-text.ts';
import type { SqlValue } from '../../../src-shared/sql/values.ts';
import type { StoreContext } from '../context.ts';
import { findVisibleMessage } from '../message-rows.ts';
import { sortKeyOf } from './doc-ids.ts';
import { excerptOf } from './excerpt.ts';
import { foldText } from './fold.ts';
import { lookUpExpression } from './grams.ts';
import { emptyIndex, isIndexDamage, readIndexedUpTo } from './index-state.ts';
import { searchPeople } from './people-search.ts';
import { loadedReadings } from './pinyin.ts';

type Request = ParsedRequestOf<'search:find'>;
type Reply = ReplyOf<'search:find'>;
type Hit = Reply['messages'][number];
type Cursor = NonNullable<Request['before']>;

/** Rows not indexed yet that each search looks through and sorts in: about 5 ms. There are more only after an import. */
const maxSortedIn = 1_000;
/** Rows of a longer backlog that one search looks through: about 15 ms. */
const maxBacklogRows = 3_000;

type Row = { readonly row_id: number; readonly peer_id: number; readonly at_ms: number; readonly text: SqlValue };
/** A message in which the query was found, and where it sorts. */
type Found = { readonly key: number; readonly rowId: RowId };

const columns = `m.row_id, m.peer_id, m.at_ms, ${bytesOf('m.text')}`;

/**
 * One page of what a query finds: people (on the first page of a search everywhere), then messages and file names,
 * newest first. Found is every message that contains the folded query. The index only gives candidates, each of which
 * is looked at; rows that are not in it yet are looked through. While there are very many of those (a first import)
 * the oldest of them come after everything else, in pages that may be short or empty: `next` tells whether to go on.
 */
export function search(context: StoreContext, request: Request): Reply {
  const query = foldText(request.query.toWellFormed()).trim();
  if (query === '') return { people: [], messages: [], next: null };
  const isFirst = request.before === null && request.peerId === null;
  const people = isFirst ? searchPeople(context, query, loadedReadings()) : [];
  const found = createFinder(context, request, query).find();
  const messages = found.rows.flatMap(({ rowId: row }) => hitOf(context, row, query) ?? []);
  return { people, messages, next: found.next };
}

function createFinder(context: StoreContext, { peerId, before, limit }: Request, query: string) {
  const { db } = context;
  const indexedUpTo = readIndexedUpTo(context);
  const unwanted = new Set<number>(
    peerId === null
      ? db.all<{ user_id: number }>('SELECT user_id FROM people WHERE is_blocked = 1').map((row) => row.user_id)
      : [],
  );
  const fits = (row: Row): boolean => !unwanted.has(row.peer_id) && foldText(textOf(row.text)).includes(query);

  /** Visible rows with numbers between these, the largest first. */
  function rowsBetween(above: number, below: number, count: number): Row[] {
    const [scope, scopeParams] = peerId === null ? ['', []] : ['AND m.peer_id = ?', [peerId]];
    return db.all<Row>(
      `SELECT ${columns} FROM messages m WHERE m.row_id > ? AND m.row_id < ? AND m.hidden = 0 ${scope}
       ORDER BY m.row_id DESC LIMIT ?`,
      [above, below, ...scopeParams, count],
    );
  }

  /** Rows that changed since they were indexed. */
  function changedRows(): Row[] {
    return db.all<Row>(
      `SELECT ${columns} FROM (SELECT row_id FROM search_stale ORDER BY row_id DESC LIMIT ?) s
       CROSS JOIN messages m ON m.row_id = s.row_id WHERE m.hidden = 0 AND (? IS NULL OR m.peer_id = ?)`,
      [maxSortedIn, peerId, peerId],
    );
  }

  /** From the index and the rows that wait for it, both newest first. */
  function findSorted(cursor: Extract<Cursor, { kind: 'sorted' }> | null): { rows: Found[]; next: Cursor | null } {
    const waiting = rowsBetween(indexedUpTo, Number.MAX_SAFE_INTEGER, maxSortedIn + 1);
    const isBacklog = waiting.length > maxSortedIn;
    const lowest = waiting.at(-1)?.row_id ?? indexedUpTo + 1;
    const backlogAbove = cursor === null ? (isBacklog ? indexedUpTo : null) : cursor.backlogAbove;
    const looked = [...waiting, ...changedRows()];
    const isLooked = new Set(looked.map((row) => row.row_id));
    const rows = looked
      .filter((row) => fits(row))
      .map((row) => ({ key: sortKeyOf(row.at_ms), rowId: rowId(row.row_id) }))
      .filter((one) => cursor === null || isAfter(one, cursor));
    let count = 0;
    const known = new Set<number>();
    for (const { doc_id: key, ...row } of candidates(cursor?.key ?? 0)) {
      const one = { key, rowId: rowId(row.row_id) };
      // A long text is in the index more than once.
      if (isLooked.has(row.row_id) || known.has(row.row_id) || (cursor !== null && !isAfter(one, cursor))) continue;
      if (!fits(row)) continue;
      known.add(row.row_id);
      rows.push(one);
      count += 1;
      if (count > limit) break;
    }
    rows.sort((a, b) => a.key - b.key || b.rowId - a.rowId);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    if (rows.length > limit && last !== undefined)
      return { rows: page, next: { kind: 'sorted', ...last, backlogAbove } };
    if (backlogAbove === null) return { rows: page, next: null };
    return { rows: page, next: { kind: 'backlog', below: rowId(lowest), backlogAbove } };
  }

  /** Entries of the index that may fit, from a key on. */
  function candidates(fromKey: number): Iterable<Row & { readonly doc_id: number }> {
    return db.iterate<Row & { readonly doc_id: number }>(
      `SELECT d.doc_id, ${columns} FROM search_grams g CROSS JOIN search_docs d ON d.doc_id = g.rowid
       CROSS JOIN messages m ON m.row_id = d.row_id
       WHERE g.search_grams MATCH ? AND g.rowid >= ? AND m.hidden = 0 ORDER BY g.rowid`,
      [lookUpExpression(query, peerId), fromKey],
    );
  }

  /** From the rest of what waited when the search began, whether it is in the index by now or not. */
  function findInBacklog({ below, backlogAbove }: Extract<Cursor, { kind: 'backlog' }>): ReturnType<typeof findSorted> {
    const looked = rowsBetween(backlogAbove, below, maxBacklogRows);
    const rows: Found[] = [];
    for (const row of looked) {
      if (fits(row)) rows.push({ key: sortKeyOf(row.at_ms), rowId: rowId(row.row_id) });
      if (rows.length === limit) return { rows, next: { kind: 'backlog', below: rowId(row.row_id), backlogAbove } };
    }
    const last = looked.length < maxBacklogRows ? undefined : looked.at(-1);
    return { rows, next: last === undefined ? null : { kind: 'backlog', below: rowId(last.row_id), backlogAbove } };
  }

  function find(): ReturnType<typeof findSorted> {
    if (before?.kind === 'backlog') return findInBacklog(before);
    try {
      return findSorted(before);
    } catch (error) {
      if (!isIndexDamage(error)) throw error;
      emptyIndex(context);
      return createFinder(context, { peerId, before, limit, query }, query).findSorted(before);
    }
  }
  return { find, findSorted };
}

const isAfter = (one: Found, cursor: Found): boolean =>
  one.key > cursor.key || (one.key === cursor.key && one.rowId < cursor.rowId);

function hitOf(context: StoreContext, row: RowId, query: string): Hit | null {
  const message = findVisibleMessage(context, row);
  if (message === null) return null;
  const { rowId: id, peerId, senderId, kind, atMs, sizeBytes, text } = message;
  return { rowId: id, peerId, senderId, kind, atMs, sizeBytes, ...excerptOf(text, query, kind !== 'text') };
}
