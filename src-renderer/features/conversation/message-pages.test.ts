import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageId, rowId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import {
  keptRows,
  maxLoadedRows,
  noPages,
  withEdge,
  withEdgeRequested,
  withRemoved,
  withTrimmed,
  withUpserted,
  withWindow,
  withWindowFailed,
  withWindowRequested,
  type MessagePages,
  type Page,
} from './message-pages.ts';

const row = (id: number, change: Partial<MessageView> = {}): MessageView => ({
  rowId: rowId(id),
  peerId: userId(2),
  senderId: userId(2),
  messageId: messageId(id),
  kind: 'text',
  text: `text ${id}`,
  sizeBytes: null,
  attachment: null,
  state: 'sent',
  failure: null,
  atMs: id * 1_000,
  position: id,
  ...change,
});
const range = (from: number, to: number): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => row(from + at));
const page = (messages: readonly MessageView[], change: Partial<Page> = {}): Page => ({
  messages: [...messages],
  hasOlder: true,
  hasNewer: false,
  firstUnreadRowId: null,
  ...change,
});
const ready = (messages: readonly MessageView[], change: Partial<Page> = {}): MessagePages =>
  withWindow(withWindowRequested(noPages, true), 1, page(messages, change), 'bottom', true);
const ids = (pages: MessagePages): number[] => pages.rows.map((message) => message.rowId);

