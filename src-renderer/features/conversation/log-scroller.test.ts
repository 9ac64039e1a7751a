import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { aMessage } from '../../testing/views.ts';
import { logItemsOf, type LogItem } from './log-items.ts';
import { createLogScroller, type LogScroller, type ScrollableList } from './log-scroller.ts';
import type { LogView } from './log-view.ts';
import { noPages, type ListStart } from './message-pages.ts';

const me = userId(1);
const rowPx = 50;
const viewportPx = 500;

const message = (id: number, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, `text ${id}`, { rowId: rowId(id), position: id, ...rest });
const itemsOf = (messages: readonly MessageView[], firstUnread: number | null = null): readonly LogItem[] =>
  logItemsOf(
    {
      ...noPages,
      status: 'ready',
      rows: messages,
      hasOlder: true,
      firstUnreadRowId: firstUnread === null ? null : rowId(firstUnread),
    },
    { ownId: me, clearedByPeerAt: null, dayOf: () => 0 },
  );
const range = (from: number, to: number, rest: Partial<MessageView> = {}): MessageView[] =>
  Array.from({ length: to - from + 1 }, (_, at) => message(from + at, rest));

/** A list of rows of one height that scrolls at once. */
function createFakeList(): ScrollableList & { count: number; scrollOffset: number } {
  const list = {
    count: 0,
    scrollOffset: 0,
    viewportSize: viewportPx,
    get scrollSize() {
      return list.count * rowPx;
    },
    findItemIndex: (offset: number) => Math.max(0, Math.min(list.count - 1, Math.floor(offset / rowPx))),
    getItemOffset: (index: number) => index * rowPx,
    getItemSize: () => rowPx,
    scrollToIndex: (index: number, options?: { align?: string; offset?: number }) => {
      const startPx = index * rowPx;
      const spare = { end: viewportPx - rowPx, center: (viewportPx - rowPx) / 2 }[options?.align ?? ''] ?? 0;
      const topPx = startPx - spare + (options?.offset ?? 0);
      list.scrollOffset = Math.max(0, Math.min(topPx, list.count * rowPx - viewportPx));
    },
  };
  return list;
}

function setUp(start: ListStart, items: readonly LogItem[]) {
  const list = createFakeList();
  const edges: string[] = [];
  const views: LogView[] = [];
  const left: unknown[] = [];
  const scroller: LogScroller = createLogScroller({
    start,
    onEdge: (edge) => edges.push(edge),
    onView: (view) => views.push(view),
    onLeave: (anchor) => left.push(anchor),
  });
  const set = (next: readonly LogItem[], isWhole = true): void => {
    list.count = next.length;
    scroller.setItems(next, isWhole);
  };
  set(items);
  scroller.open(list);
  scroller.onScroll();
  const scrollTo = (offsetPx: number): void => {
    scroller.onInput();
    list.scrollOffset = offsetPx;
    scroller.onScroll();
  };
  return { list, scroller, edges, views, left, set, scrollTo };
}

