import type { UserId } from '../../../src-shared/kernel/ids.ts';

/**
 * What a text is found by: each of its characters, each two and each three neighbours, as words for SQLite's full text
 * index. Three ideographs need no entry of their own: the two pairs in them are rare enough. Works on folded texts.
 */

/** Characters of a longer text that go under one entry of the index, so that each step of indexing stays short. */
export const chunkLength = 1_000;
/** Of a longer query only so many characters are looked up; every run of so many stands whole in one chunk. */
const maxLookedUp = 32;
const chunkStride = chunkLength - maxLookedUp;

/** The characters of a text that are indexed under its `index`-th entry; null when the text ends before. */
export function chunkOf(characters: readonly string[], index: number): readonly string[] | null {
  const start = index * chunkStride;
  if (index > 0 && start + maxLookedUp >= characters.length) return null;
  return characters.length <= chunkLength ? characters : characters.slice(start, start + chunkLength);
}

/** A folded text as the index's tokenizer keeps it: one string per character, none that would end a word. */
export function charactersOf(folded: string): string[] {
  return Array.from(folded, safeCharacter);
}

/** The words to index some characters under, with one for the conversation. */
export function indexWords(characters: readonly string[], peerId: UserId): string {
  const words = new Set([peerWord(peerId)]);
  for (const [at, character] of characters.entries()) {
    const second = characters[at + 1];
    const third = characters[at + 2];
    words.add(character);
    if (second === undefined) continue;
    words.add(character + second);
    if (third !== undefined && !isIdeographic(character, second, third)) words.add(character + second + third);
  }
  return [...words].join(' ');
}

/** The expression that finds every entry that may contain a query, and some that do not. */
export function lookUpExpression(foldedQuery: string, peerId: UserId | null): string {
  const characters = charactersOf(foldedQuery).slice(0, maxLookedUp);
  const words = new Set(peerId === null ? [] : [peerWord(peerId)]);
  if (characters.length < 3) words.add(characters.join(''));
  for (let at = 0; at + 2 < characters.length; at += 1) {
    const [first = '', second = '', third = ''] = characters.slice(at, at + 3);
    if (isIdeographic(first, second, third)) words.add(first + second).add(second + third);
    else words.add(first + second + third);
  }
  return [...words].map((word) => `"${word}"`).join(' AND ');
}

/** More than three characters: no part of a text is written like it. */
const peerWord = (peerId: UserId): string => `peer${peerId}`;

const isIdeographic = (...characters: readonly string[]): boolean => characters.every((one) => han.test(one));
const han = /^\p{Script=Han}$/u;

/**
 * The tokenizer ends words at what is in ASCII neither letter nor digit: that is written as other characters. Those may
 * stand in a text too, which makes no more than a candidate that is looked at in vain.
 */
function safeCharacter(character: string): string {
  const code = character.charCodeAt(0);
  if (code >= 0x80 || (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a)) return character;
  return String.fromCharCode(0x80 + code);
}
