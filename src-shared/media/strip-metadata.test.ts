import { describe, expect, it } from 'vitest';
import { readImageHeader } from './image-header.ts';
import { imageTypeOf } from './sniff.ts';
import { createStripper, surveyWebp } from './strip-metadata.ts';
import {
  exifSegment,
  gif,
  gifApplication,
  gifComment,
  gifControl,
  gifFrame,
  join,
  jpeg,
  jpegFrame,
  jpegScan,
  jpegSegment,
  latin,
  png,
  pngChunk,
  tiff,
  u32be,
  vp8,
  vp8x,
  webp,
  webpChunk,
  webpFrame,
} from './testing/sample-images.ts';

/** @param pieceBytes in how large pieces the image comes. */
function strip(image: Uint8Array, pieceBytes = image.length): Uint8Array {
  const type = imageTypeOf(image);
  if (type === null) throw new Error('no image');
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < image.length; at += pieceBytes) pieces.push(image.slice(at, at + pieceBytes));
  const survey = surveyWebp();
  for (const piece of pieces) survey.push(piece);
  const stripper = createStripper(type, survey.end());
  return join(...pieces.flatMap((piece) => stripper.push(piece).map((part) => part.slice())), ...stripper.end());
}
const text = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

const secret = latin('Secret place 48.8584N');
const jfif = jpegSegment(0xe0, latin('JFIF\0\x01\x02\x01\0\x48\0\x48\0\0'));
const icc = jpegSegment(0xe2, latin('ICC_PROFILE\0\x01\x01colours'));
const adobe = jpegSegment(0xee, latin('Adobe\0\x64\0\0\0\0\x01'));
const secretSegments = [
  jpegSegment(0xe1, join(latin('http://ns.adobe.com/xap/1.0/\0'), secret)),
  jpegSegment(0xed, join(latin('Photoshop 3.0\0'), secret)),
  jpegSegment(0xe2, join(latin('MPF\0'), secret)),
  jpegSegment(0xe0, join(latin('JFXX\0'), secret)),
  jpegSegment(0xeb, join(latin('JP\0'), secret)),
  jpegSegment(0xfe, secret),
];
const turned = (orientation: number): Uint8Array =>
  jpegSegment(
    0xe1,
    latin(`Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0${String.fromCharCode(orientation)}\0\0\0\0\0\0`),
  );
const animation = pngChunk('acTL', [...u32be(2), ...u32be(0)]);
const loop = gifApplication('NETSCAPE2.0', latin('\x01\0\0'));

/** An image with everything, and what is to be left of it. */
const images: readonly (readonly [string, Uint8Array, Uint8Array])[] = [
  [
    'a JPEG of a camera',
    join(jpeg(64, 48, jfif, exifSegment(1), ...secretSegments, icc, adobe), secret),
    jpeg(64, 48, jfif, icc, adobe),
  ],
  ['a JPEG on its side', jpeg(64, 48, exifSegment(6), exifSegment(3), icc), jpeg(64, 48, turned(6), icc)],
  ['a JPEG on its side, written the other way', jpeg(64, 48, exifSegment(8, false)), jpeg(64, 48, turned(8))],
  [
    'a progressive JPEG with comments between its scans, restarts and fill',
    join(
      [0xff, 0xd8],
      jpegFrame(9, 9, 0xc2),
      jpegScan(),
      [0xff, 0xd3, 7, 0xff, 0xff],
      ...secretSegments,
      jpegScan(),
      [0xff, 0xd9],
    ),
    join([0xff, 0xd8], jpegFrame(9, 9, 0xc2), jpegScan(), [0xff, 0xd3, 7, 0xff, 0xff], jpegScan(), [0xff, 0xd9]),
  ],
  [
    'a JPEG with a small picture of itself',
    jpeg(64, 48, jpegSegment(0xe0, join(latin('JFIF\0\x01\x02\x01\0\x48\0\x48\x01\x02'), secret))),
    jpeg(64, 48, jfif),
  ],
  ['a JPEG that is cut off', jpeg(64, 48, exifSegment(1)).subarray(0, -50), jpeg(64, 48).subarray(0, -50)],
  ['a JPEG with rubbish between its parts', jpeg(64, 48, jfif, secret), jpeg(64, 48, jfif)],
  [
    'a PNG with texts',
    join(
      png(
        64,
        48,
        pngChunk('gAMA', u32be(45_455)),
        pngChunk('tEXt', secret),
        pngChunk('zTXt', secret),
        pngChunk('iTXt', secret),
        pngChunk('tIME', latin('1234567')),
        pngChunk('eXIf', tiff(1)),
        pngChunk('prVt', secret),
        animation,
      ),
      secret,
    ),
    png(64, 48, pngChunk('gAMA', u32be(45_455)), animation),
  ],
  [
    'a PNG on its side',
    png(64, 48, pngChunk('eXIf', tiff(6))),
    png(64, 48, pngChunk('eXIf', latin('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0'))),
  ],
  [
    'a GIF with comments',
    join(
      gif(
        64,
        48,
        gifComment('Secret'),
        loop,
        gifApplication('XMP DataXMP', secret),
        gifControl,
        gifFrame(64, 48),
        gifComment('x'.repeat(700)),
      ),
      secret,
    ),
    gif(64, 48, loop, gifControl, gifFrame(64, 48)),
  ],
  [
    'a WebP with everything',
    join(
      webp(
        vp8x(64, 48, 0x0e),
        webpFrame(64, 48),
        webpChunk('EXIF', tiff(1)),
        webpChunk('XMP ', secret),
        webpChunk('junk', secret),
      ),
      secret,
    ),
    webp(vp8x(64, 48, 0x02), webpFrame(64, 48)),
  ],
  [
    'a WebP on its side',
    webp(vp8x(64, 48, 0x0c), vp8(64, 48), webpChunk('XMP ', secret), webpChunk('EXIF', tiff(6))),
    webp(
      vp8x(64, 48, 0x08),
      vp8(64, 48),
      webpChunk('EXIF', latin('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0')),
    ),
  ],
  ['a WebP with nothing else', webp(vp8(64, 48)), webp(vp8(64, 48))],
];

describe('of an image nothing is left but the picture, bit for bit, its colours and how it is turned', () => {
  it.each(images)('%s', (_, image, expected) => {
    const stripped = strip(image);
    expect(text(stripped)).toBe(text(expected));
    expect(text(stripped)).not.toMatch(/Secret|48\.8584N|GPS/);
    expect(seen(stripped)).toEqual(seen(image));
  });

  it.each(images)('%s, in pieces of any size', (_, image, expected) => {
    for (const pieceBytes of [1, 2, 3, 7, 64, 255, 256, 1_000])
      expect(text(strip(image, pieceBytes)), String(pieceBytes)).toBe(text(expected));
  });

  it.each(images)('%s: once it is so, it stays so', (_, _image, expected) => {
    expect(text(strip(expected))).toBe(text(expected));
  });

  it.each(images)('%s, cut off anywhere, holds no more than the whole', (_, image, expected) => {
    for (let length = 30; length < image.length; length += 1) {
      const stripped = strip(image.subarray(0, length));
      expect(stripped.length, String(length)).toBeLessThanOrEqual(expected.length + 1);
      expect(text(stripped)).not.toMatch(/Secret|48\.8584N/);
    }
  });
});

/** What is seen of it. */
function seen(image: Uint8Array) {
  const header = readImageHeader(image);
  if (header === null || header === 'more') throw new Error('no header');
  const { type, width, height, isAnimated, drawnPixels } = header;
  return { type, width, height, isAnimated, drawnPixels };
}
