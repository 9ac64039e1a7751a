import type { ByteReader } from './byte-reader.ts';

/** No more entries are looked at; cameras write about a dozen. */
const maxEntries = 512;
const orientationTag = 0x0112;

/**
 * How a picture is to be turned, 1…8 (Exif 2.32, tag 0112), from the TIFF structure that stands from `start` to before
 * `end`. 1, not at all, where nothing sound says otherwise.
 */
export function orientationOf(bytes: ByteReader, start: number, end: number): number {
  const order = bytes.text(start, 2);
  if ((order !== 'II' && order !== 'MM') || start + 8 > end) return 1;
  const u16 = order === 'II' ? bytes.u16le : bytes.u16be;
  const u32 = order === 'II' ? bytes.u32le : bytes.u32be;
  if (u16(start + 2) !== 42) return 1;
  const list = start + u32(start + 4);
  if (list + 2 > end) return 1;
  const count = Math.min(u16(list), maxEntries);
  for (let entry = 0; entry < count; entry += 1) {
    const at = list + 2 + entry * 12;
    if (at + 12 > end) return 1;
    if (u16(at) !== orientationTag) continue;
    const value = u16(at + 8);
    return u16(at + 2) === 3 && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/** How large a picture is once it is turned, and how that is: every other turn is onto its side. */
export function sizeTurned(
  width: number,
  height: number,
  orientation: number,
): { width: number; height: number; orientation: number } {
  return orientation >= 5 ? { width: height, height: width, orientation } : { width, height, orientation };
}

/** A TIFF structure that says how the picture is to be turned, and nothing else. 26 bytes. */
export function minimalTiff(orientation: number): Uint8Array {
  const head = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8];
  const entry = [orientationTag >> 8, orientationTag & 0xff, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  return Uint8Array.from([...head, 0, 1, ...entry, 0, 0, 0, 0]);
}
