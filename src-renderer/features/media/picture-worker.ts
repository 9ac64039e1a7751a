import type { PictureReply, PictureRequest } from './picture-work.ts';

/** Draws pictures away from the page. It has no document, no bridge, and only addresses that main serves (safety T3). */

/** Half as wide again as the largest place in the list, for sharp screens. */
const maxThumb = { width: 480, height: 960 };
const thumbQuality = 0.8;

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
  const bitmap = await createImageBitmap(await response.blob());
  const { width, height } = bitmap;
  const scale = job === 'shrink' ? Math.min(1, maxThumb.width / width, maxThumb.height / height) : 1;
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale)));
  const context = canvas.getContext('2d');
  if (context === null) return null;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const drawn = await canvas.convertToBlob(
    job === 'shrink' ? { type: 'image/webp', quality: thumbQuality } : { type: 'image/png' },
  );
  return { bytes: new Uint8Array(await drawn.arrayBuffer()), width, height };
}
