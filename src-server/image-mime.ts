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
