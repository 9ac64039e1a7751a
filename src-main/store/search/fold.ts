/**
 * How texts are compared in a search: Unicode compatibility form (full and half width alike, ligatures taken apart,
 * accents joined to their letters), then lower case. The final sigma of Greek counts as any other, because where a
 * word ends must not decide what is found in it.
 */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');
}

/** UTF-16 indices into a text as the person wrote it, the end excluded. */
export type TextRange = { readonly start: number; readonly end: number };

/** A character with what it is folded together with: its marks, the parts of a Hangul syllable. */
const cluster = /(?:[\u1100-\u11ff]+|[^])[\p{M}\uff9e\uff9f]*/gu;

/**
 * Where a folded query stands in a text as it was written, at most `maxRanges`, none overlapping. A match that begins
 * or ends inside what is one character on screen takes the whole of it.
 */
export function findRanges(text: string, folded: string, query: string, maxRanges: number): TextRange[] {
  const ranges: TextRange[] = [];
  const clusters = text.matchAll(cluster);
  let foldedEnd = 0;
  let current = { start: 0, end: 0 };
  // Clusters are passed once, in step with the matches.
  const goTo = (foldedIndex: number): boolean => {
    while (foldedEnd <= foldedIndex) {
      const next = clusters.next();
      if (next.done === true) return false;
      const start = next.value.index;
      current = { start, end: start + next.value[0].length };
      foldedEnd += foldText(next.value[0]).length;
    }
    return true;
  };
  for (let at = folded.indexOf(query); at >= 0 && ranges.length < maxRanges;) {
    if (!goTo(at)) break;
    const { start } = current;
    if (!goTo(at + query.length - 1)) break;
    ranges.push({ start, end: current.end });
    at = folded.indexOf(query, Math.max(at + query.length, foldedEnd));
  }
  return ranges;
}
