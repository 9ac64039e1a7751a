import { readImageHeader } from '../../../src-shared/media/image-header.ts';
import { thumbSizeOf } from '../../../src-shared/media/thumb-size.ts';
import { drawFirstFrame } from './decode-frame.ts';
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
  if (!response.ok || context === null) return null;
  // No blob: main would have to keep its bytes.
  const bytes = new Uint8Array(await response.arrayBuffer());
  const header = readImageHeader(bytes);
  if (header === null || header === 'more') return null;
  const { width, height } = header;
  const isSmall = job === 'shrink';
  const size = isSmall ? thumbSizeOf(header) : { width, height };
  const desired = isSmall ? decodedSizeOf(header) : null;
  await drawFirstFrame(context, { bytes, header, desired }, { ...size, from: { x: 0, y: 0, width, height } });
  const drawn = await canvas.convertToBlob(
    isSmall ? { type: 'image/webp', quality: thumbQuality } : { type: 'image/png' },
  );
  canvas.width = 1;
  canvas.height = 1;
  return { bytes: new Uint8Array(await drawn.arrayBuffer()), width, height };
}
