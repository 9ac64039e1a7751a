import type { VirtualizerHandle } from 'virtua';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { indexOfRow, messageFrom, type LogItem } from './log-items.ts';
import { viewOf, type ListGeometry, type LogView } from './log-view.ts';
import { targetOf, type ListStart, type PageEdge, type ScrollAnchor } from './message-pages.ts';

/** An older or newer page is asked for when less than this is left, in pixels: about two screens. */
const edgePx = 1_500;
/** How long a list takes to find its first place: a few frames. */
const settleMs = 100;
/** A scroll this soon after a key, wheel or pointer is the person's. */
const inputMs = 300;
/** A list that did not change for so long scrolls only because somebody wants it to. */
const quietMs = 300;
/** How long the date stays over the list after it came to rest. */
const stickyDateMs = 1_000;

export type ScrollableList = ListGeometry & Pick<VirtualizerHandle, 'scrollToIndex'>;

export type LogScroller = {
  readonly state: StoreApi<{
    readonly isAtBottom: boolean;
    /** The day to show over the list while it is scrolled; null: none. */
    readonly stickyAtMs: number | null;
  }>;
  /** The list is in the page, with the entries of the last `setItems`. */
  readonly open: (list: ScrollableList) => void;
  /** The list shows these now. `isWhole`: its end is the end of the conversation. */
  readonly setItems: (items: readonly LogItem[], isWhole: boolean) => void;
  /** A wheel, key, touch or pointer was used on the list. */
  readonly onInput: () => void;
  readonly onScroll: () => void;
  readonly onScrollEnd: () => void;
  readonly onResize: () => void;
  readonly scrollToBottom: () => void;
  /** The list goes away. */
  readonly close: () => void;
};

type LogScrollerDeps = {
  readonly start: ListStart;
  readonly onEdge: (edge: PageEdge) => void;
  /** What is on screen, or while the list follows its end, what is going to be. */
  readonly onView: (view: LogView) => void;
  /** Where the list was when it went away; null: at the bottom. */
  readonly onLeave: (anchor: ScrollAnchor | null) => void;
};

/**
 * Keeps a list at its place: begins at `start`, stays at the bottom while it is there, goes there with a message of
 * one's own, and tells what is on screen. Everything else the list keeps itself.
 */
export function createLogScroller({ start, onEdge, onView, onLeave }: LogScrollerDeps): LogScroller {
  const state: LogScroller['state'] = createStore(() => ({
    isAtBottom: start === 'bottom',
    stickyAtMs: null as number | null,
  }));
  let list: ScrollableList | null = null;
  let items: readonly LogItem[] = [];
  let isWhole = true;
  let isStuck = start === 'bottom';
  let isSettled = false;
  let lastView: LogView | null = null;
  let ownNewestKey: string | null = null;
  let lastInputMs = -Infinity;
  let lastChangeMs = -Infinity;
  let settleTimer: ReturnType<typeof setTimeout> | undefined;
  let stickyTimer: ReturnType<typeof setTimeout> | undefined;

  const follow = (): void => {
    if (isStuck && isWhole) list?.scrollToIndex(items.length - 1, { align: 'end' });
  };
  /**
   * Whether the list follows its end after it scrolled. It scrolls by itself too, when rows come, go or get their
   * height; only a person goes up: with a hand on wheel, key or pointer, or while nothing else moves the list.
   */
  const isStuckAfterScroll = (before: LogView | null, view: LogView): boolean => {
    if (view.isAtBottom) return true;
    const nowMs = performance.now();
    const isByPerson = nowMs - lastInputMs < inputMs || nowMs - lastChangeMs > quietMs;
    return isStuck && !(isByPerson && before !== null && view.abovePx < before.abovePx - 1);
  };
  const look = (hasScrolled: boolean): void => {
    if (list === null || list.viewportSize === 0) return;
    const seen = viewOf(list, items);
    if (hasScrolled) isStuck = isStuckAfterScroll(lastView, seen);
    // On its way to the end the list counts as there: that is where it is to be found again.
    const newest = isStuck && isWhole ? messageFrom(items, items.length - 1, -1) : null;
    const view = newest === null ? seen : { ...seen, isAtBottom: true, middleRowId: newest.message.rowId };
    lastView = view;
    const isAtBottom = view.isAtBottom && isWhole;
    if (isAtBottom !== state.getState().isAtBottom) state.setState({ isAtBottom });
    onView(view);
    if (isSettled && view.abovePx < edgePx) onEdge('older');
    if (isSettled && view.belowPx < edgePx) onEdge('newer');
    if (!hasScrolled || !isSettled || isStuck) return;
    clearTimeout(stickyTimer);
    if (view.firstAtMs !== state.getState().stickyAtMs) state.setState({ stickyAtMs: view.firstAtMs });
  };

  return {
    state,
    open: (opened) => {
      list = opened;
      const index = startIndexOf(start, items);
      isStuck = index === null;
      if (index === null) follow();
      else if (targetOf(start) !== null) list.scrollToIndex(index, { align: 'center' });
      else list.scrollToIndex(index, { align: 'start', offset: offsetOf(start) });
      settleTimer = setTimeout(() => {
        // Pages before and after are fetched only once the first one is on screen.
        isSettled = true;
        look(false);
      }, settleMs);
    },
    setItems: (nextItems, nextIsWhole) => {
      lastChangeMs = performance.now();
      const isSameEnd = isWhole === nextIsWhole && hasSameEnd(items, nextItems);
      items = nextItems;
      isWhole = nextIsWhole;
      const key = ownWaitingKey(items, isWhole);
      const isOwnNew = key !== null && key !== ownNewestKey && list !== null;
      if (isOwnNew) isStuck = true;
      ownNewestKey = key;
      // An entry that changes moves the end only with its height, which comes with `onResize`; to scroll costs a layout.
      if (isOwnNew || !isSameEnd) follow();
      look(false);
    },
    onInput: () => {
      lastInputMs = performance.now();
    },
    onScroll: () => look(true),
    onScrollEnd: () => {
      clearTimeout(stickyTimer);
      stickyTimer = setTimeout(() => state.setState({ stickyAtMs: null }), stickyDateMs);
    },
    onResize: () => {
      lastChangeMs = performance.now();
      follow();
      look(false);
    },
    scrollToBottom: () => {
      isStuck = true;
      follow();
    },
    close: () => {
      clearTimeout(settleTimer);
      clearTimeout(stickyTimer);
      list = null;
      onLeave(lastView === null || (lastView.isAtBottom && isWhole) ? null : lastView.anchor);
    },
  };
}

/** Where to begin; null: at the bottom, also when the place is not loaded. */
function startIndexOf(start: ListStart, items: readonly LogItem[]): number | null {
  if (start === 'bottom') return null;
  if (start !== 'first-unread') return indexOfRow(items, 'rowId' in start ? start.rowId : start.targetRowId);
  const at = items.findIndex((item) => item.kind === 'new');
  return at < 0 ? null : at;
}

const offsetOf = (start: ListStart): number => (typeof start === 'object' && 'offsetPx' in start ? start.offsetPx : 0);

function hasSameEnd(before: readonly LogItem[], after: readonly LogItem[]): boolean {
  return before.length === after.length && before.at(-1)?.key === after.at(-1)?.key;
}

/** The key of the newest message when it is mine and has just been written. */
function ownWaitingKey(items: readonly LogItem[], isWhole: boolean): string | null {
  const last = isWhole ? items.at(-1) : undefined;
  if (last?.kind !== 'message' || !last.isMine) return null;
  return last.message.state === 'queued' || last.message.state === 'sending' ? last.key : null;
}
