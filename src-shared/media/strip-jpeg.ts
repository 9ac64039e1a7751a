import { createByteReader } from './byte-reader.ts';
import { minimalTiff, orientationOf } from './exif.ts';
import { isKeptJpegSegment, jpegMarkers } from './jpeg-markers.ts';
import { copy, emit, skip, take, type StripStep, type StripSteps } from './strip-steps.ts';

const exif = Uint8Array.from('Exif\0\0', (character) => character.charCodeAt(0));
/** Up to here a JFIF segment is the resolution; behind it is a small picture. */
const jfifBytes = 14;
const adobeBytes = 12;

/**
 * A JPEG without what programs wrote into it, picture and colours as they were (safety T11). How it is to be turned is
 * kept. What follows its end is left out: other pictures, films, place and time.
 */
export function* jpegSteps(): StripSteps {
  yield emit(yield take(2));
  let isTurnKept = false;
  for (;;) {
    // Decoders look for the next one, whatever stands before it.
    const marker = (yield { kind: 'find-marker' })[0];
    if (marker === undefined) return;
    if (jpegMarkers.isAlone(marker)) continue;
    if (marker === jpegMarkers.endOfImage) return void (yield emit([0xff, marker]));
    const size = yield take(2);
    const length = (size[0] ?? 0) * 256 + (size[1] ?? 0) - 2;
    // No decoder goes on here.
    if (length < 0) return;
    if (!jpegMarkers.isApplication(marker)) {
      if (!isKeptJpegSegment(marker, '')) yield skip(length);
      else {
        yield emit([0xff, marker], size);
        yield copy(length);
      }
      if (marker === jpegMarkers.startOfScan) yield { kind: 'copy-scan' };
      continue;
    }
    const body = yield take(length);
    if (body.length < length) return;
    const bytes = createByteReader(body);
    const head = bytes.text(0, 12);
    if (isKeptJpegSegment(marker, head)) yield application(marker, body);
    else if (marker === jpegMarkers.app1 && head.startsWith('Exif\0\0') && !isTurnKept) {
      const orientation = orientationOf(bytes, exif.length, body.length);
      isTurnKept = orientation !== 1;
      if (isTurnKept) yield segment(marker, exif, minimalTiff(orientation));
    }
  }
}

function application(marker: number, body: Uint8Array): StripStep {
  // The last two bytes say how large the small picture is that is left out.
  if (marker === jpegMarkers.app0 && body.length > jfifBytes)
    return segment(marker, body.subarray(0, jfifBytes - 2), Uint8Array.of(0, 0));
  return segment(marker, marker === jpegMarkers.app14 ? body.subarray(0, adobeBytes) : body);
}

function segment(marker: number, ...parts: readonly Uint8Array[]): StripStep {
  const length = parts.reduce((sum, part) => sum + part.length, 2);
  return emit([0xff, marker, length >> 8, length & 0xff], ...parts);
}
