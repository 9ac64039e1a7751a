import { lazily } from '../../../src-shared/kernel/lazily.ts';

const pinyin = lazily(() => new Intl.Collator('zh-u-co-pinyin', { numeric: true }));
const letters = 'ABCDEFGHJKLMNOPQRSTWXYZ';
/** The first character of each letter in pinyin order. No syllable begins with I, U or V. */
const firstOfLetter = Array.from('阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀');
const han = /^\p{Script=Han}/u;
const latin = /^[A-Z]$/;

/** The letter under which a name stands: of its pinyin for Chinese, without accents for Latin, "" for anything else. */
function letterOf(name: string): string {
  if (han.test(name)) {
    const next = firstOfLetter.findIndex((first) => pinyin().compare(name, first) < 0);
    return letters.at(next === -1 ? -1 : Math.max(0, next - 1)) ?? '';
  }
  const letter = name.normalize('NFD').charAt(0).toUpperCase();
  return latin.test(letter) ? letter : '';
}

/**
 * Orders names A to Z, Chinese ones by their pinyin among the Latin ones: the collation alone would put all Chinese
 * names first. Names that begin with neither come last.
 */
export function compareNames(a: string, b: string): number {
  const [letterA, letterB] = [letterOf(a), letterOf(b)];
  if (letterA === letterB) return pinyin().compare(a, b);
  if (letterA === '' || letterB === '') return letterA === '' ? 1 : -1;
  return letterA < letterB ? -1 : 1;
}
