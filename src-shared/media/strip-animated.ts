import { colourTableBytes } from './animated-headers.ts';
import { createByteReader } from './byte-reader.ts';
import { crc32 } from './crc32.ts';
import { minimalTiff, orientationOf } from './exif.ts';
import { isKeptGifApplication, isKeptPngChunk, isKeptWebpChunk, webpFlags } from './kept-parts.ts';
import { copy, emit, skip, take, type StripSteps } from './strip-steps.ts';

/** How a picture is to be turned stands at the beginning of a few kilobytes. */
const maxExifBytes = 64 * 1024;
const latin = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const u32be = (value: number): number[] => [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
const u32le = (value: number): number[] => u32be(value).toReversed();

/** A PNG without texts, times and what cameras wrote into it (safety T11). How it is to be turned is kept. */
export function* pngSteps(): StripSteps {
  yield emit(yield take(8));
  for (;;) {
    const head = yield take(8);
    if (head.length < 8) return;
    const bytes = createByteReader(head);
    const length = bytes.u32be(0);
    const type = bytes.text(4, 4);
    // No decoder goes on here.
    if (length > 0x7fff_ffff) return;
    if (isKeptPngChunk(type)) {
      yield emit(head);
      yield copy(length + 4);
      if (type === 'IEND') return;
    } else if (type === 'eXIf' && length <= maxExifBytes) {
      const body = createByteReader(yield take(length + 4));
      const orientation = orientationOf(body, 0, Math.min(length, body.length));
      if (orientation === 1) continue;
      const named = Uint8Array.from([...latin('eXIf'), ...minimalTiff(orientation)]);
      yield emit(u32be(named.length - 4), named, u32be(crc32(named)));
    } else yield skip(length + 4);
  }
}

/** A GIF without comments and what programs wrote into it (safety T11). */
export function* gifSteps(): StripSteps {
  const head = yield take(13);
  yield emit(head);
  yield copy(colourTableBytes(head[10] ?? 0));
  for (;;) {
    const introducer = (yield take(1))[0];
    if (introducer === 0x2c) {
      const picture = yield take(9);
      yield emit([introducer], picture);
      yield copy(colourTableBytes(picture[8] ?? 0) + 1);
      yield* subBlocks(true);
    } else if (introducer === 0x21) {
      const label = (yield take(1))[0] ?? 0;
      const size = (yield take(1))[0] ?? 0;
      const body = yield take(size);
      // Texts that are drawn into the picture are part of it.
      const isKept =
        label === 0xf9 ||
        label === 0x01 ||
        (label === 0xff && isKeptGifApplication(createByteReader(body).text(0, 11)));
      if (isKept) yield emit([introducer, label, size], body);
      if (size > 0) yield* subBlocks(isKept);
    } else {
      if (introducer === 0x3b) yield emit([introducer]);
      return;
    }
  }
}

function* subBlocks(isKept: boolean): StripSteps {
  for (;;) {
    const size = yield take(1);
    if (isKept) yield emit(size);
    const length = size[0] ?? 0;
    if (length === 0) return;
    yield isKept ? copy(length) : skip(length);
  }
}

/** What stands at the beginning of a WebP and is known only at its end. */
export type WebpFacts = {
  /** What is kept, without the eight bytes before it. */
  readonly riffBytes: number;
  /** 1: nothing is said about turning. */
  readonly orientation: number;
};

/**
 * A WebP without what cameras and programs wrote into it (safety T11; RFC 9649, 2.7). How it is to be turned is kept.
 * @param facts of a first run over the same bytes, which was done with whatever facts.
 * @param tellOrientation told where the image says how it is to be turned.
 */
export function* webpSteps(facts: WebpFacts, tellOrientation: (orientation: number) => void): StripSteps {
  const riff = createByteReader(yield take(12));
  yield emit(latin('RIFF'), u32le(facts.riffBytes), latin('WEBP'));
  let left = riff.u32le(4) - 4;
  while (left >= 8) {
    const head = yield take(8);
    if (head.length < 8) return;
    const bytes = createByteReader(head);
    const type = bytes.text(0, 4);
    const length = bytes.u32le(4);
    const padded = length + (length % 2);
    left -= 8 + padded;
    if (type === 'VP8X' && length === 10) {
      const body = yield take(padded);
      body[0] = ((body[0] ?? 0) & ~(webpFlags.xmp | webpFlags.exif)) | (facts.orientation === 1 ? 0 : webpFlags.exif);
      yield emit(head, body);
    } else if (isKeptWebpChunk(type)) {
      yield emit(head);
      yield copy(padded);
    } else if (type === 'EXIF' && length <= maxExifBytes) {
      const body = createByteReader(yield take(padded));
      const start = body.text(0, 6) === 'Exif\0\0' ? 6 : 0;
      const orientation = orientationOf(body, start, Math.min(length, body.length));
      if (orientation === 1) continue;
      tellOrientation(orientation);
      const tiff = minimalTiff(orientation);
      yield emit(latin('EXIF'), u32le(tiff.length), tiff);
    } else yield skip(padded);
  }
}
