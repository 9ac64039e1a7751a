import { describe, expect, it } from 'vitest';
import { imageVerdict, readImageHeader, type ImageHeader } from './image-header.ts';
import {
  exifSegment,
  gif,
  gifApplication,
  gifComment,
  gifFrame,
  gifHead,
  join,
  jpeg,
  jpegFrame,
  jpegScan,
  jpegSegment,
  latin,
  png,
  pngChunk,
  pngHead,
  tiff,
  u32be,
  vp8,
  vp8l,
  vp8x,
  webp,
  webpChunk,
  webpFrame,
} from './testing/sample-images.ts';

function header(bytes: Uint8Array): ImageHeader {
  const found = readImageHeader(bytes);
  if (found === null || found === 'more') throw new Error(`the header is ${String(found)}`);
  return found;
}
const animation = pngChunk('acTL', [...u32be(3), ...u32be(0)]);

describe('the header of an image says how large it is, whether it moves, and whether more is said in it', () => {
  it.each<[string, Uint8Array, Partial<ImageHeader>]>([
    ['a PNG', png(640, 480), { type: 'png', width: 640, height: 480, isAnimated: false, hasMetadata: false }],
    ['a PNG that moves', png(64, 48, animation), { isAnimated: true }],
    ['a PNG with one picture only', png(64, 48, pngChunk('acTL', [...u32be(1), ...u32be(0)])), { isAnimated: false }],
    ['a PNG with a text', png(64, 48, pngChunk('tEXt', latin('Author\0me'))), { hasMetadata: true }],
    ['a PNG with colours', png(64, 48, pngChunk('gAMA', u32be(45_455))), { hasMetadata: false }],
    ['a PNG on its side', png(640, 480, pngChunk('eXIf', tiff(6))), { width: 480, height: 640 }],
    ['a JPEG', jpeg(640, 480), { type: 'jpeg', width: 640, height: 480, isAnimated: false, hasMetadata: false }],
    ['a progressive JPEG', join([0xff, 0xd8], jpegFrame(7, 9, 0xc2), jpegScan()), { width: 7, height: 9 }],
    ['a JPEG from a camera', jpeg(640, 480, exifSegment(1)), { width: 640, height: 480, hasMetadata: true }],
    ['a JPEG on its side', jpeg(640, 480, exifSegment(6)), { width: 480, height: 640 }],
    ['a JPEG on its side, the other way', jpeg(640, 480, exifSegment(8, false)), { width: 480, height: 640 }],
    ['a JPEG upside down', jpeg(640, 480, exifSegment(3)), { width: 640, height: 480 }],
    ['a JPEG with a turn that there is not', jpeg(640, 480, exifSegment(9)), { width: 640, height: 480 }],
    ['a JPEG with fill between its parts', jpeg(64, 48, latin('\xff\xff\xff')), { width: 64, height: 48 }],
    [
      'a JPEG with rubbish between its parts',
      jpeg(64, 48, jpegSegment(0xe0, latin('JFIF\0')), latin('\0rubbish')),
      { width: 64, height: 48 },
    ],
    ['a JPEG with a comment', jpeg(64, 48, jpegSegment(0xfe, latin('me'))), { hasMetadata: true }],
    [
      'a JPEG with colours',
      jpeg(64, 48, jpegSegment(0xe0, latin('JFIF\0\x01\x02')), jpegSegment(0xe2, latin('ICC_PROFILE\0\x01\x01'))),
      { hasMetadata: false },
    ],
    ['a GIF', gif(640, 480), { type: 'gif', width: 640, height: 480, isAnimated: false, hasMetadata: false }],
    ['a GIF that moves', gif(64, 48, gifFrame(64, 48)), { isAnimated: true }],
    ['a GIF that is repeated', gif(64, 48, gifApplication('NETSCAPE2.0', latin('\x01\0\0'))), { isAnimated: true }],
    ['a GIF with a comment', gif(64, 48, gifComment('by me')), { hasMetadata: true }],
    ['a GIF with a description', gif(64, 48, gifApplication('XMP DataXMP', latin('<x>'))), { hasMetadata: true }],
    [
      'a GIF whose picture is larger than it',
      join(gifHead(10, 10), gifFrame(300, 200, 5, 6)),
      { width: 305, height: 206 },
    ],
    ['a WebP', webp(vp8(640, 480)), { type: 'webp', width: 640, height: 480, isAnimated: false }],
    ['a WebP without loss', webp(vp8l(16_383, 1_234)), { width: 16_383, height: 1_234 }],
    ['a WebP of one pixel', webp(vp8l(1, 1)), { width: 1, height: 1 }],
    ['a WebP with more', webp(vp8x(640, 480, 0x08), vp8(640, 480)), { width: 640, height: 480, hasMetadata: true }],
    [
      'a WebP that says it is on its side, which nobody heeds',
      webp(vp8x(64, 48, 8), vp8(64, 48), webpChunk('EXIF', tiff(6))),
      { width: 64 },
    ],
    ['a WebP that moves', webp(vp8x(64, 48, 0x02), webpFrame(64, 48)), { isAnimated: true, hasMetadata: false }],
  ])('%s', (_, bytes, expected) => {
    expect(header(bytes)).toMatchObject(expected);
  });
});

