import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { messageId, userId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ReplyOf } from '../../src-shared/ipc/contract.ts';
import { createOperations } from '../../src-main/store/create-operations.ts';
import { openStore, type OpenedStore } from '../../src-main/store/open-store.ts';
import { createIndexer } from '../../src-main/store/search/indexer.ts';
import { foldText } from '../../src-main/store/search/fold.ts';
import { loadReadings } from '../../src-main/store/search/pinyin.ts';
import { createTextSource, names, type TextSource } from './search-texts.ts';
import { quantile, type Figure } from './table.ts';

const total = 1_000_000;
const peopleCount = 200;
const perCall = 10_000;
const pageSize = 20;
/** Queries of each kind; a plain scan of everything checks so many of them. */
const queriesPerKind = 60;
const checkedPerKind = 3;

// Now: once the program runs, no more modules can be loaded by name.
await loadReadings();

/** What SQLite's own trigrams are measured with. */
const comparedTexts = 100_000;

type Reply = ReplyOf<'search:find'>;

/** P10: searches in a million messages, Chinese and Latin, compared with a plain scan and with SQLite's trigrams. */
export async function benchSearch(dir: string): Promise<Figure[]> {
  const file = path.join(dir, 'history.db');
  const store = openStore({ path: file, key: new Uint8Array(randomBytes(32)), self: userId(1) }, 0);
  const { db } = store.context;
  const source = createTextSource(10);
  fill(store, source);
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  const plainMb = statSync(file).size / 1e6;

  const stepsMs: number[] = [];
  const indexer = createIndexer(store.context);
  const fillStartMs = performance.now();
  for (let isMore = true; isMore;) {
    const startMs = performance.now();
    isMore = indexer.step();
    stepsMs.push(performance.now() - startMs);
  }
  const fillS = (performance.now() - fillStartMs) / 1_000;
  db.get('PRAGMA wal_checkpoint(TRUNCATE)');
  const indexMb = statSync(file).size / 1e6 - plainMb;

  const folded = scanAll(store);
  const figures: Figure[] = [];
  const operations = createOperations(store.context);
  const recalls: number[] = [];
  const find = (query: string, before: Reply['next'] = null): Reply =>
    operations.search({ query, peerId: null, before, limit: pageSize });
  const kinds = { ...source.queries(queriesPerKind), 'names, pinyin and initials': nameQueries() };
  for (const [kind, queries] of Object.entries(kinds)) {
    const timesMs = queries.map((query) => {
      const startMs = performance.now();
      find(query);
      return performance.now() - startMs;
    });
    const p95 = quantile(timesMs, 0.95);
    figures.push(figure(`first ${pageSize} of 1,000,000: ${kind}, p95`, p95, 'ms', '≤ 50 ms', p95 <= 50));
    for (const query of queries.slice(0, checkedPerKind)) recalls.push(recallOf(query, folded, find));
  }
  const recall = Math.min(...recalls) * 100;
  figures.push(
    figure(`recall against a plain scan, the worst of ${recalls.length} queries`, recall, '%', '100 %', recall === 100),
  );
  figures.push({
    ...figure('index of 1,000,000 messages', indexMb, 'MB'),
    reference: { what: 'the messages', value: plainMb },
  });
  figures.push(figure('time to index them in the background, without its pauses', fillS, 's'));
  figures.push(
    figure('one step of indexing, p99', quantile(stepsMs, 0.99), 'ms', '≤ 10 ms', quantile(stepsMs, 0.99) <= 10),
  );
  figures.push(...compareTrigram(store, source, folded, find));
  store.close();
  return figures;
}

function figure(what: string, ours: number, unit: string, target?: string, isMet = false): Figure {
  return { id: 'P10', what, ours, unit, reference: null, aim: target === undefined ? null : { target, isMet } };
}

