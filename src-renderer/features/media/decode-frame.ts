import type { ImageHeader } from '../../../src-shared/media/image-header.ts';
import { jpegMarkers } from '../../../src-shared/media/jpeg-markers.ts';
import { imageMimes } from '../../../src-shared/media/sniff.ts';
import type { Drawing } from './picture-size.ts';

type Size = { readonly width: number; readonly height: number };
type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
type PictureBytes = {
  /** They are given away. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly header: ImageHeader;
  /** What a JPEG is to be decoded at; null: as it is. */
  readonly desired: Size | null;
  /** A part is missing: what there is of it is drawn. */
  readonly isDamaged: boolean;
};

/** Of more pixels no copy is made, which would take as much memory as they do. */
const maxCopiedPixels = 16_000_000;
/** As many as a small copy and a half have. */
const maxKeptBytes = 3_000_000;

/** Where pixels are copied to, again and again: what is thrown away is there until garbage is collected. */
let place = new Uint8ClampedArray(0);
let lastTurn: Promise<unknown> = Promise.resolve();

/**
 * Decodes the first frame of a picture beside the thread that asks, and draws it upright on the whole of a canvas, which
 * gets its size here. Unlike `createImageBitmap` this turns every picture as an `<img>` does, PNGs too. One picture
 * after the other, so that never more than one of them is in memory.
 * @throws where the bytes cannot be decoded, or the signal says that they are not wanted any more.
 */
export function drawFirstFrame(
  context: Context,
  picture: PictureBytes,
  drawing: Drawing,
  signal?: AbortSignal,
): Promise<void> {
  const turn = lastTurn.then(() => drawNow(context, picture, drawing, signal));
  lastTurn = turn.catch(() => undefined);
  return turn;
}

async function drawNow(
  context: Context,
  { bytes, header, desired, isDamaged }: PictureBytes,
  drawing: Drawing,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  const isOnItsSide = header.orientation >= 5;
  const data = isDamaged && header.type === 'jpeg' ? withEnd(bytes) : bytes;
  const decoder = new ImageDecoder({
    data,
    type: imageMimes[header.type],
    transfer: [data.buffer],
    ...(desired === null
      ? {}
      : {
          desiredWidth: isOnItsSide ? desired.height : desired.width,
          desiredHeight: isOnItsSide ? desired.width : desired.height,
        }),
  });
  try {
    const { image } = await decoder.decode({ completeFramesOnly: !isDamaged });
    try {
      const size = { width: image.visibleRect?.width ?? 0, height: image.visibleRect?.height ?? 0 };
      const isCopied = size.width * size.height <= maxCopiedPixels;
      const pixels = isCopied ? await pixelsOf(image, size) : image;
      try {
        signal?.throwIfAborted();
        draw(context, pixels, isCopied ? header : { ...header, orientation: 1 }, drawing);
      } finally {
        if (pixels !== image) pixels.close();
      }
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}

/** The decoder of JPEGs waits for their end, and then draws what is missing before it as grey. */
function withEnd(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const ended = new Uint8Array(bytes.length + 2);
  ended.set(bytes);
  ended.set([0xff, jpegMarkers.endOfImage], bytes.length);
  return ended;
}

/**
 * What a canvas draws of a frame itself, Chromium keeps decoded for as long as it has room, in memory that no garbage
 * collection reaches; what it draws of plain pixels it does not. They are not turned yet.
 */
async function pixelsOf(frame: VideoFrame, { width, height }: Size): Promise<ImageBitmap> {
  const byteLength = width * height * 4;
  const pixels = byteLength <= place.length ? place.subarray(0, byteLength) : new Uint8ClampedArray(byteLength);
  if (byteLength <= maxKeptBytes && byteLength > place.length) place = pixels;
  await frame.copyTo(pixels, { format: 'RGBA' });
  return createImageBitmap(new ImageData(pixels, width, height));
}

/** How a picture of the size 1 × 1 is turned, by its orientation from 1 on: x = a·u + c·v + e, y = b·u + d·v + f. */
const turns: readonly (readonly [a: number, b: number, c: number, d: number, e: number, f: number])[] = [
  [1, 0, 0, 1, 0, 0],
  [-1, 0, 0, 1, 1, 0],
  [-1, 0, 0, -1, 1, 1],
  [1, 0, 0, -1, 0, 1],
  [0, 1, 1, 0, 0, 0],
  [0, 1, -1, 0, 1, 0],
  [0, -1, -1, 0, 1, 1],
  [0, -1, 1, 0, 0, 1],
];

function draw(
  context: Context,
  pixels: ImageBitmap | VideoFrame,
  { width, height, orientation }: Pick<ImageHeader, 'width' | 'height' | 'orientation'>,
  { from, ...to }: Drawing,
): void {
  context.canvas.width = to.width;
  context.canvas.height = to.height;
  // Of much larger pictures `high` leaves out most of the pixels.
  context.imageSmoothingQuality = 'medium';
  const [x, y] = [to.width / from.width, to.height / from.height];
  context.setTransform(width * x, 0, 0, height * y, -from.x * x, -from.y * y);
  context.transform(...(turns[orientation - 1] ?? turns[0]!));
  context.drawImage(pixels, 0, 0, 1, 1);
}
