/** What is read to tell whether a picture moves. A GIF says so after its colours (768 bytes at most), a WebP at once. */
export const animationProbeBytes = 4_096;

const ascii = (bytes: Uint8Array, from: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(from, from + length));

/**
 * Whether these first bytes of a picture say that it moves: a WebP with its flag for that, a GIF that loops. For looks
 * alone; a picture that is taken for a still one plays in the viewer.
 */
export function looksAnimated(bytes: Uint8Array): boolean {
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 8) === 'WEBPVP8X') return ((bytes[20] ?? 0) & 0x02) !== 0;
  if (ascii(bytes, 0, 4) !== 'GIF8') return false;
  for (let at = 13; at + 11 <= bytes.length; at += 1) {
    // An application block (0x21 0xFF) of eleven bytes with the name that says how often it loops.
    if (bytes[at] === 0x21 && bytes[at + 1] === 0xff && /^(?:NETSCAPE|ANIMEXTS)/.test(ascii(bytes, at + 3, 8)))
      return true;
  }
  return false;
}
