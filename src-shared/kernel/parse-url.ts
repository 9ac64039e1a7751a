/**
 * Reads an address, or answers null where it is none. `URL.canParse` would be shorter, but Node 20 answers it wrongly,
 * now and then, for addresses with Latin-1 letters such as `https://münchen.de/`.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
