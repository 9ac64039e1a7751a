import { expect, it } from 'vitest';
import { mayHoldPlace } from './hidden-data.ts';
import { join, jpeg, latin, u32le } from './testing/sample-images.ts';

it.each<[string, Uint8Array]>([
  ['a photo of an iPhone', latin('\0\0\0\x24ftypheic\0\0\0\0mif1heic')],
  ['another HEIF', latin('\0\0\0\x24ftypheim\0\0\0\0')],
  ['an AVIF', latin('\0\0\0\x1cftypavif')],
  ['a TIFF, as many raw photos are', latin('II*\0\x08\0\0\0')],
  ['a TIFF of the other order', latin('MM\0*\0\0\0\x08')],
  ['a large TIFF', latin('II+\0\x08\0\0\0')],
  ['a raw photo of Canon', latin('\0\0\0\x18ftypcrx \0\0\0\x01')],
  ['an older one', latin('II\x1a\0\0\0HEAPCCDR')],
  ['one of Olympus', latin('IIRO\x08\0\0\0')],
  ['one of Panasonic', latin('IIU\0\x08\0\0\0')],
  ['one of Fujifilm', latin('FUJIFILMCCD-RAW 0201')],
  ['one of Sigma', latin('FOVb\0\0\x02\0')],
  ['one of Minolta', latin('\0MRM\0\0\0\0')],
  ['a JPEG XL', latin('\0\0\0\x0cJXL \r\n\x87\n')],
  ['a JPEG XL without a box', latin('\xff\x0a\xfa\x1f')],
  ['a JPEG 2000', latin('\0\0\0\x0cjP  \r\n\x87\n')],
  ['a picture of Photoshop', latin('8BPS\0\x01')],
  ['a JPEG that could not be read', jpeg(1, 1).subarray(0, 20)],
  ['a video of a phone', latin('\0\0\0\x14ftypqt  ')],
])('%s may say where it was taken', (_, bytes) => {
  expect(mayHoldPlace(bytes)).toBe(true);
});

it.each<[string, Uint8Array]>([
  ['a bitmap', join(latin('BM'), u32le(100), u32le(0), u32le(54), u32le(40))],
  ['an icon', latin('\0\0\x01\0\x01\0')],
  ['a text', latin('hello')],
  ['a PDF', latin('%PDF-1.7')],
  ['a sound', latin('\0\0\0\x1cftypM4A ')],
  ['nothing', new Uint8Array()],
])('%s does not', (_, bytes) => {
  expect(mayHoldPlace(bytes)).toBe(false);
});
