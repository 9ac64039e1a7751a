import enUrl from 'emojibase-data/en/data.json?url';
import zhUrl from 'emojibase-data/zh/data.json?url';
import type { EmojiData, EmojiDataResolver } from 'frimousse';
import type { TFunction } from 'i18next';

/** One entry of emojibase's `data.json`, as far as it is used. Parts such as skin tones alone have no group. */
export type EmojibaseEntry = {
  readonly emoji: string;
  readonly label: string;
  readonly version: number;
  readonly group?: number;
  readonly subgroup?: number;
  readonly tags?: readonly string[];
};

/** The newest emoji that the fonts of the systems we run on have (2022). Younger ones would be empty boxes. */
const maxEmojiVersion = 15;
/** emojibase's subgroup of national flags, which Windows has no pictures for. */
const countryFlagSubgroup = 98;
/** emojibase's group numbers, in the order of its picker. 2 is the parts. */
const groups = [
  [0, 'smileys'],
  [1, 'people'],
  [3, 'animals'],
  [4, 'food'],
  [5, 'travel'],
  [6, 'activities'],
  [7, 'objects'],
  [8, 'symbols'],
  [9, 'flags'],
] as const;

/** Makes what the picker shows of emojibase's entries. */
export function emojiDataOf(
  entries: readonly EmojibaseEntry[],
  {
    locale,
    labelOf,
    hasFlags,
  }: { locale: string; labelOf: (group: (typeof groups)[number][1]) => string; hasFlags: boolean },
): EmojiData {
  const known = new Set<number>(groups.map(([index]) => index));
  return {
    locale,
    categories: groups.map(([index, name]) => ({ index, label: labelOf(name) })),
    emojis: entries
      .filter((entry) => entry.group !== undefined && known.has(entry.group) && entry.version <= maxEmojiVersion)
      .filter((entry) => hasFlags || entry.subgroup !== countryFlagSubgroup)
      .map(({ emoji, group = 0, label, version, tags = [] }) => ({
        emoji,
        category: group,
        label,
        version,
        tags: [...tags],
      })),
    skinTones: { light: '', 'medium-light': '', medium: '', 'medium-dark': '', dark: '' },
  };
}

/** Where the picker gets its emoji: files of the program itself, never another server. */
export function createEmojiDataSource(t: TFunction, onFailure: () => void): EmojiDataResolver {
  return async (locale, { signal }) => {
    try {
      const response = await fetch(locale === 'zh' ? zhUrl : enUrl, signal === undefined ? {} : { signal });
      return emojiDataOf((await response.json()) as EmojibaseEntry[], {
        locale,
        labelOf: (group) => t(`emoji.group.${group}`),
        hasFlags: !navigator.userAgent.includes('Windows'),
      });
    } catch (error) {
      if (signal?.aborted !== true) onFailure();
      throw error;
    }
  };
}
