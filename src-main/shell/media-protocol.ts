import { blobIdSchema, stagedIdSchema } from '../../src-shared/ipc/attachment-views.ts';
import { imageMimes } from '../../src-shared/media/sniff.ts';
import type { MediaSource } from '../attachments/media-source.ts';
import { imageShapeOf, type ImageBytes } from '../transfers/image-shape.ts';

/** Read and handed over together: an image is never in memory as a whole. */
const pieceBytes = 256 * 1024;

/**
 * Answers requests to `app-media://blob/<id>` and `app-media://staged/<id>`: GET of an image, told by its bytes and
 * within what may be decoded, or nothing (safety T2, T3). One range is answered as such.
 * @param pageOrigin who may look into what it gets; anybody else could only show it.
 */
export function createMediaProtocol(
  source: MediaSource,
  pageOrigin: string,
): (request: Pick<Request, 'url' | 'method' | 'headers'>) => Promise<Response> {
  async function find(url: URL): Promise<ImageBytes | null> {
    const id = url.pathname.slice(1);
    const blob = blobIdSchema.safeParse(id);
    if (url.host === 'blob' && blob.success) return source.blob(blob.data);
    const staged = stagedIdSchema.safeParse(id);
    return url.host === 'staged' && staged.success ? source.staged(staged.data) : null;
  }

  return async (request) => {
    if (request.method !== 'GET') return refusal(405);
    try {
      const image = await find(new URL(request.url));
      const shape = image === null ? null : await imageShapeOf(image);
      if (image === null || shape === null) return refusal(404);
      const range = rangeOf(request.headers.get('Range'), image.sizeBytes);
      const { start, end } = range ?? { start: 0, end: image.sizeBytes };
      return new Response(streamOf(image, start, end), {
        status: range === null ? 200 : 206,
        headers: {
          ...commonHeaders,
          'Content-Type': imageMimes[shape.type],
          'Content-Length': String(end - start),
          'Access-Control-Allow-Origin': pageOrigin,
          'Accept-Ranges': 'bytes',
          ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end - 1}/${image.sizeBytes}` }),
        },
      });
    } catch {
      // Gone or damaged meanwhile: for the page it is not there.
      return refusal(404);
    }
  };
}

const commonHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
};

function refusal(status: 404 | 405): Response {
  return new Response(null, { status, headers: commonHeaders });
}

/** Opens the file for each piece anew: a page that goes away half-way leaves nothing open. */
function streamOf({ read }: ImageBytes, start: number, end: number): ReadableStream<Uint8Array> {
  let next = start;
  return new ReadableStream({
    pull: async (controller) => {
      const pieceEnd = Math.min(end, next + pieceBytes);
      for await (const piece of read(next, pieceEnd)) {
        controller.enqueue(piece);
        next += piece.length;
      }
      // Shorter than it was: whoever waits for the rest is told.
      if (next < pieceEnd) controller.error(new Error('the bytes end early'));
      else if (next === end) controller.close();
    },
  });
}

/** `bytes=a-`, `bytes=a-b`; null for anything else, which may be answered with the whole. */
function rangeOf(header: string | null, size: number): { readonly start: number; readonly end: number } | null {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return null;
  const start = Number(match[1]);
  const end = match[2] === '' ? size : Math.min(size, Number(match[2]) + 1);
  return start < end ? { start, end } : null;
}
