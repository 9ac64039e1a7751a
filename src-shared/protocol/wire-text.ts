/// <reference lib="es2024.string" />

/**
 * A string as the rest of the program may hold it: lone surrogates and U+0000 become U+FFFD, because the store cannot
 * keep either of them (safety F11, F12).
 */
export function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** The first `maxLength` UTF-16 units of `text`, one less where that would split a character. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const last = text.charCodeAt(maxLength - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, splitsPair ? maxLength - 1 : maxLength);
}
