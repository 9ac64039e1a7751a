import fc from 'fast-check';
import { expect, it } from 'vitest';
import { merge, openTestStore, wire } from '../testing/test-store.ts';
import { excerptOf } from './excerpt.ts';
import { foldText } from './fold.ts';
import { createIndexer } from './indexer.ts';

/** What is hard to compare: widths, marks, ligatures, letters of two cases and of three, emoji, what SQL and FTS read. */
const pieces =
  '你好王小明植物園々あアｱﾞ｡ＡａA a ﬁ ß ẞ İ I ı Σ σ ς é é ñ 한 글 👨‍👩‍👧 👋🏽 ☺️ 𝔸 ½ ① " \' * % _ \\ \n - ( ) AND NOT peer2 0 １ \u0000 \ud800';
const piece = fc.constantFrom(...new Set([...pieces.split(' '), ...Array.from(pieces)]));
const text = fc.array(piece, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));

it('finds exactly what a look at every text finds, indexed or not', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 25 }),
      fc.array(
        fc.array(piece, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('')),
        { maxLength: 8 },
      ),
      fc.nat(4),
      fc.integer({ min: 1, max: 7 }),
      (texts, wanted, steps, limit) => {
        const store = openTestStore();
        const half = Math.ceil(texts.length / 2);
        const incoming = texts.map((content, at) => wire(at + 1, content));
        merge(store, incoming.slice(0, half));
        const indexer = createIndexer(store.store.context);
        for (let step = 0; step < steps; step += 1) indexer.step();
        merge(store, incoming);
        const stored = store.getPage({
          peerId: incoming[0]!.senderId,
          anchor: { kind: 'newest' },
          limit: 200,
        }).messages;
        const parts = texts.slice(0, 4).map((one) => Array.from(one).slice(1, 4).join(''));
        for (const query of [...wanted, ...parts]) {
          const folded = foldText(query.toWellFormed()).trim();
          const expected = stored.filter((message) => folded !== '' && foldText(message.text).includes(folded));
          const found: number[] = [];
          let before: ReturnType<typeof store.search>['next'] = null;
          do {
            const page = store.search({ query, peerId: null, before, limit });
            found.push(...page.messages.map((message) => message.rowId));
            before = page.next;
          } while (before !== null);
          expect(found).toEqual(expected.map((message) => message.rowId).toReversed());
        }
        store.store.close();
      },
    ),
    { numRuns: 60 },
  );
});

it('marks what, folded, begins and ends with what was looked for', () => {
  fc.assert(
    fc.property(text, fc.nat(20), fc.integer({ min: 1, max: 4 }), (raw, from, length) => {
      const written = raw.toWellFormed();
      const folded = foldText(written);
      const characters = Array.from(folded);
      const query = characters.slice(from % characters.length, (from % characters.length) + length).join('');
      const { excerpt, ranges } = excerptOf(written, query);
      expect(excerpt.isWellFormed()).toBe(true);
      for (const { start, end } of ranges) {
        expect(start).toBeLessThan(end);
        expect(end).toBeLessThanOrEqual(excerpt.length);
      }
      expect(ranges.length).toBeGreaterThan(0);
      const [first] = ranges;
      const marked = foldText(excerpt.slice(first!.start, first!.end));
      if (!/\s/u.test(query) && excerpt.length < 100) expect(marked).toContain(query);
    }),
    { numRuns: 500 },
  );
});
