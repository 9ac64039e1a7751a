/** Which parts of an image say how it looks. All others are taken out before it is sent (safety T11). */

/** Chunks that every decoder must understand begin with a capital; of the others, those about colour and animation. */
const pngChunks = new Set(
  'tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI mDCv cLLi sBIT bKGD hIST pHYs sPLT acTL fcTL fdAT'.split(' '),
);

export function isKeptPngChunk(type: string): boolean {
  return /^[A-Z]/.test(type) || pngChunks.has(type);
}

/** How often an animation is repeated, and colours. @param name identifier and code, 11 bytes. */
export function isKeptGifApplication(name: string): boolean {
  return name === 'NETSCAPE2.0' || name === 'ANIMEXTS1.0' || name === 'ICCRGBG1012';
}

export const webpFlags = { animation: 0x02, xmp: 0x04, exif: 0x08 } as const;

const webpChunks = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

export function isKeptWebpChunk(type: string): boolean {
  return webpChunks.has(type);
}
