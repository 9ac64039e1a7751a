/**
 * The first of these that is a language tag, in its usual spelling. Systems without a language call theirs `C`,
 * which no formatter of dates and numbers takes.
 */
export function pickLocale(candidates: readonly string[]): string {
  return candidates.map(canonical).find((locale) => locale !== null) ?? 'en-US';
}

function canonical(tag: string): string | null {
  try {
    return Intl.getCanonicalLocales(tag.replaceAll('_', '-'))[0] ?? null;
  } catch {
    return null;
  }
}
