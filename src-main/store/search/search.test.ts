import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageId, userId, type UserId } from '../../../src-shared/kernel/ids.ts';
import { anna, ben, me, merge, openTestStore, wire, write, type TestStore } from '../testing/test-store.ts';
import { createIndexer } from './indexer.ts';
import { loadReadings } from './pinyin.ts';

beforeAll(async () => {
  await loadReadings();
});

function index(store: TestStore): void {
  const indexer = createIndexer(store.store.context);
  while (indexer.step());
}

type Find = { readonly peerId?: UserId; readonly limit?: number };

/** Every page of what a query finds. */
function findAll(store: TestStore, query: string, { peerId, limit = 20 }: Find = {}): string[] {
  const found: string[] = [];
  let before: ReturnType<TestStore['search']>['next'] = null;
  do {
    const page: ReturnType<TestStore['search']> = store.search({ query, peerId: peerId ?? null, before, limit });
    found.push(...page.messages.map((message) => message.excerpt));
    before = page.next;
  } while (before !== null);
  return found;
}

const texts = [
  '周六去植物园',
  'Hello World',
  'ｈｅｌｌｏ　ＡＢＣ',
  'ﬁnal ﬁle',
  'こんにちは 世界',
  '👋🏽 hi 👨‍👩‍👧',
  'Ｃafé',
  'a%b_c\\"d\'',
];

