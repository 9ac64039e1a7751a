import { colourTableBytes } from './animated-headers.ts';
import { createByteReader, type ByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { jpegMarkers } from './jpeg-markers.ts';
import { imageTypeOf } from './sniff.ts';

/**
 * Whether an image is there to its end: decoders draw what there is of one that was cut off, and say nothing. Of a PNG
 * the parts that the picture is made of are proven too. Total; takes time linear in the bytes. What follows the end does
 * not matter.
 * @param bytes of an image that has a header.
 */
export function isWholeImage(bytes: Uint8Array): boolean {
  const type = imageTypeOf(bytes);
  return type !== null && ends[type](createByteReader(bytes), bytes);
}

const ends = { png: isWholePng, jpeg: isWholeJpeg, gif: isWholeGif, webp: isWholeWebp };

/** Its last chunk is there, and those that cannot be left out are as they were written (PNG 3rd edition, 5.3). */
function isWholePng(reader: ByteReader, bytes: Uint8Array): boolean {
  for (let at = 8; reader.has(at + 12);) {
    const length = reader.u32be(at);
    if (!reader.has(at + 12 + length)) return false;
    const type = reader.text(at + 4, 4);
    // A capital letter says that the picture is not the same without it.
    const isNeeded = /^[A-Z]/.test(type);
    if (isNeeded && crc32(bytes.subarray(at + 4, at + 8 + length)) !== reader.u32be(at + 8 + length)) return false;
    if (type === 'IEND') return true;
    at += 12 + length;
  }
  return false;
}

/** The marker of its end is there, behind all scans (ITU T.81 B.1). */
function isWholeJpeg(reader: ByteReader, bytes: Uint8Array): boolean {
  for (let at = 2; reader.has(at + 2);) {
    // Within a scan every 0xFF that belongs to it is followed by a zero.
    at = bytes.indexOf(0xff, at);
    if (at < 0 || !reader.has(at + 2)) return false;
    const marker = reader.u8(at + 1);
    if (marker === jpegMarkers.endOfImage) return true;
    if (marker === 0xff) at += 1;
    else if (jpegMarkers.isAlone(marker)) at += 2;
    else at += 2 + Math.max(2, reader.u16be(at + 2));
  }
  return false;
}

/** It ends between two blocks: many lack the last byte, and nothing is missing from those (GIF89a, 17–27). */
function isWholeGif(reader: ByteReader): boolean {
  let at = 13 + colourTableBytes(reader.u8(10));
  while (reader.has(at + 1)) {
    const introducer = reader.u8(at);
    if (introducer === 0x2c) at += 11 + colourTableBytes(reader.u8(at + 9));
    else if (introducer === 0x21) at += 2;
    // Decoders stop at the end and at anything else.
    else return true;
    while (reader.has(at + 1) && reader.u8(at) !== 0) at += 1 + reader.u8(at);
    if (!reader.has(at + 1)) return false;
    at += 1;
  }
  return true;
}

/** As long as it says (RFC 9649, 2.4). */
function isWholeWebp(reader: ByteReader): boolean {
  return reader.has(8 + reader.u32le(4));
}
