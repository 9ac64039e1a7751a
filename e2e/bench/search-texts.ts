/** Texts of a long chat, Chinese and Latin mixed, the same for the same seed: words by Zipf's law, as in real ones. */
export type TextSource = {
  readonly text: () => string;
  /** Queries by kind; some are frequent, some rare, some found nowhere. */
  readonly queries: (count: number) => Readonly<Record<string, readonly string[]>>;
};

const wordCount = 30_000;
const hanCount = 5_000;
const hanWordCount = 20_000;
/** Letters as often as English has them. */
const letters =
  'eeeeeeeeeeeetttttttttaaaaaaaaooooooooiiiiiiinnnnnnnsssssshhhhhhrrrrrrddddlllcccuuummmwwfffggyyppbbvkjxqz';

export function createTextSource(seed: number): TextSource {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(random() * limit);
  /** A rank, the first ones far more often than the last. */
  const rank = (count: number): number => Math.min(count - 1, Math.floor(count ** random()) - 1);
  const repeat = (count: number, make: () => string, between: string): string =>
    Array.from({ length: count }, make).join(between);

  const words = Array.from({ length: wordCount }, () =>
    repeat(2 + below(8), () => letters.charAt(below(letters.length)), ''),
  );
  // Spread over the whole block, so that frequent ones are not neighbours.
  const han = Array.from({ length: hanCount }, (_, at) => String.fromCodePoint(0x4e00 + ((at * 7_919) % 20_900)));
  const hanWords = Array.from({ length: hanWordCount }, () =>
    repeat(1 + below(3), () => han[rank(hanCount)] ?? '', ''),
  );
  const word = (): string => words[rank(wordCount)] ?? '';
  const hanWord = (): string => (random() < 0.08 ? '，' : (hanWords[rank(hanWordCount)] ?? ''));
  const rare = (list: readonly string[]): string => list[list.length - 1 - below(Math.floor(list.length / 3))] ?? '';
  const mixed = (frequent: string, other: string): string => (random() < 0.5 ? frequent : other);

  return {
    text: () => {
      const kind = random();
      if (kind < 0.45) return repeat(1 + below(14), hanWord, '');
      if (kind < 0.9) return repeat(1 + below(12), word, ' ');
      return `${repeat(1 + below(6), hanWord, '')} ${repeat(1 + below(4), word, ' ')}`;
    },
    queries: (count) => {
      const many = (make: () => string): string[] => Array.from({ length: count }, make);
      return {
        'Chinese, 1 character': many(() => mixed(han[rank(hanCount)] ?? '', rare(han))),
        'Chinese, 2 characters': many(() =>
          mixed(hanWord() + hanWord(), rare(han) + (han[rank(hanCount)] ?? '')).slice(0, 2),
        ),
        'Chinese, 3 and more': many(() => hanWord() + hanWord() + hanWord() + mixed('', hanWord())),
        'Latin, 1 character': many(() => mixed('etaoinqxzj', 'q9%é-').charAt(below(5))),
        'Latin, 2 characters': many(() => mixed(word(), rare(words)).slice(0, 2)),
        'Latin, 3 and more': many(() => mixed(word(), `${word()} ${word().slice(0, 3)}`)),
        'Latin, rare or nowhere': many(() => mixed(rare(words), `${rare(words)} ${rare(words)}`)),
      };
    },
  };
}

/** Names that are looked for by sound. */
export const names: readonly string[] = [
  '你好',
  '王小明',
  '林晚',
  'Anna',
  'Joanna',
  '曾国藩',
  '单雄信',
  '吕布',
  '重庆',
  '欧阳若溪',
  'Tom O’Neil',
  '沈知遥',
];