describe('a window of messages', () => {
  it.each([
    ['appends a newer message', ready(range(5, 6)), [row(7)], [5, 6, 7]],
    ['sorts by position, not by time', ready([row(5), row(7)]), [row(6, { atMs: 0 })], [5, 6, 7]],
    ['sorts several at once', ready(range(5, 6)), [row(9), row(8), row(7)], [5, 6, 7, 8, 9]],
    ['leaves out what is older than an end that is not loaded', ready(range(5, 6)), [row(4)], [5, 6]],
    [
      'leaves out what is newer than an end that is not loaded',
      ready(range(5, 6), { hasNewer: true }),
      [row(7)],
      [5, 6],
    ],
    ['takes what is older when nothing else is', ready(range(5, 6), { hasOlder: false }), [row(4)], [4, 5, 6]],
    ['takes the first message of an empty conversation', ready([], { hasOlder: false }), [row(1)], [1]],
    ['moves a row whose position changed', ready(range(5, 7)), [row(5, { position: 9 })], [6, 7, 5]],
  ])('%s', (_name, pages, messages, expected) => {
    expect(ids(withUpserted(pages, messages))).toEqual(expected);
  });

  it('changes a state in its place, and only that row', () => {
    const pages = ready(range(5, 7));
    const next = withUpserted(pages, [row(6, { state: 'read' })]);
    expect(next.rows[1]?.state).toBe('read');
    expect(next.rows[0]).toBe(pages.rows[0]);
    expect(next.rows[2]).toBe(pages.rows[2]);
  });

  it('is the same object when an event says nothing new', () => {
    const pages = ready(range(5, 7));
    expect(withUpserted(pages, [row(6)])).toBe(pages);
    expect(withRemoved(pages, rowId(99))).toBe(pages);
  });

  it('puts in what arrived while it was being fetched, the event winning', () => {
    const requested = withUpserted(withWindowRequested(noPages, true), [row(6, { state: 'read' }), row(7)]);
    const pages = withWindow(requested, 1, page(range(5, 6)), 'bottom', true);
    expect(ids(pages)).toEqual([5, 6, 7]);
    expect(pages.rows[1]?.state).toBe('read');
    expect(pages.early).toEqual([]);
  });

  it('ignores the reply to a request that a newer one replaced', () => {
    const twice = withWindowRequested(withWindowRequested(noPages, true), true);
    expect(withWindow(twice, 1, page(range(1, 2)), 'bottom', true)).toBe(twice);
    expect(withWindowFailed(twice, 1, appError('timeout'))).toBe(twice);
    expect(ids(withWindow(twice, 2, page(range(3, 4)), 'bottom', true))).toEqual([3, 4]);
  });

  it('says why it failed, but keeps what is on screen', () => {
    expect(withWindowFailed(withWindowRequested(noPages, true), 1, appError('timeout')).error?.code).toBe('timeout');
    const again = withWindowRequested(ready(range(1, 2)), false);
    expect(withWindowFailed(again, again.loadId, appError('timeout')).status).toBe('ready');
  });

  it('keeps objects and the list when fetching again brings the same rows', () => {
    const pages = ready(range(5, 7));
    const requested = withWindowRequested(pages, false);
    const next = withWindow(requested, requested.loadId, page(range(5, 7)), 'bottom', false);
    expect(next.generation).toBe(pages.generation);
    expect(next.rows.every((message, at) => message === pages.rows[at])).toBe(true);
    const other = withWindow(requested, requested.loadId, page(range(6, 8)), 'bottom', false);
    expect(other.generation).toBe(pages.generation + 1);
  });

  it('adds pages at either end, without doubles', () => {
    const older = withEdge(
      withEdgeRequested(ready(range(5, 6)), 'older'),
      1,
      'older',
      page(range(3, 5), { hasOlder: false }),
    );
    expect(ids(older)).toEqual([3, 4, 5, 6]);
    expect([older.hasOlder, older.loadingEdge]).toEqual([false, null]);
    const newer = withEdge(
      withEdgeRequested(ready(range(5, 6), { hasNewer: true }), 'newer'),
      1,
      'newer',
      page(range(7, 8)),
    );
    expect(ids(newer)).toEqual([5, 6, 7, 8]);
  });

  it('drops a page for a list that is no longer there, and may ask again after a failure', () => {
    const asked = withEdgeRequested(ready(range(5, 6)), 'older');
    expect(withEdge(asked, 0, 'older', page(range(3, 4)))).toBe(asked);
    expect(withEdge(asked, 1, 'older', null).loadingEdge).toBeNull();
  });

  it('lets go of the far end, one end at a time', () => {
    const many = ready(range(1, 1_400));
    const atBottom = withTrimmed(many, 1_399);
    expect(ids(atBottom)).toEqual(range(1_061, 1_400).map((message) => message.position));
    expect([atBottom.hasOlder, atBottom.hasNewer]).toEqual([true, false]);
    const atTop = withTrimmed(many, 0);
    expect(ids(atTop)).toEqual(range(1, 340).map((message) => message.position));
    expect(atTop.hasNewer).toBe(true);
    expect(withTrimmed(ready(range(1, 400)), 0).rows).toHaveLength(maxLoadedRows);
  });

  it('never lets go of what is on screen', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: maxLoadedRows + 1, max: 2_000 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (count, at) => {
          const pages = ready(range(1, count));
          const index = Math.floor(at * count);
          const kept = withTrimmed(pages, index);
          expect(kept.rows.length).toBeGreaterThanOrEqual(keptRows);
          expect(kept.rows).toContain(pages.rows[index]);
        },
      ),
    );
  });

  it('stays sorted and without doubles whatever events come', () => {
    const event = fc.record({
      id: fc.integer({ min: 1, max: 30 }),
      at: fc.integer({ min: 1, max: 50 }),
      isGone: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(event, { maxLength: 6 }), { maxLength: 10 }), fc.boolean(), (batches, hasNewer) => {
        let pages = ready(range(10, 20), { hasNewer });
        for (const batch of batches) {
          pages = withUpserted(
            pages,
            batch.map(({ id, at }) => row(id, { position: at })),
          );
          for (const { id, isGone } of batch) if (isGone) pages = withRemoved(pages, rowId(id));
        }
        expect(new Set(ids(pages)).size).toBe(pages.rows.length);
        const positions = pages.rows.map((message) => message.position);
        expect(positions).toEqual([...positions].sort((a, b) => a - b));
      }),
    );
  });
});
