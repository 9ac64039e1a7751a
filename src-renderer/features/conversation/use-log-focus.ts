import { useCallback, useLayoutEffect, useRef, useState, type FocusEvent, type RefObject } from 'react';
import type { VListHandle } from 'virtua';
import type { RowId } from '../../../src-shared/kernel/ids.ts';
import { indexOfRow, messageFrom, type LogItem } from './log-items.ts';

export type FocusStep = 'previous' | 'next' | 'first' | 'last';

type LogFocus = {
  /** The index of the message that the Tab key reaches. It has to stay in the page wherever the list is scrolled. */
  readonly tabStopIndex: number | null;
  readonly move: (step: FocusStep) => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
};

/** The row of the message in which something happened, or null. */
export function rowIdOf(target: EventTarget | null): RowId | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('[data-row-id]') : null;
  return element === null ? null : (Number(element.dataset['rowId']) as RowId);
}

/** One message of the list is reached with Tab, the others from there with the arrow keys (a roving tab stop). */
export function useLogFocus(
  root: RefObject<HTMLElement | null>,
  list: RefObject<VListHandle | null>,
  items: readonly LogItem[],
  /** The one to begin with; null: the newest. */
  initial: RowId | null,
): LogFocus {
  const [chosen, setChosen] = useState(initial);
  const wanted = useRef<RowId | null>(null);
  const focused = useRef<{ readonly rowId: RowId; readonly index: number } | null>(null);
  const chosenIndex = chosen === null ? null : indexOfRow(items, chosen);
  const newest = messageFrom(items, items.length - 1, -1);
  const tabStopIndex = chosenIndex ?? (newest === null ? null : indexOfRow(items, newest.message.rowId));

  const focus = useCallback(
    (rowId: RowId): void => {
      const index = indexOfRow(items, rowId);
      if (index !== null) list.current?.scrollToIndex(index, { align: 'nearest' });
      wanted.current = rowId;
      setChosen(rowId);
      focusWanted(root, wanted);
    },
    [items, list, root],
  );
  // A row far away comes into the page only with the render in which it is the tab stop.
  useLayoutEffect(() => focusWanted(root, wanted));

  useLayoutEffect(() => {
    const last = focused.current;
    if (last === null || indexOfRow(items, last.rowId) !== null || document.activeElement !== document.body) return;
    // The message that had the focus was deleted: it goes to the neighbour rather than to nowhere.
    focused.current = null;
    const neighbour = messageFrom(items, Math.min(last.index, items.length - 1), -1) ?? messageFrom(items, 0, 1);
    if (neighbour !== null) focus(neighbour.message.rowId);
  }, [items, focus]);

  return {
    tabStopIndex,
    move: (step) => {
      const from = tabStopIndex ?? 0;
      const target = {
        previous: () => messageFrom(items, from - 1, -1),
        next: () => messageFrom(items, from + 1, 1),
        first: () => messageFrom(items, 0, 1),
        last: () => messageFrom(items, items.length - 1, -1),
      }[step]();
      if (target !== null) focus(target.message.rowId);
    },
    onFocus: (event) => {
      const rowId = rowIdOf(event.target);
      if (rowId === null) return;
      focused.current = { rowId, index: indexOfRow(items, rowId) ?? 0 };
      setChosen(rowId);
    },
    onBlur: (event) => {
      if (event.relatedTarget !== null && rowIdOf(event.relatedTarget) === null) focused.current = null;
    },
  };
}

function focusWanted(root: RefObject<HTMLElement | null>, wanted: { current: RowId | null }): void {
  if (wanted.current === null) return;
  const element = root.current?.querySelector<HTMLElement>(`[data-row-id="${wanted.current}"]`);
  if (element === null || element === undefined) return;
  wanted.current = null;
  element.focus({ preventScroll: true });
}
