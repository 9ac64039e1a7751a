/** A list of people rarely shows more at once; what falls out is made anew when it is seen again. */
const maxKept = 500;
const kept = new Map<string, string>();

/**
 * The content policy lets pictures come from the bundle, from main, or from the page's own memory, but not out of an
 * address: so a `data:` picture, which main has checked, becomes a `blob:` one.
 * @returns the address to show, or null where the data is no picture after all.
 */
export function pictureUrl(dataUrl: string): string | null {
  const known = kept.get(dataUrl);
  if (known !== undefined) return known;
  const [, type, data] = /^data:(image\/\w+);base64,(.+)$/s.exec(dataUrl) ?? [];
  if (type === undefined || data === undefined) return null;
  try {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type }));
    kept.set(dataUrl, url);
    forgetOldest();
    return url;
  } catch {
    return null;
  }
}

function forgetOldest(): void {
  const [oldest] = kept;
  if (kept.size <= maxKept || oldest === undefined) return;
  kept.delete(oldest[0]);
  URL.revokeObjectURL(oldest[1]);
}
