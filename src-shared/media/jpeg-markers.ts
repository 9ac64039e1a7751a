/** The markers of a JPEG that matter here (ITU T.81 table B.1). */
export const jpegMarkers = {
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  comment: 0xfe,
  startOfScan: 0xda,
  endOfImage: 0xd9,
  /** It has no length and no body: the start of an image, restarts, and fill. */
  isAlone: (marker: number): boolean =>
    marker === 0 || marker === 0x01 || marker === 0xd8 || (marker >= 0xd0 && marker <= 0xd7),
  /** It says how large the image is. */
  isFrame: (marker: number): boolean =>
    marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc,
  /** Programs put what they like into these. */
  isApplication: (marker: number): boolean => marker >= 0xe0 && marker <= 0xef,
};

/**
 * Whether a segment says how the picture looks. All others of programs, and comments, are about other things: place,
 * camera, author, a small picture of what was cut away.
 * @param body its first 12 bytes, Latin-1.
 */
export function isKeptJpegSegment(marker: number, body: string): boolean {
  if (marker === jpegMarkers.app0) return body.startsWith('JFIF\0');
  if (marker === jpegMarkers.app2) return body.startsWith('ICC_PROFILE\0');
  if (marker === jpegMarkers.app14) return body.startsWith('Adobe');
  return marker !== jpegMarkers.comment && !jpegMarkers.isApplication(marker);
}
