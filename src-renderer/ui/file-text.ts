const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size for people, in units of 1,000: "2.4 MB". Whole numbers from 100 on and for bytes. */
export function formatByteSize(bytes: number, locale: string): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1,000.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const number = new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${number.format(value)} ${units[unit]}`;
}

/** Characters before the extension that are kept with it when a name is cut in the middle. */
const keptCharacters = 6;
/** What is longer is a word of the name rather than an extension. Counted with the dot. */
const maxExtensionLength = 17;
/** What fits on one line of a file card, in widths of a Latin letter. Characters of Chinese and emoji take two. */
const maxNameWidth = 34;

const widthOf = (character: string): number => ((character.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1);

/**
 * A file name in two parts, cut in the middle where it is long: the second, with the true extension, is always shown
 * whole (safety T5).
 */
export function splitFileName(name: string): { readonly start: string; readonly end: string } {
  const dot = name.lastIndexOf('.');
  const extensionLength = dot > 0 && name.length - dot <= maxExtensionLength ? name.length - dot : 0;
  const characters = Array.from(name.slice(0, name.length - extensionLength));
  const cut = Math.max(0, characters.length - keptCharacters);
  const end = characters.slice(cut).join('') + name.slice(name.length - extensionLength);
  let left = maxNameWidth;
  for (const character of end) left -= widthOf(character);
  let start = '';
  for (const [at, character] of characters.slice(0, cut).entries()) {
    left -= widthOf(character);
    // The last place is kept for the dots, unless this character is the last one.
    if (left < (at === cut - 1 ? 0 : 1)) return { start: `${start}…`, end };
    start += character;
  }
  return { start, end };
}
