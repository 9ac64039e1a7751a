import type { ByteReader } from './byte-reader.ts';
import { orientationOf, sizeTurned } from './exif.ts';
import type { ImageHeader } from './image-header.ts';
import { isKeptJpegSegment, jpegMarkers } from './jpeg-markers.ts';

/** The part of a header that its reader finds out. */
export type FoundHeader = Omit<ImageHeader, 'type'> | 'more' | null;

/** `Exif` */
const exifMark = 0x45_78_69_66;

/** Walks the segments of a JPEG (ITU T.81 B.1) up to the one that says its size. */
export function jpegHeader(bytes: ByteReader): FoundHeader {
  let at = 2;
  let orientation = 1;
  let hasMetadata = false;
  for (;;) {
    // Decoders look for the next marker, whatever stands before it.
    while (bytes.has(at + 1) && bytes.u8(at) !== 0xff) at += 1;
    while (bytes.has(at + 1) && bytes.u8(at) === 0xff) at += 1;
    if (!bytes.has(at + 1)) return 'more';
    const marker = bytes.u8(at);
    at += 1;
    if (jpegMarkers.isAlone(marker)) continue;
    if (marker === jpegMarkers.startOfScan || marker === jpegMarkers.endOfImage) return null;
    if (!bytes.has(at + 2)) return 'more';
    const length = bytes.u16be(at);
    if (length < 2) return null;
    if (jpegMarkers.isFrame(marker)) {
      if (!bytes.has(at + 7)) return 'more';
      const height = bytes.u16be(at + 3);
      const width = bytes.u16be(at + 5);
      return { ...sizeTurned(width, height, orientation), isAnimated: false, hasMetadata, drawnPixels: width * height };
    }
    if (!bytes.has(at + length)) return 'more';
    if (marker === jpegMarkers.app1 && orientation === 1 && bytes.u32be(at + 2) === exifMark && length >= 8)
      orientation = orientationOf(bytes, at + 8, at + length);
    hasMetadata ||= !isKeptJpegSegment(marker, bytes.text(at + 2, Math.min(length - 2, 12)));
    at += length;
  }
}
