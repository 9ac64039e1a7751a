import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageId, rowId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { indexOfRow, isStartChange, logItemsOf, messageFrom, withKnownItems, type LogItem } from './log-items.ts';
import { noPages, type MessagePages } from './message-pages.ts';

const me = userId(1);
const other = userId(2);
const dayMs = 86_400_000;
const row = (id: number, senderId = other, atMs = id * 1_000, change: Partial<MessageView> = {}): MessageView => ({
  rowId: rowId(id),
  peerId: other,
  senderId,
  messageId: messageId(id),
  kind: 'text',
  text: '',
  sizeBytes: null,
  attachment: null,
  state: 'sent',
  failure: null,
  atMs,
  position: id,
  ...change,
});
const pagesOf = (rows: readonly MessageView[], change: Partial<MessagePages> = {}): MessagePages => ({
  ...noPages,
  status: 'ready',
  rows,
  ...change,
});
const itemsOf = (pages: MessagePages, clearedByPeerAt: number | null = null): readonly LogItem[] =>
  logItemsOf(pages, { ownId: me, clearedByPeerAt, dayOf: (atMs) => Math.floor(atMs / dayMs) });
const shape = (items: readonly LogItem[]): string =>
  items
    .map((item) => {
      if (item.kind !== 'message') return `<${item.kind}>`;
      return `${item.isFirstOfRun ? '(' : ''}${item.isMine ? 'm' : 't'}${item.showsState ? '' : '-'}${item.isLastOfRun ? ')' : ''}`;
    })
    .join('');

describe('logItemsOf', () => {
  it('groups messages of one sender within five minutes', () => {
    const rows = [row(1), row(2), row(3, me), row(4, me), row(5, me, 400_000), row(6)];
    expect(shape(itemsOf(pagesOf(rows, { hasOlder: true })))).toBe('(t-t)(m-m)(m)(t)');
  });

  it('shows a state inside a run where the next one differs', () => {
    const rows = [row(1, me, 0, { state: 'read' }), row(2, me, 1, { state: 'sent' }), row(3, me, 2, { state: 'sent' })];
    expect(shape(itemsOf(pagesOf(rows, { hasOlder: true })))).toBe('(mm-m)');
  });

  it('puts a date where the day changes, and at the very beginning of the history', () => {
    const rows = [row(1, other, 0), row(2, other, dayMs), row(3, other, dayMs + 1)];
    expect(shape(itemsOf(pagesOf(rows)))).toBe('<date>(t)<date>(t-t)');
    expect(shape(itemsOf(pagesOf(rows, { hasOlder: true })))).toBe('(t)<date>(t-t)');
  });

  it('puts the line of new messages before the first unread one and breaks the run there', () => {
    const pages = pagesOf([row(1), row(2), row(3)], { hasOlder: true, firstUnreadRowId: rowId(2) });
    expect(shape(itemsOf(pages))).toBe('(t)<new>(t-t)');
  });

  it.each([
    [0, false, '<cleared><date>(t-t-t)'],
    [2, false, '<date>(t-t)<cleared>(t)'],
    [3, false, '<date>(t-t-t)<cleared>'],
  ])('notes at position %i that the other side cleared its copy', (at, hasNewer, expected) => {
    expect(shape(itemsOf(pagesOf([row(1), row(2), row(3)], { hasNewer }), at))).toBe(expected);
  });

  it('leaves the note to the page it belongs to', () => {
    expect(shape(itemsOf(pagesOf([row(5), row(6)], { hasOlder: true }), 2))).toBe('(t-t)');
    expect(shape(itemsOf(pagesOf([row(5), row(6)], { hasOlder: true, hasNewer: true }), 9))).toBe('(t-t)');
  });

  it('only ever gains entries at the start when an older page comes in', () => {
    const anyRow = fc.record({ isMine: fc.boolean(), gapMs: fc.constantFrom(1_000, 400_000, dayMs) });
    fc.assert(
      fc.property(
        fc.array(anyRow, { minLength: 2, maxLength: 12 }),
        fc.nat({ max: 11 }),
        fc.option(fc.nat({ max: 12 })),
        fc.option(fc.nat({ max: 12 })),
        fc.boolean(),
        (drawn, cut, unread, cleared, hasOlder) => {
          let atMs = 0;
          const rows = drawn.map(({ isMine, gapMs }, at) => row(at + 1, isMine ? me : other, (atMs += gapMs)));
          const from = 1 + (cut % (rows.length - 1));
          const firstUnreadRowId = unread === null ? null : rowId(unread + 1);
          const before = itemsOf(pagesOf(rows.slice(from), { hasOlder: true, firstUnreadRowId }), cleared);
          const after = itemsOf(pagesOf(rows, { hasOlder, firstUnreadRowId }), cleared);
          const kept = after.slice(after.length - before.length);
          expect(kept.map((item) => item.key)).toEqual(before.map((item) => item.key));
          expect(isStartChange(before, after)).toBe(true);
          // Nothing that decides a height changes in the entries that were there.
          const heights = (items: readonly LogItem[]): unknown =>
            items.map((item) => (item.kind === 'message' ? [item.isLastOfRun, item.isBeforeLine] : item.kind));
          expect(heights(kept)).toEqual(heights(before));
        },
      ),
    );
  });

  it('finds messages among its entries', () => {
    const items = itemsOf(pagesOf([row(1, other, 0), row(2, other, dayMs)]));
    expect(shape(items)).toBe('<date>(t)<date>(t)');
    expect(indexOfRow(items, rowId(2))).toBe(3);
    expect(indexOfRow(items, rowId(9))).toBeNull();
    expect(messageFrom(items, 2, -1)?.message.rowId).toBe(1);
    expect(messageFrom(items, 2, 1)?.message.rowId).toBe(2);
    expect(messageFrom(items, 4, 1)).toBeNull();
  });

  it('keeps the entries that did not change, and the whole list where none did', () => {
    const rows = [row(1, me), row(2, me, 2_000, { state: 'sending' })];
    const before = itemsOf(pagesOf(rows));
    expect(withKnownItems(before, itemsOf(pagesOf(rows)))).toBe(before);
    const acked = withKnownItems(before, itemsOf(pagesOf([...rows.slice(0, 1), row(2, me, 2_000, { state: 'sent' })])));
    expect(acked.map((item, at) => item === before[at])).toEqual([true, false, false]);
    const longer = withKnownItems(before, itemsOf(pagesOf([...rows, row(3, me, 3_000)])));
    expect(longer.map((item, at) => item === before[at])).toEqual([true, true, false, false]);
  });
});
