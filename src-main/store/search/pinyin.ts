/** All readings of a Chinese character without tones, `ü` written `v`; none for any other. */
export type Readings = (character: string) => readonly string[];

let readings: Readings | null = null;

/** Loads the dictionary: 1.2 MB and some 50 ms, which the first search pays, not the start. */
export async function loadReadings(): Promise<Readings> {
  const { polyphonic } = await import('pinyin-pro');
  const known = new Map<string, readonly string[]>();
  readings ??= (character) => {
    const found = known.get(character);
    if (found !== undefined) return found;
    const [all = []] = polyphonic(character, { toneType: 'none', type: 'array' });
    // What is not Chinese comes back as it is.
    const named = all.filter((reading) => reading !== '' && reading !== character).map((one) => one.replace('ü', 'v'));
    known.set(character, named);
    return named;
  };
  return readings;
}

/** The dictionary where it is loaded. */
export const loadedReadings = (): Readings | null => readings;
