import { useState } from 'react';
import { isStartChange, withKnownItems, type LogItem } from './log-items.ts';

type ListEntries = {
  /** The same objects as before wherever nothing changed. */
  readonly entries: readonly LogItem[];
  readonly isStartChange: boolean;
};

/**
 * The entries for the list, and whether they differ from those before only at the start. Found out while rendering,
 * because the list has to know in the render in which it gets them, and again in no other.
 */
export function useListEntries(items: readonly LogItem[]): ListEntries {
  const [shown, setShown] = useState({ items, entries: items, isStartChange: false });
  if (shown.items === items) return shown;
  const entries = withKnownItems(shown.entries, items);
  const next = { items, entries, isStartChange: isStartChange(shown.entries, entries) };
  setShown(next);
  return next;
}
