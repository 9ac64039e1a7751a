import { describe, expect, it } from 'vitest';
import { emojiDataOf, type EmojibaseEntry } from './emoji-data.ts';

const entries: EmojibaseEntry[] = [
  { emoji: '😀', label: 'grinning face', version: 1, group: 0, subgroup: 0, tags: ['smile'] },
  { emoji: '🇨🇳', label: 'flag: China', version: 0.6, group: 9, subgroup: 98 },
  { emoji: '🏁', label: 'chequered flag', version: 0.6, group: 9, subgroup: 97 },
  { emoji: '🏻', label: 'light skin tone', version: 1, group: 2 },
  { emoji: '🇦', label: 'regional indicator A', version: 0 },
  { emoji: '🫪', label: 'too new', version: 17, group: 0 },
];
const shown = (hasFlags: boolean): string[] =>
  emojiDataOf(entries, { locale: 'en', labelOf: (group) => group, hasFlags }).emojis.map(({ emoji }) => emoji);

describe('emojiDataOf', () => {
  it('leaves out parts, and what the fonts of our systems do not have', () => {
    expect(shown(true)).toEqual(['😀', '🇨🇳', '🏁']);
    expect(shown(false)).toEqual(['😀', '🏁']);
  });

  it('names the groups in the language of the screen', () => {
    const data = emojiDataOf(entries, { locale: 'en', labelOf: (group) => `<${group}>`, hasFlags: true });
    expect(data.categories[0]).toEqual({ index: 0, label: '<smileys>' });
    expect(data.emojis[0]).toEqual({ emoji: '😀', label: 'grinning face', version: 1, category: 0, tags: ['smile'] });
  });
});
