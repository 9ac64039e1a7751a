import type { VirtualizerHandle } from 'virtua';
import type { RowId } from '../../../src-shared/kernel/ids.ts';
import type { LogItem } from './log-items.ts';
import type { ScrollAnchor } from './message-pages.ts';

/** This close to the end the list counts as at the bottom, in pixels: less than one line of a message. */
const bottomGapPx = 40;

export type ListGeometry = Pick<
  VirtualizerHandle,
  'scrollOffset' | 'scrollSize' | 'viewportSize' | 'findItemIndex' | 'getItemOffset' | 'getItemSize'
>;

/** What of the list is on screen. */
export type LogView = {
  /** Pixels above and below what is on screen. */
  readonly abovePx: number;
  readonly belowPx: number;
  readonly isAtBottom: boolean;
  /** The first message that reaches into view: where to come back to. */
  readonly anchor: ScrollAnchor | null;
  /** The time of that message. */
  readonly firstAtMs: number | null;
  /** Messages of the other person, not read yet, that are half visible or fill half of the screen. */
  readonly unreadRowIds: readonly RowId[];
  /** A message in the middle, which stays when others are let go. */
  readonly middleRowId: RowId | null;
};

/** Looks at a list through its measures. Costs time only for the entries on screen. */
export function viewOf(list: ListGeometry, items: readonly LogItem[]): LogView {
  const topPx = list.scrollOffset;
  const bottomPx = topPx + list.viewportSize;
  const belowPx = Math.max(0, list.scrollSize - bottomPx);
  const firstIndex = list.findItemIndex(topPx);
  const lastIndex = Math.min(items.length - 1, list.findItemIndex(bottomPx));
  let anchor: ScrollAnchor | null = null;
  let firstAtMs: number | null = null;
  let middleRowId: RowId | null = null;
  const unreadRowIds: RowId[] = [];
  for (let index = firstIndex; index <= lastIndex; index += 1) {
    const item = items[index];
    if (item?.kind !== 'message') continue;
    const { message } = item;
    const startPx = list.getItemOffset(index);
    const sizePx = list.getItemSize(index);
    anchor ??= { rowId: message.rowId, offsetPx: topPx - startPx };
    firstAtMs ??= message.atMs;
    if (startPx <= (topPx + bottomPx) / 2) middleRowId = message.rowId;
    const visiblePx = Math.min(startPx + sizePx, bottomPx) - Math.max(startPx, topPx);
    const isSeen = visiblePx > 0 && visiblePx >= Math.min(sizePx, list.viewportSize) / 2;
    if (isSeen && !item.isMine && message.state === 'sent') unreadRowIds.push(message.rowId);
  }
  return {
    abovePx: topPx,
    belowPx,
    isAtBottom: belowPx < bottomGapPx,
    anchor,
    firstAtMs,
    unreadRowIds,
    middleRowId: middleRowId ?? anchor?.rowId ?? null,
  };
}
