import {
  gif,
  gifComment,
  join,
  jpeg,
  jpegSegment,
  latin,
  png,
  pngChunk,
  vp8,
  vp8x,
  webp,
  webpChunk,
} from '../../src-shared/media/testing/sample-images.ts';
import type { ByteType, ImageType } from '../../src-shared/media/sniff.ts';

/** A file that is two things at once, for programs that look at other parts of it (safety T2). */
export type Polyglot = {
  readonly says: string;
  readonly bytes: Uint8Array;
  /** What it is here, and nothing else. */
  readonly type: ByteType;
  /** What must not be left in it where it is sent as an image. */
  readonly hidden: string | null;
};

const html = '<!doctype html><script>top.__pwned=1</script>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="top.__pwned=1"/>';
const zip = 'PK\x03\x04\x14\0META-INF/MANIFEST.MFpwned';
const pdf = '%PDF-1.7\n1 0 obj<</JS(app.alert("pwned"))>>';
const elf = '\x7fELF\x02\x01\x01pwned';
const shell = '\n#!/bin/sh\ntouch pwned\n';
const php = '<?php system("pwned"); ?>';
const script = '*/=1;top.__pwned=1;/*';

const plain: Readonly<Record<ImageType, Uint8Array>> = {
  png: png(64, 48),
  jpeg: jpeg(64, 48),
  gif: gif(64, 48),
  webp: webp(vp8(64, 48)),
};
const types: readonly ImageType[] = ['png', 'jpeg', 'gif', 'webp'];

const behind = types.flatMap((type) =>
  Object.entries({ zip, html, svg, pdf, elf, shell }).map(([says, tail]) => ({
    says: `${type} with ${says} behind it`,
    bytes: join(plain[type], latin(tail)),
    type,
    hidden: tail,
  })),
);

const within: Readonly<Record<ImageType, (text: string) => Uint8Array>> = {
  png: (text) => png(64, 48, pngChunk('tEXt', latin(`Comment\0${text}`))),
  jpeg: (text) => jpeg(64, 48, jpegSegment(0xfe, latin(text))),
  gif: (text) => gif(64, 48, gifComment(text)),
  webp: (text) => webp(vp8x(64, 48, 0x04), vp8(64, 48), webpChunk('XMP ', latin(text))),
};
const inside = types.flatMap((type) =>
  Object.entries({ html, svg, php, script }).map(([says, text]) => ({
    says: `${type} with ${says} in a comment`,
    bytes: within[type](text),
    type,
    hidden: text,
  })),
);

const fronts: readonly (readonly [says: string, front: string, type: ByteType])[] = [
  ['HTML', `${html}\n`, 'unknown'],
  ['a comment of HTML', '<!--', 'unknown'],
  ['MHTML', 'From: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n', 'unknown'],
  ['SVG', svg, 'unknown'],
  ['XBM', '#define x_width 9\n#define x_height 9\nstatic char x_bits[] = {0};\n', 'unknown'],
  ['PDF', pdf, 'pdf'],
  ['zip', zip, 'zip'],
  ['a program of Windows', 'MZ\x90\0', 'program'],
  ['a program of Linux', elf, 'program'],
  ['a space', ' ', 'unknown'],
];
const before = fronts.flatMap(([says, front, type]) =>
  (['png', 'jpeg'] as const).map((image) => ({
    says: `${image} with ${says} before it`,
    bytes: join(latin(front), plain[image]),
    type,
    hidden: null,
  })),
);

/** 60. */
export const polyglots: readonly Polyglot[] = [...behind, ...inside, ...before];
