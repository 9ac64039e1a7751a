/** What one byte does to the check. */
const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  return crc;
});

/** The check of a PNG's chunks (PNG 3rd edition, annex D), of several pieces as of one. */
export function crc32(...pieces: readonly Uint8Array[]): number {
  let crc = 0xffff_ffff;
  for (const bytes of pieces) for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}
