import { describe, expect, it } from 'vitest';
import { isWholeImage } from './is-whole-image.ts';
import { gif, jpeg, jpegSegment, join, latin, png, pngChunk, vp8, webp } from './testing/sample-images.ts';

const thumbnail = jpegSegment(0xe1, join(latin('Exif\0\0'), [0xff, 0xd8, 0xff, 0xd9]));
const images: readonly (readonly [string, Uint8Array])[] = [
  ['PNG', png(4, 3, pngChunk('tEXt', latin('a\0b')))],
  ['JPEG', jpeg(4, 3, thumbnail)],
  ['GIF', gif(4, 3)],
  ['WebP', webp(vp8(4, 3))],
];

describe.each(images)('a %s', (name, image) => {
  it('that is there to its end is whole, whatever comes behind it', () => {
    expect(isWholeImage(image)).toBe(true);
    expect(isWholeImage(join(image, latin('more')))).toBe(true);
  });

  it('that was cut off anywhere behind its header is not', () => {
    // Without its last byte nothing is missing from a GIF.
    const last = name === 'GIF' ? image.length - 2 : image.length - 1;
    for (let length = 40; length <= last; length += 1)
      expect(isWholeImage(image.subarray(0, length)), `${length} of ${image.length}`).toBe(false);
  });

  it('the end of which is nothing but zeros is not', () => {
    if (name === 'WebP' || name === 'GIF') return;
    expect(isWholeImage(image.map((byte, at) => (at < image.length - 40 ? byte : 0)))).toBe(false);
  });
});

it('a PNG is not whole where a byte of its picture changed; of its words it may', () => {
  const image = png(4, 3, pngChunk('tEXt', latin('a\0b')));
  const changed = (text: string): Uint8Array => {
    const at = String.fromCharCode(...image).indexOf(text) + 5;
    return image.map((byte, position) => (position === at ? byte ^ 1 : byte));
  };
  expect(isWholeImage(changed('IDAT'))).toBe(false);
  expect(isWholeImage(changed('tEXt'))).toBe(true);
});

it('a JPEG may have fill bytes and restarts in its scans', () => {
  const image = jpeg(4, 3);
  const end = image.length - 2;
  expect(isWholeImage(join(image.subarray(0, end), [0xff, 0xd0, 1, 2, 0xff, 0xff], image.subarray(end + 1)))).toBe(
    true,
  );
});
