import { readImageHeader } from '../../../src-shared/media/image-header.ts';
import { isWholeImage } from '../../../src-shared/media/is-whole-image.ts';
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

type Bytes = Uint8Array<ArrayBuffer> | null;

/** The bytes of the picture that will probably be next. */
let ahead: { readonly url: string; readonly bytes: Promise<Bytes> } | null = null;

async function read(url: string): Promise<Bytes> {
  const response = await fetch(url);
  // No blob: main would have to keep its bytes.
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}

async function make({ job, url, nextUrl }: PictureRequest): Promise<PictureReply['picture']> {
  const bytes = await (ahead?.url === url ? ahead.bytes : read(url));
  ahead = nextUrl === null ? null : { url: nextUrl, bytes: read(nextUrl).catch(() => null) };
  if (bytes === null || context === null) return null;
  const header = readImageHeader(bytes);
  if (header === null || header === 'more') return null;
  const { width, height } = header;
  const isSmall = job === 'shrink';
  const size = isSmall ? thumbSizeOf(header) : { width, height };
  const isDamaged = !isWholeImage(bytes);
  const desired = isSmall ? decodedSizeOf(header) : null;
  await drawFirstFrame(
    context,
    { bytes, header, desired, isDamaged },
    { ...size, from: { x: 0, y: 0, width, height } },
  );
  const drawn = await canvas.convertToBlob(
    isSmall ? { type: 'image/webp', quality: thumbQuality } : { type: 'image/png' },
  );
  canvas.width = 1;
  canvas.height = 1;
  return { bytes: new Uint8Array(await drawn.arrayBuffer()), width, height, isDamaged };
}