describe('finding messages', () => {
  for (const isIndexed of [true, false]) {
    it(`finds any part of a text, ${isIndexed ? 'in the index' : 'before it is indexed'}`, () => {
      const store = openTestStore();
      merge(
        store,
        texts.map((text, at) => wire(at + 1, text)),
      );
      if (isIndexed) index(store);
      expect(findAll(store, '植')).toEqual([texts[0]]);
      expect(findAll(store, '植物')).toEqual([texts[0]]);
      expect(findAll(store, '去植物园')).toEqual([texts[0]]);
      expect(findAll(store, 'HELLO')).toEqual([texts[2], texts[1]]);
      expect(findAll(store, 'ＡＢＣ')).toEqual([texts[2]]);
      expect(findAll(store, 'l f')).toEqual([texts[3]]);
      expect(findAll(store, '世')).toEqual([texts[4]]);
      expect(findAll(store, '👨‍👩')).toEqual([texts[5]]);
      expect(findAll(store, 'é')).toEqual([texts[6]]);
      expect(findAll(store, '%B_C\\"')).toEqual([texts[7]]);
      expect(findAll(store, '"d\'')).toEqual([texts[7]]);
      expect(findAll(store, 'hellp')).toEqual([]);
      expect(findAll(store, ' \n ')).toEqual([]);
    });
  }

  it('lists the newest first, page by page, each once', () => {
    const store = openTestStore();
    const all = Array.from({ length: 57 }, (_, at) => `note ${at}`);
    store.mergeHistory({
      peerId: ben,
      messages: all.filter((_, at) => at % 2 === 1).map((text) => wireOf(text, ben)),
      mayMatchContent: false,
      confirmedSince: [],
      nowMs: 1,
    });
    index(store);
    merge(
      store,
      all.filter((_, at) => at % 2 === 0).map((text) => wireOf(text, anna)),
    );
    const newestFirst = all.toReversed();
    expect(findAll(store, 'note', { limit: 10 })).toEqual(newestFirst);
    index(store);
    expect(findAll(store, 'note', { limit: 10 })).toEqual(newestFirst);
    expect(findAll(store, 'note', { peerId: ben })).toEqual(newestFirst.filter((_, at) => at % 2 === 1));
  });

  it('tells apart messages of one moment', () => {
    const store = openTestStore();
    merge(
      store,
      Array.from({ length: 150 }, (_, at) => wire(at + 1, `same ${at}.`, { timestampMs: 5_000 })),
    );
    index(store);
    const found = findAll(store, 'same', { limit: 7 });
    expect(found).toHaveLength(150);
    expect(new Set(found).size).toBe(150);
  });

  it('leaves out what was deleted, cleared or blocked, and finds what says something else now', () => {
    const store = openTestStore();
    const { db } = store.store.context;
    merge(store, [wire(1, 'apple one'), wire(2, 'apple two'), wire(3, 'apple three')]);
    store.upsertContact({ contact: { userId: ben, username: 'Ben', avatar: '', online: false }, nowMs: 1 });
    store.mergeHistory({
      peerId: ben,
      messages: [wire(4, 'apple four', { senderId: ben })],
      mayMatchContent: false,
      confirmedSince: [],
      nowMs: 1,
    });
    index(store);
    const [hit] = store.search({ query: 'two', peerId: null, before: null, limit: 20 }).messages;
    store.deleteMessage({ rowId: hit!.rowId, nowMs: 5 });
    expect(findAll(store, 'apple')).toEqual(['apple four', 'apple three', 'apple one']);
    db.run('UPDATE people SET is_blocked = 1 WHERE user_id = ?', [ben]);
    expect(findAll(store, 'apple')).toEqual(['apple three', 'apple one']);
    expect(findAll(store, 'apple', { peerId: ben })).toEqual(['apple four']);
    index(store);
    expect(db.get('SELECT count(*) AS n FROM search_docs')).toEqual({ n: 3 });
    expect(findAll(store, 'apple')).toEqual(['apple three', 'apple one']);
    store.applyCleared({ peerId: anna, by: 'me', nowMs: 9 });
    expect(findAll(store, 'apple')).toEqual([]);
    index(store);
    expect(findAll(store, 'apple')).toEqual([]);
    db.run('UPDATE messages SET hidden = 0 WHERE row_id = ?', [hit!.rowId]);
    expect(findAll(store, 'apple')).toEqual(['apple two']);
    index(store);
    expect(findAll(store, 'apple')).toEqual(['apple two']);
  });

  it('hides a damaged row instead of showing it, and finds it again once it was mended', () => {
    const store = openTestStore();
    const { db } = store.store.context;
    merge(store, [wire(1, 'pear one'), wire(2, 'pear two')]);
    index(store);
    db.run(`UPDATE messages SET text = CAST(x'70656172FF00' AS TEXT) WHERE message_id = 2`);
    expect(findAll(store, 'pear')).toEqual(['pear one']);
    index(store);
    merge(store, [wire(1, 'pear one'), wire(2, 'pear two')]);
    expect(findAll(store, 'pear')).toEqual(['pear two', 'pear one']);
    index(store);
    expect(findAll(store, 'pear tw')).toEqual(['pear two']);
  });

  it('finds every part of a very long text, once', () => {
    const store = openTestStore();
    const long = Array.from({ length: 9_000 }, (_, at) => at.toString(36)).join(' ');
    merge(store, [wire(1, long), wire(2, 'short')]);
    const indexer = createIndexer(store.store.context);
    let steps = 0;
    while (indexer.step()) {
      steps += 1;
      expect(findAll(store, ` ${(8_999).toString(36)}`)).toHaveLength(1);
    }
    expect(steps).toBeGreaterThan(5);
    for (let at = 10; at < 8_990; at += 87) {
      const query = Array.from({ length: 12 }, (_, step) => (at + step).toString(36)).join(' ');
      expect(store.search({ query, peerId: null, before: null, limit: 20 }).messages).toHaveLength(1);
    }
    expect(findAll(store, '0')).toHaveLength(1);
    expect(findAll(store, 'short')).toHaveLength(1);
  });

  it('finds everything while a large backlog waits to be indexed', () => {
    const store = openTestStore();
    merge(
      store,
      Array.from({ length: 4_500 }, (_, at) => wire(at + 1, `line ${at} ${at % 500 === 0 ? 'rare' : ''}`)),
    );
    const rare = (): string[] => findAll(store, 'rare', { limit: 2 }).toSorted();
    const expected = Array.from({ length: 9 }, (_, at) => `line ${at * 500} rare`).toSorted();
    expect(rare()).toEqual(expected);
    const indexer = createIndexer(store.store.context);
    for (let step = 0; step < 60; step += 1) indexer.step();
    expect(rare()).toEqual(expected);
    expect(new Set(findAll(store, 'line', { limit: 50 })).size).toBe(4_500);
  });

  it('makes the index anew where it is damaged or was made by other rules', () => {
    const store = openTestStore();
    const { db } = store.store.context;
    merge(store, [wire(1, 'plum one')]);
    index(store);
    db.run(`UPDATE search_state SET rules = 'old'`);
    db.run('DELETE FROM search_grams_data WHERE id > 10');
    expect(findAll(store, 'plum')).toEqual(['plum one']);
    index(store);
    db.run("UPDATE search_grams_data SET block = x'0000' WHERE id > 10");
    expect(findAll(store, 'plum')).toEqual(['plum one']);
    index(store);
    expect(findAll(store, 'plum')).toEqual(['plum one']);
  });

  it('makes a damaged index anew in the background too, and does not set the history aside for it', () => {
    const dir = mkdtempSync(path.join(os.tmpdir(), 'kith-search-'));
    const file = path.join(dir, 'history.db');
    const first = openTestStore(file);
    merge(first, [wire(1, 'plum one')]);
    index(first);
    first.store.context.db.run(`UPDATE search_grams_data SET block = x'0000'`);
    first.store.close();
    writeFileSync(`${file}.state`, 'open');
    const next = openTestStore(file);
    expect(next.store.report.outcome).toBe('opened');
    merge(next, [wire(1, 'plum one'), wire(2, 'plum two')]);
    index(next);
    expect(findAll(next, 'plum')).toEqual(['plum two', 'plum one']);
    next.store.close();
    rmSync(dir, { recursive: true });
  });

  it('marks what was found in a line around it', () => {
    const store = openTestStore();
    const before = '一二三四五六七八九十'.repeat(5);
    merge(store, [wire(1, `${before}\n１２３ ﬁn`)]);
    const [hit] = store.search({ query: '23 fi', peerId: null, before: null, limit: 20 }).messages;
    expect(hit?.excerpt).toBe('…九十 １２３ ﬁn');
    expect(hit?.ranges.map(({ start, end }) => hit.excerpt.slice(start, end))).toEqual(['２３ ﬁ']);
  });

  it('finds a file by its name', () => {
    const store = openTestStore();
    merge(store, [wire(1, `香山 路线.pdf${'.'.repeat(165)}.exe`, { type: 'file' })]);
    index(store);
    const { messages } = store.search({ query: '路线.PDF', peerId: null, before: null, limit: 20 });
    expect(messages.map(({ kind }) => kind)).toEqual(['file']);
    // What it really is belongs to what was found.
    expect(messages[0]?.excerpt).toMatch(/^香山 路线\.pdf.*\.exe$/);
  });
});