/** Through the operation that a server's histories come in by, person by person. */
function fill(store: OpenedStore, source: TextSource): void {
  const operations = createOperations(store.context);
  const peers = Array.from({ length: peopleCount }, (_, at) => userId(at + 2));
  const contacts = peers.map((id, at) => ({
    userId: id,
    username: names[at % names.length] ?? '',
    avatar: '',
    online: false,
  }));
  operations.replaceContacts({ contacts, untouched: [], nowMs: 0 });
  const endMs = Date.UTC(2026, 10, 1);
  const stepMs = 150_000;
  const perPeer = total / peopleCount;
  for (const [at, peerId] of peers.entries()) {
    for (let done = 0; done < perPeer; done += perCall) {
      const count = Math.min(perCall, perPeer - done);
      operations.mergeHistory({
        peerId,
        messages: Array.from({ length: count }, (_, index) => {
          const number = done + index;
          const [senderId, receiverId]: [UserId, UserId] = number % 2 === 0 ? [peerId, userId(1)] : [userId(1), peerId];
          return {
            id: messageId(number * peopleCount + at + 1),
            senderId,
            receiverId,
            content: source.text(),
            timestampMs: endMs - (perPeer - number) * stepMs * peopleCount + at * stepMs,
            status: 'read' as const,
            type: 'text' as const,
          };
        }),
        mayMatchContent: false,
        confirmedSince: [],
        nowMs: endMs,
      });
    }
  }
}

/** Every text, folded, with its row: what a search has to find is found by looking at all of them. */
function scanAll({ context: { db } }: OpenedStore): ReadonlyMap<number, string> {
  const all = new Map<number, string>();
  for (const row of db.iterate<{ row_id: number; text: string }>('SELECT row_id, text FROM messages'))
    all.set(row.row_id, foldText(row.text));
  return all;
}

/** What part of the rows that contain a query is found, page by page. */
function recallOf(
  query: string,
  folded: ReadonlyMap<number, string>,
  find: (query: string, before: Reply['next']) => Reply,
): number {
  const wanted = foldText(query);
  const maxCompared = 2_000;
  const expected = new Set<number>();
  for (const [row, text] of folded) if (text.includes(wanted)) expected.add(row);
  const found = new Set<number>();
  let before: Reply['next'] = null;
  do {
    const page = find(query, before);
    for (const { rowId } of page.messages) if (expected.has(rowId)) found.add(rowId);
    before = page.next;
  } while (before !== null && found.size < maxCompared);
  return expected.size === 0 ? 1 : found.size / Math.min(expected.size, Math.max(found.size, maxCompared));
}

function nameQueries(): string[] {
  return ['nh', 'wxm', 'nihao', 'xiaoming', '小明', 'ann', '101', 'zengg', 'cq', 'shan', 'lvbu', 'o', '王'];
}

/** SQLite's own trigrams over a part of the texts: they know queries of three characters and more only. */
function compareTrigram(
  { context: { db } }: OpenedStore,
  source: TextSource,
  folded: ReadonlyMap<number, string>,
  find: (query: string) => Reply,
): Figure[] {
  db.exec(`CREATE VIRTUAL TABLE bench_trigram USING fts5 (text, content = '', tokenize = 'trigram')`);
  db.transaction(() => {
    for (const [row, text] of [...folded].slice(0, comparedTexts))
      db.run('INSERT INTO bench_trigram (rowid, text) VALUES (?, ?)', [row, text]);
  });
  const queries = Object.values(source.queries(queriesPerKind))
    .flat()
    .filter((query) => Array.from(query).length >= 3 && !query.includes('"'));
  const timesMs = (work: (query: string) => unknown): number[] =>
    queries.map((query) => {
      const startMs = performance.now();
      work(query);
      return performance.now() - startMs;
    });
  const ours = timesMs((query) => find(query));
  const theirs = timesMs((query) =>
    db.all('SELECT rowid FROM bench_trigram WHERE text MATCH ? ORDER BY rowid DESC LIMIT 20', [`"${query}"`]),
  );
  return [
    {
      ...figure('3 and more characters, median', quantile(ours, 0.5), 'ms'),
      reference: { what: 'SQLite trigrams over 100,000', value: quantile(theirs, 0.5) },
    },
  ];
}
