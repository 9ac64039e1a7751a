import { tailOf } from '../../../src-shared/domain/file-name-parts.ts';
import { findRanges, foldText, type TextRange } from './fold.ts';

/** A line around the first place where a query was found, with what to mark in it. */
export type Excerpt = { readonly excerpt: string; readonly ranges: readonly TextRange[] };

/**
 * What may stand before the place, in columns of which a Chinese character takes two, so that it is on screen in the
 * narrowest list: after a cut, and where nothing is cut.
 */
const maxLeadColumns = 8;
const maxWholeColumns = 14;
/** The widest list shows less than this. */
const maxLength = 160;
const maxRanges = 8;
const lineBreaks = /[\n\r\t\v\f\u2028\u2029]/gu;

/**
 * Cuts what a list can show out of a text. Line breaks become spaces; what is left out before is shown as "…".
 * `isFileName`: its last characters and its true extension are all there.
 */
export function excerptOf(text: string, query: string, isFileName = false): Excerpt {
  const ranges = findRanges(text, foldText(text), query, maxRanges);
  const found = ranges[0]?.start ?? 0;
  const start = wholeAt(text, Math.min(leadStart(text, found), isFileName ? tailOf(text).end : found));
  const end = isFileName ? text.length : wholeAt(text, Math.min(text.length, start + maxLength));
  const lead = start > 0 ? '…' : '';
  const shift = lead.length - start;
  return {
    excerpt: lead + text.slice(start, end).replaceAll(lineBreaks, ' '),
    ranges: ranges
      .filter((range) => range.start < end)
      .map((range) => ({ start: range.start + shift, end: Math.min(range.end, end) + shift })),
  };
}

/** Where a line begins that has little before `found`; the beginning itself where that is near. */
function leadStart(text: string, found: number): number {
  let cut = found;
  let columns = 0;
  for (let at = found - 1; at >= 0; at -= 1) {
    columns += text.charCodeAt(at) >= 0x2e_80 ? 2 : 1;
    if (columns <= maxLeadColumns) cut = at;
    if (columns > maxWholeColumns) return cut;
  }
  return 0;
}

/** The place itself, or one before it where it would cut a character in two. */
function wholeAt(text: string, at: number): number {
  return /[\udc00-\udfff]/u.test(text.charAt(at)) && at > 0 ? at - 1 : at;
}
