import { imageHeaderBytes, readImageHeader, type ImageHeader } from '../../src-shared/media/image-header.ts';
import { createStripper } from '../../src-shared/media/strip-metadata.ts';

/** What cameras write before the size of a photograph: maps of depth, whole other pictures. */
const maxSkippedBytes = 16 * 2 ** 20;
const pieceBytes = 64 * 1024;

/**
 * The header of an image, wherever its bytes are; null for anything else. A photograph with megabytes of other things
 * before its size is a photograph too, and must lose them before it is sent.
 * @param readAt as many bytes as there are, from a position.
 * @throws what reading throws.
 */
export async function headerOf(
  sizeBytes: number,
  readAt: (start: number, length: number) => Promise<Uint8Array>,
): Promise<ImageHeader | null> {
  const head = await readAt(0, Math.min(imageHeaderBytes, sizeBytes));
  const header = readImageHeader(head);
  if (header !== 'more') return header;
  // Only a JPEG can have more before its size than these bytes hold.
  const stripper = createStripper('jpeg');
  let kept: Uint8Array = new Uint8Array();
  const end = Math.min(sizeBytes, maxSkippedBytes);
  for (let start = 0; start < end && kept.length < imageHeaderBytes * 4; start += pieceBytes) {
    const piece = await readAt(start, Math.min(pieceBytes, end - start));
    kept = Buffer.concat([kept, ...stripper.push(piece)]);
    const found = readImageHeader(kept);
    if (found === null) return null;
    if (found !== 'more') return { ...found, hasMetadata: true };
  }
  return null;
}
