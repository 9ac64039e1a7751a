import { createByteReader } from './byte-reader.ts';
import { sniffBytes } from './sniff.ts';

/** The first bytes of pictures that hold nothing but their picture: icons, cursors and bitmaps of Windows. */
const onlyPicture = ['\0\0\x01\0', '\0\0\x02\0', 'BM'];

/**
 * Whether bytes that are sent as they are may say where and with what they were taken (safety T11): photographs of kinds
 * from which it is not taken out here, and videos of phones. Told by the kind alone, so a person is told rather too
 * often than not at all. Total.
 * @param firstBytes 64 are enough.
 */
export function mayHoldPlace(firstBytes: Uint8Array): boolean {
  const head = createByteReader(firstBytes.subarray(0, 64));
  const type = sniffBytes(firstBytes.subarray(0, 64));
  if (type === 'other-image') return !onlyPicture.some((magic) => head.text(0, magic.length) === magic);
  if (type === 'video') return head.text(4, 4) === 'ftyp';
  // One of the four that are cleaned, but damaged, or larger than any picture is.
  return type === 'png' || type === 'jpeg' || type === 'gif' || type === 'webp';
}
