import { findRanges, foldText, type TextRange } from './fold.ts';

/** A line around the first place where a query was found, with what to mark in it. */
export type Excerpt = { readonly excerpt: string; readonly ranges: readonly TextRange[] };

/** So that the place is on screen in the narrowest list, in UTF-16 units. */
const before = 12;
/** The widest list shows less than this. */
const maxLength = 160;
const maxRanges = 8;
const lineBreaks = /[\n\r\t\v\f\u2028\u2029]/gu;

/** Cuts what a list can show out of a text. Line breaks become spaces; what is left out before is shown as "…". */
export function excerptOf(text: string, query: string): Excerpt {
  const ranges = findRanges(text, foldText(text), query, maxRanges);
  const found = ranges[0]?.start ?? 0;
  const start = found <= before + 2 ? 0 : wholeAt(text, found - before);
  const end = wholeAt(text, Math.min(text.length, start + maxLength));
  const lead = start > 0 ? '…' : '';
  const shift = lead.length - start;
  return {
    excerpt: lead + text.slice(start, end).replaceAll(lineBreaks, ' '),
    ranges: ranges
      .filter((range) => range.start < end)
      .map((range) => ({ start: range.start + shift, end: Math.min(range.end, end) + shift })),
  };
}

/** The place itself, or one before it where it would cut a character in two. */
function wholeAt(text: string, at: number): number {
  return /[\udc00-\udfff]/u.test(text.charAt(at)) && at > 0 ? at - 1 : at;
}
