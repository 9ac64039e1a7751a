import { lazily } from '../../src-shared/kernel/lazily.ts';

const han = /\p{Script=Han}/gu;
const segmenter = lazily(() => new Intl.Segmenter());
/** Nothing joins onto a letter before one of these, or before the end. */
const plainStart = /^[a-z0-9](?:[a-z0-9]|$)/i;

/** Which of the eight avatar colours belongs to a user id: FNV-1a, 32 bit, over its decimal digits. */
export function avatarHue(id: number): number {
  let hash = 0x811c9dc5;
  for (const digit of String(id)) {
    hash = Math.imul(hash ^ digit.charCodeAt(0), 0x01000193);
  }
  return (hash >>> 0) % 8;
}

/**
 * One or two characters that stand for a name: the last Han characters of a Chinese name, else first letters of the
 * first and the last word. The 28 px avatar has room for one. "" when the name has nothing to show.
 */
export function avatarInitials(name: string, size: number): string {
  const room = size < 32 ? 1 : 2;
  const hanCharacters = name.match(han) ?? [];
  if (hanCharacters.length > 0) return hanCharacters.slice(-room).join('');
  const words = name.split(/[\s\p{P}]+/u).filter((word) => word !== '');
  const first = words[0];
  if (first === undefined) return '';
  const last = words.length > 1 && room === 2 ? words.at(-1) : undefined;
  return (firstLetter(first) + (last === undefined ? '' : firstLetter(last))).toLocaleUpperCase();
}

/** The first character as people see it: an emoji with its skin tone, a letter with its accent. */
function firstLetter(word: string): string {
  if (plainStart.test(word)) return word.charAt(0);
  for (const { segment } of segmenter().segment(word)) return segment;
  return '';
}
