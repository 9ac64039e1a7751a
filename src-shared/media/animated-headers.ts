import type { ByteReader } from './byte-reader.ts';
import { orientationOf, sizeTurned } from './exif.ts';
import type { FoundHeader } from './jpeg-header.ts';
import { isKeptGifApplication, isKeptPngChunk, webpFlags } from './kept-parts.ts';

/** The chunks of a PNG (PNG 3rd edition, 5): a length, a type, the data and a check. */
export function pngHeader(bytes: ByteReader): FoundHeader {
  if (!bytes.has(33)) return 'more';
  if (bytes.u32be(8) !== 13 || bytes.text(12, 4) !== 'IHDR') return null;
  const width = bytes.u32be(16);
  const height = bytes.u32be(20);
  if (width > 0x7fff_ffff || height > 0x7fff_ffff) return null;
  let frames = 1;
  let drawnPixels = width * height;
  let hasMetadata = false;
  let orientation = 1;
  for (let at = 33; bytes.has(at + 8);) {
    const length = bytes.u32be(at);
    const type = bytes.text(at + 4, 4);
    if (length > 0x7fff_ffff || type === 'IEND') break;
    if (type === 'acTL' && bytes.has(at + 12)) frames = bytes.u32be(at + 8);
    if (type === 'fcTL' && bytes.has(at + 20)) drawnPixels += bytes.u32be(at + 12) * bytes.u32be(at + 16);
    if (type === 'eXIf') orientation = orientationOf(bytes, at + 8, Math.min(at + 8 + length, bytes.length));
    hasMetadata ||= !isKeptPngChunk(type);
    at += 12 + length;
  }
  return { ...sizeTurned(width, height, orientation), isAnimated: frames > 1, hasMetadata, drawnPixels };
}

/** The blocks of a GIF (GIF89a, 17–26). */
export function gifHeader(bytes: ByteReader): FoundHeader {
  if (!bytes.has(13)) return 'more';
  let width = bytes.u16le(6);
  let height = bytes.u16le(8);
  let frames = 0;
  let drawnPixels = 0;
  let isRepeated = false;
  let hasMetadata = false;
  let at = 13 + colourTableBytes(bytes.u8(10));
  const skipSubBlocks = (): void => {
    while (bytes.has(at + 1) && bytes.u8(at) !== 0) at += 1 + bytes.u8(at);
    at += 1;
  };
  for (; bytes.has(at + 2);) {
    const introducer = bytes.u8(at);
    if (introducer === 0x2c) {
      if (!bytes.has(at + 10)) break;
      const frameWidth = bytes.u16le(at + 5);
      const frameHeight = bytes.u16le(at + 7);
      frames += 1;
      drawnPixels += frameWidth * frameHeight;
      // Decoders widen the screen for a first picture that does not fit on it.
      if (frames === 1) {
        width = Math.max(width, bytes.u16le(at + 1) + frameWidth);
        height = Math.max(height, bytes.u16le(at + 3) + frameHeight);
      }
      at += 10 + colourTableBytes(bytes.u8(at + 9)) + 1;
    } else if (introducer === 0x21) {
      const label = bytes.u8(at + 1);
      const application = label === 0xff && bytes.u8(at + 2) === 11 ? bytes.text(at + 3, 11) : '';
      // The second picture may be far behind the first bytes.
      isRepeated ||= application === 'NETSCAPE2.0' || application === 'ANIMEXTS1.0';
      hasMetadata ||= label === 0xfe || (label === 0xff && !isKeptGifApplication(application));
      at += 2;
    } else break;
    skipSubBlocks();
  }
  const isAnimated = frames > 1 || isRepeated;
  const drawn = Math.max(drawnPixels, width * height);
  return { width, height, orientation: 1, isAnimated, hasMetadata, drawnPixels: drawn };
}

/** Of the packed field: a bit that there is one, and three for how large. */
export function colourTableBytes(packed: number): number {
  return packed >= 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0;
}

/** The first chunk of a WebP (RFC 9649, 2.5–2.7) says how large it is. Nobody turns one, whatever its Exif says. */
export function webpHeader(bytes: ByteReader): FoundHeader {
  if (!bytes.has(30)) return 'more';
  const first = bytes.text(12, 4);
  const still = (width: number, height: number): FoundHeader => ({
    width,
    height,
    orientation: 1,
    isAnimated: false,
    hasMetadata: false,
    drawnPixels: width * height,
  });
  if (first === 'VP8 ') {
    if (bytes.u24le(23) !== 0x2a_01_9d) return null;
    return still(bytes.u16le(26) & 0x3fff, bytes.u16le(28) & 0x3fff);
  }
  if (first === 'VP8L') {
    if (bytes.u8(20) !== 0x2f) return null;
    const low = bytes.u16le(21);
    const rest = bytes.u24le(23);
    return still((low & 0x3fff) + 1, ((low >> 14) | ((rest & 0xfff) << 2)) + 1);
  }
  if (first !== 'VP8X') return null;
  const width = bytes.u24le(24) + 1;
  const height = bytes.u24le(27) + 1;
  const flags = bytes.u8(20);
  let drawnPixels = 0;
  for (let at = 30; bytes.has(at + 8); at += 8 + bytes.u32le(at + 4) + (bytes.u32le(at + 4) % 2)) {
    if (bytes.text(at, 4) === 'ANMF' && bytes.has(at + 20))
      drawnPixels += (bytes.u24le(at + 14) + 1) * (bytes.u24le(at + 17) + 1);
  }
  return {
    width,
    height,
    orientation: 1,
    isAnimated: (flags & webpFlags.animation) !== 0,
    hasMetadata: (flags & (webpFlags.exif | webpFlags.xmp)) !== 0,
    drawnPixels: Math.max(drawnPixels, width * height),
  };
}