describe('what is no sound header is none', () => {
  it.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['a text', latin('hello')],
    ['SVG', latin('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')],
    ['XBM', latin('#define x_width 10\n#define x_height 10\nstatic char x_bits[] = {0x00};')],
    ['BMP', join(latin('BM'), u32be(100), u32be(0), [54, 0, 0, 0, 40, 0, 0, 0], new Uint8Array(40))],
    ['a PNG of no width', png(0, 10)],
    ['a PNG with a negative height', png(10, 0x8000_0000)],
    ['a PNG that begins with something else', join(latin('\x89PNG\r\n\x1a\n'), pngChunk('IDAT', new Uint8Array(40)))],
    ['a JPEG of no height', jpeg(10, 0)],
    ['a JPEG without a size', join([0xff, 0xd8], jpegScan())],
    ['a JPEG with an impossible part', join([0xff, 0xd8, 0xff, 0xe1, 0, 1], jpegFrame(1, 1))],
    ['a GIF of no size', join(gifHead(0, 0), [0x3b])],
    ['a WebP without a start code', webp(webpChunk('VP8 ', new Uint8Array(30)))],
    ['a WebP of an unknown kind', webp(webpChunk('VP9 ', new Uint8Array(30)))],
  ])('%s', (_, bytes) => {
    expect(readImageHeader(bytes)).toBe(null);
  });

  it('of a header that is cut off it says that there is more, wherever it is cut', () => {
    const camera = jpeg(640, 480, jpegSegment(0xe0, latin('JFIF\0\x01\x02')), exifSegment(6));
    const whole = camera.length - jpegScan().length - 2;
    for (let length = 3; length < camera.length; length += 1) {
      const found = readImageHeader(camera.subarray(0, length));
      expect(found === 'more', String(length)).toBe(length < whole - jpegFrame(1, 1).length + 9);
    }
    for (const bytes of [pngHead(1, 1), webp(vp8(1, 1)).subarray(0, 30)])
      expect(readImageHeader(bytes.subarray(0, -1))).toBe('more');
  });
});

it('nothing beyond the bytes is looked at', () => {
  for (const sample of [
    png(64, 48, animation),
    jpeg(64, 48, exifSegment(6)),
    gif(64, 48),
    webp(vp8x(6, 4, 2), webpFrame(6, 4)),
  ])
    for (let length = 0; length <= sample.length; length += 1) {
      const outcomes = [0, 0xff].map((poison) => {
        const memory = new Uint8Array(sample.length + 200).fill(poison);
        memory.set(sample.subarray(0, length), 50);
        return readImageHeader(memory.subarray(50, 50 + length));
      });
      expect(outcomes[0]).toEqual(outcomes[1]);
    }
});

describe('what may be decoded', () => {
  const verdict = (bytes: Uint8Array, encodedBytes = bytes.length) => imageVerdict(header(bytes), encodedBytes);

  it.each<[string, Uint8Array, 'inline' | 'large' | 'refused']>([
    ['a photograph', jpeg(4_032, 3_024), 'inline'],
    ['the largest that is shown where it stands', jpeg(4_096, 4_096), 'inline'],
    ['a wide one', jpeg(8_000, 3_000), 'large'],
    ['50 million pixels', png(10_000, 5_000), 'large'],
    ['a pixel column more', png(10_001, 5_000), 'refused'],
    ['a side of 16,384', png(16_384, 100), 'large'],
    ['a side of one more', png(100, 16_385), 'refused'],
    ['64K × 64K', png(65_536, 65_536), 'refused'],
    ['the largest that a PNG can say', png(0x7fff_ffff, 0x7fff_ffff), 'refused'],
    ['a GIF with a picture of 64K × 64K on a small screen', join(gifHead(10, 10), gifFrame(65_535, 65_535)), 'refused'],
    [
      'a GIF of 150 full pictures',
      gif(4_000, 4_000, ...Array.from({ length: 150 }, () => gifFrame(4_000, 4_000))),
      'refused',
    ],
    ['a GIF of 150 small pictures', gif(400, 400, ...Array.from({ length: 150 }, () => gifFrame(400, 400))), 'inline'],
    [
      'a WebP of 100 full pictures',
      webp(vp8x(4_000, 4_000, 2), ...Array.from({ length: 100 }, () => webpFrame(4_000, 4_000))),
      'refused',
    ],
    ['a WebP of 16 million by 16 million', webp(vp8x(2 ** 24, 2 ** 24, 0), vp8(10, 10)), 'refused'],
  ])('%s', (_, bytes, expected) => {
    expect(verdict(bytes)).toBe(expected);
  });

  it('not more than 20 MB of it', () => {
    expect(verdict(png(100, 100), 20_000_000)).toBe('inline');
    expect(verdict(png(100, 100), 20_000_001)).toBe('refused');
  });
});
