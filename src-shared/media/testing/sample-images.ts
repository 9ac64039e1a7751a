import { crc32 } from '../crc32.ts';

/** Images put together part by part, for tests: their headers and parts are real, their pixels are not. */

export const latin = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

export function join(...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

const u16be = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
export const u32be = (value: number): number[] => [...u16be(Math.floor(value / 65_536)), ...u16be(value & 0xffff)];
const u16le = (value: number): number[] => u16be(value).toReversed();
export const u32le = (value: number): number[] => u32be(value).toReversed();
const u24le = (value: number): number[] => u32le(value).slice(0, 3);

/** Bytes as a coder makes them: every value, also those that look like markers. Stuffed as in a JPEG where asked. */
function scanData(length: number, isStuffed: boolean): Uint8Array {
  const data: number[] = [];
  for (let i = 0; data.length < length; i += 1) {
    const byte = (i * 167 + (i >> 3)) & 0xff;
    data.push(byte);
    if (isStuffed && byte === 0xff) data.push(0);
  }
  return Uint8Array.from(data);
}

export function pngChunk(type: string, data: Uint8Array | readonly number[] = []): Uint8Array {
  const body = join(latin(type), data);
  return join(u32be(data.length), body, u32be(crc32(body)));
}
export const pngHead = (width: number, height: number): Uint8Array =>
  join(latin('\x89PNG\r\n\x1a\n'), pngChunk('IHDR', [...u32be(width), ...u32be(height), 8, 6, 0, 0, 0]));
export function png(width: number, height: number, ...between: readonly Uint8Array[]): Uint8Array {
  return join(pngHead(width, height), ...between, pngChunk('IDAT', scanData(300, false)), pngChunk('IEND'));
}

export function jpegSegment(marker: number, data: Uint8Array | readonly number[]): Uint8Array {
  return join([0xff, marker], u16be(data.length + 2), data);
}
export const jpegFrame = (width: number, height: number, marker = 0xc0): Uint8Array =>
  jpegSegment(marker, [8, ...u16be(height), ...u16be(width), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1]);
export const jpegScan = (length = 300): Uint8Array =>
  join(jpegSegment(0xda, [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0]), scanData(length, true));
export function jpeg(width: number, height: number, ...between: readonly Uint8Array[]): Uint8Array {
  return join([0xff, 0xd8], ...between, jpegFrame(width, height), jpegScan(), [0xff, 0xd9]);
}

type TiffEntry = readonly [tag: number, type: number, count: number, value: readonly number[]];
/** A TIFF structure as cameras write it: a turn, the camera's name, and where it was. */
export function tiff(orientation: number, isLittle = true): Uint8Array {
  const u16 = isLittle ? u16le : u16be;
  const u32 = isLittle ? u32le : u32be;
  const make = latin('SecretMake\0');
  const model = latin('SecretModel\0');
  const place = latin('GPS48.8584N');
  const listEnd = 8 + 2 + 4 * 12 + 4;
  const entries: readonly TiffEntry[] = [
    [0x010f, 2, make.length, u32(listEnd)],
    [0x0110, 2, model.length, u32(listEnd + make.length)],
    [0x0112, 3, 1, [...u16(orientation), 0, 0]],
    [0x8825, 4, 1, u32(listEnd + make.length + model.length)],
  ];
  return join(
    latin(isLittle ? 'II' : 'MM'),
    u16(42),
    u32(8),
    u16(entries.length),
    ...entries.map(([tag, type, count, value]) => [...u16(tag), ...u16(type), ...u32(count), ...value]),
    u32(0),
    make,
    model,
    place,
  );
}
export const exifSegment = (orientation: number, isLittle = true): Uint8Array =>
  jpegSegment(0xe1, join(latin('Exif\0\0'), tiff(orientation, isLittle)));

const subBlocks = (data: Uint8Array): Uint8Array => {
  const parts: number[] = [];
  for (let at = 0; at < data.length; at += 255) {
    const part = data.subarray(at, at + 255);
    parts.push(part.length, ...part);
  }
  return Uint8Array.from([...parts, 0]);
};
export const gifHead = (width: number, height: number): Uint8Array =>
  join(latin('GIF89a'), u16le(width), u16le(height), [0x80, 0, 0, 0, 0, 0, 255, 255, 255]);
export const gifFrame = (width: number, height: number, left = 0, top = 0): Uint8Array =>
  join([0x2c], u16le(left), u16le(top), u16le(width), u16le(height), [0, 2], subBlocks(scanData(300, false)));
export const gifApplication = (name: string, data: Uint8Array): Uint8Array =>
  join([0x21, 0xff, 11], latin(name), subBlocks(data));
export const gifComment = (text: string): Uint8Array => join([0x21, 0xfe], subBlocks(latin(text)));
export const gifControl = join([0x21, 0xf9, 4, 0, 10, 0, 0, 0]);
export function gif(width: number, height: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return join(gifHead(width, height), ...parts, gifFrame(width, height), [0x3b]);
}

export const webpChunk = (type: string, data: Uint8Array | readonly number[]): Uint8Array =>
  join(latin(type), u32le(data.length), data, data.length % 2 === 1 ? [0] : []);
export const webp = (...chunks: readonly Uint8Array[]): Uint8Array => {
  const body = join(latin('WEBP'), ...chunks);
  return join(latin('RIFF'), u32le(body.length), body);
};
export const vp8x = (width: number, height: number, flags: number): Uint8Array =>
  webpChunk('VP8X', [flags, 0, 0, 0, ...u24le(width - 1), ...u24le(height - 1)]);
export const vp8 = (width: number, height: number): Uint8Array =>
  webpChunk('VP8 ', join([0x10, 0, 0, 0x9d, 0x01, 0x2a], u16le(width), u16le(height), scanData(201, false)));
export function vp8l(width: number, height: number): Uint8Array {
  const size = (width - 1) | ((height - 1) << 14);
  return webpChunk('VP8L', join([0x2f], u32le(size >>> 0), scanData(200, false)));
}
export const webpFrame = (width: number, height: number): Uint8Array =>
  webpChunk('ANMF', join([0, 0, 0, 0, 0, 0], u24le(width - 1), u24le(height - 1), [0, 0, 0, 0], vp8(width, height)));
