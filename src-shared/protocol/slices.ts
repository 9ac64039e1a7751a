import { err, ok, type Result } from '../kernel/result.ts';

/**
 * File bytes on the wire: standard base64 in slices (protocol reading, "Files and images"). Written on plain arrays
 * of bytes, because this folder has no Buffer and a file must never become one string.
 */

/**
 * Bytes in one slice that we send: 48 KiB are 64 KiB of base64, the size of one fragment (safety F9), and a multiple
 * of 3, so that a server may decode slice by slice or join them first.
 */
export const sliceBytes = 48 * 1024;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const padding = 0x3d;
const invalid = 0xff;

const codeOfSextet = Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0));
const sextetOfCode = new Uint8Array(256).fill(invalid);
for (const [sextet, code] of codeOfSextet.entries()) sextetOfCode[code] = sextet;

const asciiDecoder = new TextDecoder('latin1');
const encoder = new TextEncoder();

/** Standard base64 of `bytes`, padded. Every slice of a file but its last takes exactly {@link sliceBytes}. */
export function encodeSlice(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3);
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let index = 0; index < whole; index += 3) {
    const bits = (bytes[index]! << 16) | (bytes[index + 1]! << 8) | bytes[index + 2]!;
    text[at] = codeOfSextet[bits >> 18]!;
    text[at + 1] = codeOfSextet[(bits >> 12) & 63]!;
    text[at + 2] = codeOfSextet[(bits >> 6) & 63]!;
    text[at + 3] = codeOfSextet[bits & 63]!;
    at += 4;
  }
  if (whole < bytes.length) {
    const bits = (bytes[whole]! << 16) | ((bytes[whole + 1] ?? 0) << 8);
    text[at] = codeOfSextet[bits >> 18]!;
    text[at + 1] = codeOfSextet[(bits >> 12) & 63]!;
    text[at + 2] = whole + 1 < bytes.length ? codeOfSextet[(bits >> 6) & 63]! : padding;
    text[at + 3] = padding;
  }
  return asciiDecoder.decode(text);
}

export type SliceDecoder = {
  /** The bytes that `slice` completes, possibly none. The result is the caller's. */
  readonly push: (slice: string | Uint8Array) => Result<Uint8Array, 'base64-invalid'>;
  /** The bytes that an unpadded end leaves. Fails where the text stops inside a byte, as one that was cut off mostly does. */
  readonly end: () => Result<Uint8Array, 'base64-invalid'>;
};

/**
 * Decodes the base64 of one file as it arrives: slices encoded one by one, or one text cut anywhere, even inside
 * its padding. Strict about the alphabet; after a failure every later call fails too.
 */
export function createSliceDecoder(): SliceDecoder {
  /** Sextets of the group of four that is not complete yet, and how many there are. */
  let pending = 0;
  let pendingCount = 0;
  /** Set between the two `=` of a group that has been cut there. */
  let awaitsPadding = false;
  let hasFailed = false;

  const fail = (): Result<Uint8Array, 'base64-invalid'> => {
    hasFailed = true;
    return err('base64-invalid');
  };

  const push: SliceDecoder['push'] = (slice) => {
    if (hasFailed) return fail();
    const text = typeof slice === 'string' ? encoder.encode(slice) : slice;
    const bytes = new Uint8Array(Math.ceil((text.length + pendingCount) / 4) * 3);
    let at = 0;
    let index = 0;
    while (index < text.length) {
      if (pendingCount === 0 && !awaitsPadding) {
        // The fast way: whole groups of four letters.
        for (; index + 4 <= text.length; index += 4) {
          const a = sextetOfCode[text[index]!]!;
          const b = sextetOfCode[text[index + 1]!]!;
          const c = sextetOfCode[text[index + 2]!]!;
          const d = sextetOfCode[text[index + 3]!]!;
          // A sextet has six bits: one of the four being `invalid` shows in the upper two.
          if ((a | b | c | d) > 63) break;
          bytes[at] = (a << 2) | (b >> 4);
          bytes[at + 1] = (b << 4) | (c >> 2);
          bytes[at + 2] = (c << 6) | d;
          at += 3;
        }
        if (index === text.length) break;
      }
      const code = text[index]!;
      index += 1;
      if (code === padding) {
        if (awaitsPadding) {
          awaitsPadding = false;
        } else if (pendingCount === 2) {
          bytes[at] = pending >> 4;
          at += 1;
          awaitsPadding = true;
        } else if (pendingCount === 3) {
          bytes[at] = pending >> 10;
          bytes[at + 1] = pending >> 2;
          at += 2;
        } else {
          return fail();
        }
        pending = 0;
        pendingCount = 0;
        continue;
      }
      const sextet = sextetOfCode[code]!;
      if (sextet === invalid || awaitsPadding) return fail();
      pending = (pending << 6) | sextet;
      pendingCount += 1;
      if (pendingCount === 4) {
        bytes[at] = pending >> 16;
        bytes[at + 1] = pending >> 8;
        bytes[at + 2] = pending;
        at += 3;
        pending = 0;
        pendingCount = 0;
      }
    }
    return ok(bytes.subarray(0, at));
  };

  const end: SliceDecoder['end'] = () => {
    if (hasFailed || awaitsPadding || pendingCount === 1) return fail();
    // Whoever encodes fills the last letter up with zeros.
    if (pendingCount === 2) return (pending & 15) === 0 ? ok(Uint8Array.of(pending >> 4)) : fail();
    if (pendingCount === 3)
      return (pending & 3) === 0 ? ok(Uint8Array.of(pending >> 10, (pending >> 2) & 255)) : fail();
    return ok(new Uint8Array());
  };

  return { push, end };
}
