/** Looks at bytes without ever reading past them: what is not there is 0, and whether it is there can be asked. */
export type ByteReader = {
  readonly length: number;
  readonly has: (end: number) => boolean;
  readonly u8: (at: number) => number;
  readonly u16be: (at: number) => number;
  readonly u16le: (at: number) => number;
  readonly u24le: (at: number) => number;
  readonly u32be: (at: number) => number;
  readonly u32le: (at: number) => number;
  /** Latin-1. */
  readonly text: (start: number, length: number) => string;
};

export function createByteReader(bytes: Uint8Array): ByteReader {
  const u8 = (at: number): number => bytes[at] ?? 0;
  const u16be = (at: number): number => u8(at) * 256 + u8(at + 1);
  const u16le = (at: number): number => u8(at) + u8(at + 1) * 256;
  return {
    length: bytes.length,
    has: (end) => end <= bytes.length,
    u8,
    u16be,
    u16le,
    u24le: (at) => u16le(at) + u8(at + 2) * 65_536,
    u32be: (at) => u16be(at) * 65_536 + u16be(at + 2),
    u32le: (at) => u16le(at) + u16le(at + 2) * 65_536,
    text: (start, length) => String.fromCharCode(...bytes.subarray(start, start + length)),
  };
}
