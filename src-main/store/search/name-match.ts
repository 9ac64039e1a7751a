import { findRanges, foldText, type TextRange } from './fold.ts';
import type { Readings } from './pinyin.ts';

/** How well a name fits what is looked for; smaller is better. `ranges` are what of the name to mark. */
export type NameMatch = { readonly rank: number; readonly ranges: readonly TextRange[] };

const maxRanges = 8;

/** Finds a folded query in a name as it is written, else in how it sounds: "nh", "nihao", "niha" and "nhao" find 你好. */
export function matchName(name: string, query: string, readings: Readings | null): NameMatch | null {
  const folded = foldText(name);
  const at = folded.indexOf(query);
  if (at >= 0) return { rank: at === 0 ? 0 : 1, ranges: findRanges(name, folded, query, maxRanges) };
  const range = readings === null ? null : findSound(name, query, readings);
  return range === null ? null : { rank: range.start === 0 ? 2 : 3, ranges: [range] };
}

/** What parts a syllable from the next when pinyin is typed. */
const syllableBreaks = /[\s']+/gu;

function findSound(name: string, query: string, readings: Readings): TextRange | null {
  const sounds = query.replace(syllableBreaks, '').replaceAll('ü', 'v');
  if (!/^[a-z]/u.test(sounds) || !/\p{Script=Han}/u.test(name)) return null;
  const characters = Array.from(name);
  const spoken = characters.map((character) => {
    const all = readings(character);
    // 吕 is typed "lv" by some and "lu" by others.
    return all.length > 0
      ? [...all, ...all.filter((one) => one.includes('v')).map((one) => one.replace('v', 'u'))]
      : [foldText(character)];
  });
  for (const first of characters.keys()) {
    const last = endOfSound(spoken, first, sounds);
    if (last === null) continue;
    const start = characters.slice(0, first).join('').length;
    return { start, end: start + characters.slice(first, last).join('').length };
  }
  return null;
}

/** Where the characters end that begin at `first` and sound like all of `sounds`; null: none do. Each gives a beginning of its reading. */
function endOfSound(spoken: readonly (readonly string[])[], first: number, sounds: string): number | null {
  const hopeless = new Set<number>();
  const follow = (at: number, heard: number): number | null => {
    if (heard === sounds.length) return at;
    const key = at * (sounds.length + 1) + heard;
    if (at === spoken.length || hopeless.has(key)) return null;
    hopeless.add(key);
    for (const reading of spoken[at] ?? []) {
      let length = 0;
      while (length < reading.length && reading[length] === sounds[heard + length]) length += 1;
      for (; length > 0; length -= 1) {
        const end = follow(at + 1, heard + length);
        if (end !== null) return end;
      }
    }
    return null;
  };
  return follow(first, 0);
}