describe('finding people', () => {
  function peopleOf(names: readonly string[], query: string, peerId: UserId | null = null): string[] {
    const store = openTestStore();
    for (const [at, username] of names.entries())
      store.upsertContact({ contact: { userId: userId(at + 100), username, avatar: '', online: false }, nowMs: 1 });
    return store.search({ query, peerId, before: null, limit: 20 }).people.map((person) => person.username);
  }

  it.each([
    ['nh', '你好'],
    ['nihao', '你好'],
    ['ni hao', '你好'],
    ['niha', '你好'],
    ['wxm', '王小明'],
    ['xiaoming', '王小明'],
    ['小明', '王小明'],
    ['zengguofan', '曾国藩'],
    ['shanxiong', '单雄信'],
    ['lvbu', '吕布'],
    ['lubu', '吕布'],
    ['cq', '重庆'],
    ['zhongqing', '重庆'],
    ['amao', '阿毛 A'],
    ['ｗｏＯＤ', 'Norwood'],
  ])('"%s" finds %s', (query, name) => {
    expect(peopleOf(['Somebody', name, '无关'], query)).toEqual([name]);
  });

  it('puts names that begin so before others, and sound after spelling', () => {
    expect(peopleOf(['安娜', 'Joanna', 'Anna'], 'an')).toEqual(['Anna', 'Joanna', '安娜']);
  });

  it('finds by id, the very id first, and nobody within one conversation', () => {
    expect(peopleOf(['Number 101', 'Other'], '101')).toEqual(['Other', 'Number 101']);
    expect(peopleOf(['Anna'], 'anna', anna)).toEqual([]);
  });

  it('says what to mark', () => {
    const store = openTestStore();
    store.upsertContact({ contact: { userId: ben, username: 'A 王小明', avatar: '', online: false }, nowMs: 1 });
    const [hit] = store.search({ query: 'xm', peerId: null, before: null, limit: 20 }).people;
    expect(hit?.nameRanges).toEqual([{ start: 3, end: 5 }]);
    expect(write(store, 'x', 1).peerId).toBe(anna);
    expect(hit?.userId).not.toBe(me);
  });
});

let lastWire = 0;
function wireOf(text: string, from: UserId): ReturnType<typeof wire> {
  lastWire += 1;
  const at = Number(text.split(' ')[1]);
  return wire(lastWire, text, { id: messageId(1_000 + at), senderId: from, timestampMs: (at + 1) * 60_000 });
}
