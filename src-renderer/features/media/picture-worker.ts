import { readImageHeader, type ImageHeader } from '../../../src-shared/media/image-header.ts';
import { imageMimes } from '../../../src-shared/media/sniff.ts';
import { thumbSizeOf } from '../../../src-shared/media/thumb-size.ts';
import { decodedSizeOf } from './picture-size.ts';
import type { PictureReply, PictureRequest } from './picture-work.ts';

/** Draws pictures away from the page. It has no document, no bridge, and only addresses that main serves (safety T3). */

const thumbQuality = 0.8;

/** One for all pictures, which come one after the other: pixels that are let go are there until garbage is collected. */
const canvas = new OffscreenCanvas(1, 1);
/** What is drawn is read back at once, so it is drawn where it is read. */
const context = canvas.getContext('2d', { willReadFrequently: true });

const answer = (reply: PictureReply, transfer: Transferable[]): void => self.postMessage(reply, { transfer });

self.addEventListener('message', ({ data: request }: MessageEvent<PictureRequest>) => {
  void make(request).then(
    (picture) => answer({ id: request.id, picture }, picture === null ? [] : [picture.bytes.buffer]),
    () => answer({ id: request.id, picture: null }, []),
  );
});

async function make({ job, url }: PictureRequest): Promise<PictureReply['picture']> {
  const response = await fetch(url);
  if (!response.ok) return null;
  // No blob: main would have to keep its bytes.
  const bytes = new Uint8Array(await response.arrayBuffer());
  const header = readImageHeader(bytes);
  if (header === null || header === 'more') return null;
  const { width, height } = header;
  const isSmall = job === 'shrink';
  const size = isSmall ? thumbSizeOf(header) : { width, height };
  if (context === null) return null;
  canvas.width = size.width;
  canvas.height = size.height;
  context.imageSmoothingQuality = 'high';
  await withFrame(bytes, header, isSmall, (frame) => context.drawImage(frame, 0, 0, canvas.width, canvas.height));
  const drawn = await canvas.convertToBlob(
    isSmall ? { type: 'image/webp', quality: thumbQuality } : { type: 'image/png' },
  );
  canvas.width = 1;
  canvas.height = 1;
  return { bytes: new Uint8Array(await drawn.arrayBuffer()), width, height };
}

/**
 * Decodes the first frame and lets go of it as soon as it is drawn. Unlike `createImageBitmap` this turns every picture
 * as an `<img>` does, PNGs too. The bytes are given away.
 */
async function withFrame(
  data: Uint8Array<ArrayBuffer>,
  header: ImageHeader,
  isSmall: boolean,
  draw: (frame: VideoFrame) => void,
): Promise<void> {
  const desired = isSmall ? decodedSizeOf(header) : null;
  const decoder = new ImageDecoder({
    data,
    type: imageMimes[header.type],
    transfer: [data.buffer],
    ...(desired === null ? {} : { desiredWidth: desired.width, desiredHeight: desired.height }),
  });
  try {
    const { image } = await decoder.decode();
    try {
      draw(image);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}
