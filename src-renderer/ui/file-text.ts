import { tailOf } from '../../src-shared/domain/file-name-parts.ts';

const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people, in units of 1,000: "2.4 MB". Whole numbers from 100 on and for bytes. */
export function formatByteSize(bytes: number, locale: string): string {
  const { divisor, unit, digits } = scaleOf(bytes);
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(bytes / divisor)} ${unit}`;
}

function scaleOf(bytes: number): { divisor: number; unit: string; digits: number } {
  let divisor = 1;
  let at = 0;
  // 999.5 would be shown as 1,000.
  while (bytes / divisor >= 999.5 && at < units.length - 1) {
    divisor *= 1_000;
    at += 1;
  }
  return { divisor, unit: units[at] ?? 'B', digits: at === 0 || bytes / divisor >= 99.95 ? 0 : 1 };
}

/** What fits on one line of a file card, beside its button. */
const maxNameWidth = 28;

const widthOf = (character: string): number => ((character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1);

/**
 * A file name in three parts, cut in the middle where it is long: the last characters and the true extension, with its
 * dot, are always shown whole (safety T5).
 * @param maxWidth in widths of a Latin letter. Characters of Chinese and emoji take two.
 */
export function splitFileName(
  name: string,
  maxWidth = maxNameWidth,
): {
  readonly start: string;
  readonly end: string;
  readonly extension: string;
} {
  const tail = tailOf(name);
  const characters = Array.from(name.slice(0, tail.end));
  const end = name.slice(tail.end, tail.extension);
  const extension = name.slice(tail.extension);
  let left = maxWidth;
  for (const character of end + extension) left -= widthOf(character);
  let start = '';
  for (const [at, character] of characters.entries()) {
    left -= widthOf(character);
    // The last place is kept for the dots, unless this character is the last one.
    if (left < (at === characters.length - 1 ? 0 : 1)) return { start: `${start}…`, end, extension };
    start += character;
  }
  return { start, end, extension };
}

/**
 * How much of something is there, in the unit of the whole: "29.8 / 48.0 MB". The two figures have as many digits, so
 * that the line does not change its width.
 */
export function formatByteProgress(doneBytes: number, totalBytes: number, locale: string): string {
  const { divisor, unit, digits } = scaleOf(totalBytes);
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(Math.min(doneBytes, totalBytes) / divisor)} / ${number.format(totalBytes / divisor)} ${unit}`;
}