describe('createLogScroller', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('opens at the bottom, and stays there while messages come', () => {
    const { list, set, scroller } = setUp('bottom', itemsOf(range(1, 60)));
    expect(list.scrollOffset).toBe(60 * rowPx - viewportPx);
    set(itemsOf(range(1, 80)));
    expect(list.scrollOffset).toBe(80 * rowPx - viewportPx);
    expect(scroller.state.getState().isAtBottom).toBe(true);
  });

  it('opens with the message that was asked for in the middle', () => {
    const { list, scroller } = setUp({ targetRowId: rowId(30) }, itemsOf(range(1, 60)));
    expect(list.scrollOffset).toBe(29 * rowPx - (viewportPx - rowPx) / 2);
    expect(scroller.state.getState().isAtBottom).toBe(false);
  });

  it('scrolls for what comes, and not for what changes in its place', () => {
    const { list, set } = setUp('bottom', itemsOf(range(1, 60)));
    const scrollToIndex = vi.spyOn(list, 'scrollToIndex');
    set(itemsOf([...range(1, 59), message(60, { state: 'read' })]));
    expect(scrollToIndex).not.toHaveBeenCalled();
    set(itemsOf(range(1, 61)));
    expect(scrollToIndex).toHaveBeenCalledTimes(1);
  });

  it("goes to a message of one's own that is tried again", () => {
    const failed = message(60, { senderId: me, state: 'failed' });
    const { list, set, scrollTo } = setUp('bottom', itemsOf([...range(1, 59), failed]));
    scrollTo(1_000);
    set(itemsOf([...range(1, 59), { ...failed, state: 'queued' }]));
    expect(list.scrollOffset).toBe(60 * rowPx - viewportPx);
  });

  it('opens at the line of new messages, and does not follow from there', () => {
    const { list, set } = setUp('first-unread', itemsOf(range(1, 60), 31));
    expect(list.scrollOffset).toBe(30 * rowPx);
    set(itemsOf(range(1, 80), 31));
    expect(list.scrollOffset).toBe(30 * rowPx);
  });

  it('opens where it was left, to the pixel', () => {
    const { list, scroller, left } = setUp({ rowId: rowId(21), offsetPx: 13 }, itemsOf(range(1, 60)));
    expect(list.scrollOffset).toBe(20 * rowPx + 13);
    scroller.close();
    expect(left).toEqual([{ rowId: 21, offsetPx: 13 }]);
  });

  it('opens at the bottom when the place is not loaded', () => {
    const { list } = setUp({ rowId: rowId(999), offsetPx: 0 }, itemsOf(range(1, 60)));
    expect(list.scrollOffset).toBe(60 * rowPx - viewportPx);
  });

  it('stays where the person scrolled to, and follows again from the bottom', () => {
    const { list, set, scrollTo, scroller } = setUp('bottom', itemsOf(range(1, 60)));
    scrollTo(1_000);
    expect(scroller.state.getState().isAtBottom).toBe(false);
    set(itemsOf(range(1, 70)));
    expect(list.scrollOffset).toBe(1_000);
    scrollTo(70 * rowPx - viewportPx - 39);
    set(itemsOf(range(1, 71)));
    expect(list.scrollOffset).toBe(71 * rowPx - viewportPx);
  });

  it('goes to the bottom with a message of one’s own, but not with an older one', () => {
    const { list, set, scrollTo } = setUp('bottom', itemsOf(range(1, 60)));
    scrollTo(1_000);
    set(itemsOf([...range(1, 60), message(61, { senderId: me, state: 'read' })]));
    expect(list.scrollOffset).toBe(1_000);
    set(itemsOf([...range(1, 61), message(62, { senderId: me, state: 'queued' })]));
    expect(list.scrollOffset).toBe(62 * rowPx - viewportPx);
  });

  it('is not at the bottom while newer messages are missing', () => {
    const { set, scroller, list } = setUp('bottom', itemsOf(range(1, 60)));
    set(itemsOf(range(1, 61)), false);
    expect(scroller.state.getState().isAtBottom).toBe(false);
    expect(list.scrollOffset).toBe(60 * rowPx - viewportPx);
  });

  it('follows on when rows that come and go make the list scroll by itself', () => {
    const { list, set, scroller } = setUp('bottom', itemsOf(range(1, 60)));
    list.scrollOffset -= 300;
    scroller.onScroll();
    set(itemsOf(range(1, 70)));
    expect(list.scrollOffset).toBe(70 * rowPx - viewportPx);
  });

  it('takes a scroll without any key or pointer for the person’s when nothing else moved the list', () => {
    const { list, set, scroller } = setUp('bottom', itemsOf(range(1, 60)));
    vi.advanceTimersByTime(1_000);
    list.scrollOffset = 1_000;
    scroller.onScroll();
    set(itemsOf(range(1, 70)));
    expect(list.scrollOffset).toBe(1_000);
  });

  it('comes back to the bottom when rows or the window change their height', () => {
    const { list, scroller } = setUp('bottom', itemsOf(range(1, 60)));
    list.scrollOffset -= 200;
    scroller.onResize();
    expect(list.scrollOffset).toBe(60 * rowPx - viewportPx);
  });

  it('asks for pages near the ends, but not before the first one has found its place', () => {
    const { edges, scrollTo } = setUp('bottom', itemsOf(range(1, 100)));
    expect(edges).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(edges).toEqual(['newer']);
    scrollTo(2_000);
    expect(edges).toEqual(['newer']);
    scrollTo(1_499);
    expect(edges).toEqual(['newer', 'older']);
  });

  it('shows the date while the person scrolls, and for a second after', () => {
    const { scroller, scrollTo } = setUp('bottom', itemsOf(range(1, 100)));
    vi.advanceTimersByTime(100);
    scrollTo(2_000);
    expect(scroller.state.getState().stickyAtMs).not.toBeNull();
    scroller.onScrollEnd();
    vi.advanceTimersByTime(999);
    expect(scroller.state.getState().stickyAtMs).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(scroller.state.getState().stickyAtMs).toBeNull();
  });

  it('tells which unread messages are half on screen', () => {
    const { views, scrollTo } = setUp('bottom', itemsOf(range(1, 60, { state: 'sent' })));
    scrollTo(1_025);
    expect(views.at(-1)?.unreadRowIds).toEqual([21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31]);
    scrollTo(1_026);
    expect(views.at(-1)?.unreadRowIds[0]).toBe(22);
  });

  it('keeps the newest rows while it follows them, whatever is still on screen', () => {
    const { views, set, scrollTo } = setUp('bottom', itemsOf(range(1, 60)));
    set(itemsOf(range(1, 500)));
    expect(views.at(-1)?.middleRowId).toBe(500);
    scrollTo(1_000);
    expect(views.at(-1)?.middleRowId).toBe(26);
  });

  it('is left at the bottom also while it is still on its way there', () => {
    const { list, scroller, left, set } = setUp('bottom', itemsOf(range(1, 60)));
    list.scrollToIndex = () => {};
    set(itemsOf(range(1, 90)));
    scroller.close();
    expect(left).toEqual([null]);
  });

  it('has no place to come back to at the bottom', () => {
    const { scroller, left } = setUp('bottom', itemsOf(range(1, 60)));
    scroller.close();
    expect(left).toEqual([null]);
  });
});
