import { describe, expect, it } from 'vitest';
import { imageTypeOf, sniffBytes, type ByteType } from './sniff.ts';
import { gif, jpeg, join, latin, png, u32le, vp8, webp } from './testing/sample-images.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string): Uint8Array =>
  join(
    [0xff, 0xfe],
    ...Array.from(text, (character) => [character.charCodeAt(0) & 0xff, character.charCodeAt(0) >> 8]),
  );

describe('bytes are', () => {
  it.each<[ByteType, string, Uint8Array]>([
    ['png', 'a PNG', png(1, 1)],
    ['jpeg', 'a JPEG', jpeg(1, 1)],
    ['gif', 'a GIF', gif(1, 1)],
    ['gif', 'an old GIF', latin('GIF87a')],
    ['webp', 'a WebP', webp(vp8(1, 1))],
    ['unknown', 'a RIFF of another form', latin('RIFF\x04\0\0\0ABCD')],
    ['other-image', 'a BMP', join(latin('BM'), u32le(100), u32le(0), u32le(54), u32le(40))],
    ['other-image', 'a TIFF', latin('II*\0')],
    ['other-image', 'an AVIF', latin('\0\0\0\x1cftypavif')],
    ['pdf', 'a PDF', latin('%PDF-1.7')],
    ['zip', 'a zip', latin('PK\x03\x04')],
    ['archive', 'a tar', join(latin('x'.repeat(257)), latin('ustar\0'))],
    ['audio', 'MP3 without tags', Uint8Array.of(0xff, 0xfb, 0x90, 0x64)],
    ['audio', 'an M4A', latin('\0\0\0\x1cftypM4A ')],
    ['video', 'an MP4', latin('\0\0\0\x1cftypisom')],
    ['program', 'a program of Windows', latin('MZ\x90\0')],
    ['program', 'a program of Linux', latin('\x7fELF\x02')],
    ['program', 'a program of a Mac', latin('\xcf\xfa\xed\xfe')],
    ['script', 'a script', utf8('#!/bin/sh\nrm -rf ~')],
    ['script', 'a script behind a mark', join([0xef, 0xbb, 0xbf], utf8('#!/bin/sh'))],
    ['script', 'a batch file', utf8('\r\n@ECHO OFF\r\n')],
    ['shortcut', 'a link of Windows', join(latin('L\0\0\0\x01\x14\x02\0'), new Uint8Array(60))],
    ['shortcut', 'an address of Windows', utf8('[InternetShortcut]\r\nURL=file://x')],
    ['shortcut', 'an entry of a desktop', utf8('# hello\n[Desktop Entry]\nExec=x')],
    ['disk', 'a disc', join(new Uint8Array(0x8001), latin('CD001'))],
    ['markup', 'HTML', utf8('<!DOCTYPE html><p>')],
    ['markup', 'HTML in UTF-16', utf16('<script>')],
    ['markup', 'SVG', utf8('\n <svg onload="x"/>')],
    ['markup', 'SVG behind a comment', utf8('<!-- hi -->\n<svg/>')],
    ['text', 'a text', utf8('hello, 你好 🙂')],
    ['text', 'a text with a smaller sign', utf8('<3 <- this')],
    ['text', 'a text in UTF-16', utf16('hello')],
    ['text', 'a text that begins nearly as a raw photograph', utf8('MMORPG, a guide')],
    ['other-image', 'a raw photograph', latin('MMOR\0\0\0\x08')],
    ['text', 'XBM, which is the text of a program', utf8('#define x_width 10')],
    ['unknown', 'nothing', new Uint8Array()],
    ['unknown', 'zeros', new Uint8Array(100)],
    ['unknown', 'a text with a zero', utf8('hel\0lo')],
    ['unknown', 'Latin-1', latin('caf\xe9 au lait')],
  ])('%s: %s', (type, _, bytes) => {
    expect(sniffBytes(bytes)).toBe(type);
  });
});

it('a character cut off where the looking ends spoils no text', () => {
  const text = utf8('a'.repeat(64 * 1024 - 1) + '你好');
  expect(sniffBytes(text)).toBe('text');
  expect(sniffBytes(text.subarray(0, -1))).toBe('text');
});

it('only four kinds are images', () => {
  expect([png(1, 1), jpeg(1, 1), gif(1, 1), webp(vp8(1, 1))].map(imageTypeOf)).toEqual(['png', 'jpeg', 'gif', 'webp']);
  for (const other of [latin('II*\0'), utf8('<svg/>'), latin('%PDF-'), new Uint8Array()])
    expect(imageTypeOf(other)).toBe(null);
  const whole = png(1, 1);
  for (let length = 0; length < 8; length += 1) expect(imageTypeOf(whole.subarray(0, length))).toBe(null);
});
