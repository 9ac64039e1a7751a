import { useState } from 'react';
import { isStartChange, type LogItem } from './log-items.ts';

/**
 * The entries for the list, and whether they differ from those before only at the start. Found out while rendering,
 * because the list has to know in the render in which it gets them, and again in no other.
 */
export function useListEntries(items: readonly LogItem[]): {
  readonly entries: readonly LogItem[];
  readonly isStartChange: boolean;
} {
  const [shown, setShown] = useState({ entries: items, isStartChange: false });
  if (shown.entries === items) return shown;
  const next = { entries: items, isStartChange: isStartChange(shown.entries, items) };
  setShown(next);
  return next;
}
