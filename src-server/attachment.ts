/** How pictures begin, as hex. */
const pictures: readonly { readonly mime: string; readonly magic: RegExp }[] = [
  { mime: 'image/png', magic: /^89504e470d0a1a0a/ },
  { mime: 'image/jpeg', magic: /^ffd8ff/ },
  { mime: 'image/gif', magic: /^47494638(?:37|39)61/ },
  { mime: 'image/webp', magic: /^52494646.{8}57454250/ },
];

/** The type of a picture by its first bytes, never by its name (safety T2). Undefined for everything else. */
export function imageMimeOf(firstBytes: Uint8Array): string | undefined {
  const head = Buffer.from(firstBytes.subarray(0, 12)).toString('hex');
  return pictures.find(({ magic }) => magic.test(head))?.mime;
}

/** Longest name kept, in UTF-16 units: what file systems take. */
const maxNameLength = 180;

/** The last part of a name, without what could mislead the reader of it: controls and bidirectional marks. */
export function attachmentName(name: string): string {
  const last = name.toWellFormed().normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last.replaceAll(
    /[\p{Cc}\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C\uFEFF\u200B\u2028\u2029]/gu,
    '\uFFFD',
  );
  return clean.slice(0, maxNameLength).toWellFormed().trim() || 'file';
}
