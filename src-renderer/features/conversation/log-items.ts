import type { RowId, UserId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { MessagePages } from './message-pages.ts';

/** Messages of one sender closer together than this stand in one run. */
const runGapMs = 5 * 60_000;

/** A message with what its place among its neighbours asks for. */
export type MessageItem = {
  readonly kind: 'message';
  readonly key: string;
  readonly message: MessageView;
  readonly isMine: boolean;
  readonly isFirstOfRun: boolean;
  readonly isLastOfRun: boolean;
  /** Ticks stand on the last of a run and wherever the next one differs. */
  readonly showsState: boolean;
  /** No distance to the next item: a line follows that brings its own. */
  readonly isBeforeLine: boolean;
};

/** One entry of the list. */
export type LogItem =
  | { readonly kind: 'date'; readonly key: string; readonly atMs: number }
  | { readonly kind: 'new'; readonly key: string }
  | { readonly kind: 'cleared'; readonly key: string }
  | MessageItem;

export type LogContext = {
  readonly ownId: UserId;
  readonly clearedByPeerAt: number | null;
  /** Tells days apart where the person is. */
  readonly dayOf: (atMs: number) => number;
};

/**
 * What the list shows for a window of messages. An older page only ever adds entries before the ones that are there,
 * so that the list can keep its place: a date stands before the first row only when nothing is older, and distances
 * hang below a message, not above it.
 */
export function logItemsOf(pages: MessagePages, { ownId, clearedByPeerAt, dayOf }: LogContext): readonly LogItem[] {
  const { rows } = pages;
  const items: LogItem[] = [];
  let clearedAt = clearedByPeerAt;
  rows.forEach((message, at) => {
    const previous = rows[at - 1];
    const isNewDay = previous === undefined ? !pages.hasOlder : dayOf(previous.atMs) !== dayOf(message.atMs);
    if (clearedAt !== null && message.position > clearedAt) {
      if (previous !== undefined || !pages.hasOlder) items.push({ kind: 'cleared', key: 'cleared' });
      clearedAt = null;
    }
    if (isNewDay) items.push({ kind: 'date', key: `date-${message.rowId}`, atMs: message.atMs });
    if (message.rowId === pages.firstUnreadRowId) items.push({ kind: 'new', key: 'new' });
    const isLineBefore = items.length > 0 && items.at(-1)?.kind !== 'message';
    const isFirstOfRun = previous === undefined || isLineBefore || !isOneRun(previous, message);
    endRun(items, isFirstOfRun, message, isLineBefore);
    items.push({
      kind: 'message',
      key: String(message.rowId),
      message,
      isMine: message.senderId === ownId,
      isFirstOfRun,
      isLastOfRun: true,
      showsState: true,
      isBeforeLine: false,
    });
  });
  if (clearedAt !== null && rows.length > 0 && !pages.hasNewer) {
    endRun(items, true, undefined, true);
    items.push({ kind: 'cleared', key: 'cleared' });
  }
  return items;
}

function isOneRun(previous: MessageView, next: MessageView): boolean {
  return previous.senderId === next.senderId && Math.abs(next.atMs - previous.atMs) < runGapMs;
}

/** Tells the message before the one that is being added what follows it. */
function endRun(items: LogItem[], isRunOver: boolean, next: MessageView | undefined, isLineBetween: boolean): void {
  const at = items.findLastIndex((item) => item.kind === 'message');
  const item = items[at];
  if (item?.kind !== 'message') return;
  items[at] = {
    ...item,
    isLastOfRun: isRunOver,
    showsState: isRunOver || next?.state !== item.message.state,
    isBeforeLine: isLineBetween,
  };
}

/** Keeps the entries that are known already, and the list where nothing changed, so that only what changed is drawn again. */
export function withKnownItems(known: readonly LogItem[], items: readonly LogItem[]): readonly LogItem[] {
  const byKey = new Map(known.map((item) => [item.key, item]));
  let isSame = known.length === items.length;
  const kept = items.map((item, at) => {
    const before = byKey.get(item.key);
    const next = before !== undefined && isSameItem(before, item) ? before : item;
    isSame &&= next === known[at];
    return next;
  });
  return isSame ? known : kept;
}

/** Of two entries with one key. */
function isSameItem(a: LogItem, b: LogItem): boolean {
  if (a.kind === 'date' && b.kind === 'date') return a.atMs === b.atMs;
  if (a.kind !== 'message' || b.kind !== 'message') return a.kind === b.kind;
  return (
    a.message === b.message &&
    a.isFirstOfRun === b.isFirstOfRun &&
    a.isLastOfRun === b.isLastOfRun &&
    a.showsState === b.showsState &&
    a.isBeforeLine === b.isBeforeLine
  );
}

/** The index of a message's entry, or null when it is not loaded. */
export function indexOfRow(items: readonly LogItem[], rowId: RowId): number | null {
  const at = items.findIndex((item) => item.kind === 'message' && item.message.rowId === rowId);
  return at < 0 ? null : at;
}

/** The nearest message from `from` on in a direction, `from` included; null when there is none. */
export function messageFrom(items: readonly LogItem[], from: number, step: 1 | -1): MessageItem | null {
  for (let at = from; at >= 0 && at < items.length; at += step) {
    const item = items[at];
    if (item?.kind === 'message') return item;
  }
  return null;
}

/** Whether entries were added or removed only at the start, so that the list has to keep its place from its end. */
export function isStartChange(before: readonly LogItem[], after: readonly LogItem[]): boolean {
  return (
    before.length !== after.length &&
    before.length > 0 &&
    before[0]?.key !== after[0]?.key &&
    before.at(-1)?.key === after.at(-1)?.key
  );
}
