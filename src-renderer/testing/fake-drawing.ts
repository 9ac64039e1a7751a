import { vi } from 'vitest';
import { vp8, webp } from '../../src-shared/media/testing/sample-images.ts';

type FakeDrawing = {
  /** What is at an address: as many pixels; null: nothing that can be drawn. What is not named is 480 × 320. */
  readonly pictures: Map<string, { readonly width: number; readonly height: number; readonly isCut?: boolean } | null>;
  /** The canvas sizes of what was drawn, in that order. */
  readonly drawn: string[];
};

/**
 * jsdom decodes and draws nothing. With this, what `app-media:` serves is a WebP, is decoded, and is drawn on canvases,
 * as far as their sizes tell. Ends with `vi.unstubAllGlobals` and `vi.restoreAllMocks`.
 */
export function installFakeDrawing(): FakeDrawing {
  const pictures: FakeDrawing['pictures'] = new Map();
  const drawn: string[] = [];
  const fetchPicture = async (url: string): Promise<Response> => {
    const size = pictures.has(url) ? pictures.get(url) : { width: 480, height: 320 };
    if (size == null) return new Response(null, { status: 404 });
    const bytes = new Uint8Array(webp(vp8(size.width, size.height)));
    return new Response(size.isCut === true ? bytes.subarray(0, -1) : bytes);
  };
  class FakeDecoder {
    readonly #bytes: Uint8Array;
    constructor({ data }: { data: Uint8Array }) {
      this.#bytes = data;
    }
    async decode(): Promise<object> {
      const width = (this.#bytes[26] ?? 0) + ((this.#bytes[27] ?? 0) & 0x3f) * 256;
      const height = (this.#bytes[28] ?? 0) + ((this.#bytes[29] ?? 0) & 0x3f) * 256;
      return { image: { visibleRect: { width, height }, copyTo: async () => [], close: () => {} } };
    }
    close(): void {}
  }
  vi.stubGlobal('fetch', fetchPicture);
  vi.stubGlobal('ImageDecoder', FakeDecoder);
  vi.stubGlobal('ImageData', Object);
  vi.stubGlobal('createImageBitmap', async () => ({ close: () => {} }));
  const contextOf = (canvas: HTMLCanvasElement): object => ({
    canvas,
    setTransform: () => {},
    transform: () => {},
    drawImage: () => void drawn.push(`${canvas.width} × ${canvas.height}`),
  });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockImplementation(function context(this: HTMLCanvasElement) {
    return contextOf(this) as never;
  });
  return { pictures, drawn };
}
