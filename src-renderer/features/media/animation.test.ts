import { expect, it } from 'vitest';
import { looksAnimated } from './animation.ts';

const latin = (text: string): number[] => Array.from(text, (character) => character.charCodeAt(0));
const webp = (flags: number): Uint8Array =>
  Uint8Array.from([...latin('RIFF'), 0, 0, 0, 0, ...latin('WEBPVP8X'), 10, 0, 0, 0, flags, 0, 0, 0]);
const gif = (...blocks: number[]): Uint8Array =>
  Uint8Array.from([...latin('GIF89a'), 1, 0, 1, 0, 0x80, 0, 0, 9, 9, 9, 9, 9, 9, ...blocks]);
const loop = [0x21, 0xff, 11, ...latin('NETSCAPE2.0'), 3, 1, 0, 0, 0];

it.each([
  ['a WebP with the flag', webp(0x12), true],
  ['a WebP without it', webp(0x10), false],
  ['a GIF that loops', gif(...loop), true],
  ['a GIF with one picture', gif(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0), false],
  ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0]), false],
  ['nothing', new Uint8Array(), false],
])('%s', (_, bytes, isAnimated) => {
  expect(looksAnimated(bytes)).toBe(isAnimated);
});
