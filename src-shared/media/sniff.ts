import { createByteReader } from './byte-reader.ts';

/** What is shown as an image. Everything else is a file, SVG too: it can hold programs (safety T2). */
export type ImageType = 'png' | 'jpeg' | 'gif' | 'webp';

/**
 * What bytes are, as far as it matters here: to choose an icon, and to know what must not be opened. `markup` is HTML,
 * SVG and XML; `shortcut` points to something that is then opened; `program` runs.
 */
export type ByteType =
  | ImageType
  | 'other-image'
  | 'pdf'
  | 'zip'
  | 'archive'
  | 'office'
  | 'audio'
  | 'video'
  | 'program'
  | 'script'
  | 'shortcut'
  | 'disk'
  | 'markup'
  | 'text'
  | 'unknown';

export const imageMimes: Readonly<Record<ImageType, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

/** As many bytes are looked at; the type of what is longer is told by them. */
export const sniffedBytes = 64 * 1024;

/** Longest first where one begins like another. `at` is where it stands. */
const signatures: readonly { readonly type: ByteType; readonly magic: string; readonly at?: number }[] = [
  { type: 'png', magic: '\x89PNG\r\n\x1a\n' },
  { type: 'jpeg', magic: '\xff\xd8\xff' },
  { type: 'gif', magic: 'GIF87a' },
  { type: 'gif', magic: 'GIF89a' },
  { type: 'other-image', magic: 'II*\0' },
  { type: 'other-image', magic: 'MM\0*' },
  { type: 'other-image', magic: '\0\0\x01\0' },
  { type: 'other-image', magic: '\0\0\x02\0' },
  { type: 'other-image', magic: '8BPS' },
  { type: 'other-image', magic: '\0\0\0\x0cJXL \r\n\x87\n' },
  { type: 'other-image', magic: '\xff\x0a' },
  { type: 'other-image', magic: '\0\0\0\x0cjP  \r\n\x87\n' },
  // Raw photographs, and TIFF of more than 4 GB.
  { type: 'other-image', magic: 'II+\0' },
  { type: 'other-image', magic: 'MM\0+' },
  { type: 'other-image', magic: 'II\x1a\0\0\0HEAPCCDR' },
  { type: 'other-image', magic: 'IIRO\x08\0' },
  { type: 'other-image', magic: 'IIRS\x08\0' },
  { type: 'other-image', magic: 'MMOR\0\0' },
  { type: 'other-image', magic: 'IIU\0' },
  { type: 'other-image', magic: 'FUJIFILMCCD-RAW' },
  { type: 'other-image', magic: 'FOVb' },
  { type: 'other-image', magic: '\0MRM' },
  { type: 'pdf', magic: '%PDF-' },
  { type: 'zip', magic: 'PK\x03\x04' },
  { type: 'zip', magic: 'PK\x05\x06' },
  { type: 'zip', magic: 'PK\x07\x08' },
  { type: 'archive', magic: 'Rar!\x1a\x07' },
  { type: 'archive', magic: "7z\xbc\xaf'\x1c" },
  { type: 'archive', magic: '\x1f\x8b' },
  { type: 'archive', magic: 'BZh' },
  { type: 'archive', magic: '\xfd7zXZ\0' },
  { type: 'archive', magic: '(\xb5/\xfd' },
  { type: 'archive', magic: 'ustar', at: 257 },
  { type: 'program', magic: 'MSCF' },
  { type: 'program', magic: '!<arch>\ndebian' },
  { type: 'program', magic: '\xed\xab\xee\xdb' },
  { type: 'program', magic: 'xar!' },
  { type: 'program', magic: 'MZ' },
  { type: 'program', magic: 'ZM' },
  { type: 'program', magic: '\x7fELF' },
  { type: 'program', magic: '\xfe\xed\xfa\xce' },
  { type: 'program', magic: '\xfe\xed\xfa\xcf' },
  { type: 'program', magic: '\xce\xfa\xed\xfe' },
  { type: 'program', magic: '\xcf\xfa\xed\xfe' },
  // Programs for several processors, and Java's classes.
  { type: 'program', magic: '\xca\xfe\xba\xbe' },
  { type: 'program', magic: '\xca\xfe\xba\xbf' },
  { type: 'program', magic: '\xbe\xba\xfe\xca' },
  { type: 'program', magic: '\0asm' },
  { type: 'program', magic: 'dex\n' },
  // Compiled help of Windows.
  { type: 'program', magic: 'ITSF' },
  { type: 'disk', magic: 'CD001', at: 0x8001 },
  { type: 'disk', magic: 'vhdxfile' },
  { type: 'disk', magic: 'conectix' },
  { type: 'disk', magic: 'KDMV' },
  { type: 'disk', magic: 'QFI\xfb' },
  { type: 'shortcut', magic: 'L\0\0\0\x01\x14\x02\0' },
  // Old Office, but also installers.
  { type: 'office', magic: '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' },
  { type: 'office', magic: '{\\rt' },
  { type: 'audio', magic: 'ID3' },
  { type: 'audio', magic: 'fLaC' },
  { type: 'audio', magic: 'OggS' },
  { type: 'audio', magic: 'MThd' },
  { type: 'video', magic: '\x1aE\xdf\xa3' },
  { type: 'video', magic: 'FLV\x01' },
];

const riffForms: Readonly<Record<string, ByteType>> = { WEBP: 'webp', WAVE: 'audio', 'AVI ': 'video' };
const stillBrands = /^(?:avif|avis|hei[cmsx]|hev[cmsx]|mif[12]|msf1|miaf|crx )/;
/** The second byte of MPEG sound of layers 2 and 3 and of AAC, without tags. */
const untaggedSound = [0xf1, 0xf2, 0xf3, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd];
const soundBrands = /^(?:M4A|M4B|M4P)/;

/** What these bytes are, told by themselves alone, never by a name (safety T2). Total; looks at the first 64 KiB. */
export function sniffBytes(bytes: Uint8Array): ByteType {
  const head = createByteReader(bytes.subarray(0, sniffedBytes));
  const found = signatures.find(({ magic, at = 0 }) => head.text(at, magic.length) === magic);
  if (found !== undefined) return found.type;
  if (head.text(0, 4) === 'RIFF') return riffForms[head.text(8, 4)] ?? 'unknown';
  if (head.text(4, 4) === 'ftyp') {
    const brand = head.text(8, 4);
    return stillBrands.test(brand) ? 'other-image' : soundBrands.test(brand) ? 'audio' : 'video';
  }
  if (head.text(0, 2) === 'BM' && head.u32le(6) === 0 && [12, 40, 52, 56, 64, 108, 124].includes(head.u32le(14)))
    return 'other-image';
  if (head.u8(0) === 0xff && untaggedSound.includes(head.u8(1))) return 'audio';
  return typeOfText(bytes.subarray(0, sniffedBytes));
}

/** Which image these bytes are; null for everything else. */
export function imageTypeOf(bytes: Uint8Array): ImageType | null {
  const type = sniffBytes(bytes);
  return type in imageMimes ? (type as ImageType) : null;
}

/** Control characters that no text has, but for those that end lines, indent, ring, clear the page or escape. */
// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unlikely = /[\u0000-\u0006\u000e-\u001a\u001c-\u001f\u007f]/;

function typeOfText(bytes: Uint8Array): ByteType {
  const text = decodeText(bytes);
  if (text === null || text === '' || unlikely.test(text)) return 'unknown';
  const start = text.trimStart().slice(0, 1_024).toLowerCase();
  if (start.startsWith('#!') || /^@echo\b/.test(start)) return 'script';
  if (/^\[(?:desktop entry|internetshortcut|shell|autorun|{000214a0)/.test(start) || /^\[desktop entry\]/m.test(start))
    return 'shortcut';
  // A comment or two may come first.
  if (/^(?:<!--[^]*?-->\s*)*<(?:[!?]|\/?[a-z])/.test(start)) return 'markup';
  return 'text';
}

/** Of UTF-8 or, marked so, UTF-16. Null where it is neither. The last character may be cut off. */
function decodeText(bytes: Uint8Array): string | null {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const label = isLittle ? 'utf-16le' : isBig ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
