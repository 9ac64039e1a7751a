import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { readImageHeader } from '../../../src-shared/media/image-header.ts';
import { isWholeImage } from '../../../src-shared/media/is-whole-image.ts';
import { drawFirstFrame } from './decode-frame.ts';
import type { Box } from './image-box.ts';
import { drawingOf } from './picture-size.ts';
import { usePixelRatio } from './use-pixel-ratio.ts';

/** What was drawn. */
export type Drawn = {
  readonly source: string;
  /** As many pixels as its bytes have. */
  readonly width: number;
  readonly height: number;
  /** A part of it is missing. */
  readonly isDamaged: boolean;
};

type DrawnPictureProps = {
  /** The address of its bytes, or what else names them: few, and of no more pixels than a small copy has. */
  source: string;
  /** Has the bytes of the source where it is no address; null: there are none. Stable. */
  read?: (signal: AbortSignal) => Promise<Uint8Array<ArrayBuffer> | null>;
  /** "": what holds it has its name. */
  name: string;
  /** The place that it fills; null: it is shown as large as it is. */
  place: Box | null;
  onDrawn?: (drawn: Drawn) => void;
  onBroken: (source: string) => void;
};

/**
 * A still picture, drawn on as many pixels as its place has. Of an `<img>` the window would keep the decoded pixels long
 * after it has left the page, hundreds of megabytes of them in a conversation full of pictures; these go with it.
 */
export function DrawnPicture({ source, read, name, place, onDrawn, onBroken }: DrawnPictureProps) {
  const element = useRef<HTMLCanvasElement>(null);
  const [drawn, setDrawn] = useState<string | null>(null);
  const pixelRatio = usePixelRatio();
  const { width, height } = place ?? { width: null, height: null };
  const tellDrawn = useEffectEvent((what: Drawn) => onDrawn?.(what));
  const tellBroken = useEffectEvent(() => onBroken(source));
  useEffect(() => {
    const canvas = element.current;
    if (canvas === null) return undefined;
    const abort = new AbortController();
    const { signal } = abort;
    const draw = async (): Promise<void> => {
      const bytes = await (read === undefined ? fetchBytes(source, signal) : read(signal));
      if (signal.aborted) return;
      const what = await drawBytes(bytes, canvas, { width, height, pixelRatio, signal });
      if (signal.aborted) return;
      setDrawn(source);
      tellDrawn({ source, ...what });
    };
    draw().catch(() => {
      if (!signal.aborted) tellBroken();
    });
    return () => abort.abort();
  }, [source, read, width, height, pixelRatio]);
  useEffect(() => {
    const canvas = element.current;
    return () => {
      // Its pixels are let go now, not when garbage is collected.
      if (canvas !== null) canvas.width = canvas.height = 0;
    };
  }, []);
  return (
    <canvas
      ref={element}
      {...(name === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
      width={0}
      height={0}
      data-source={drawn ?? undefined}
    />
  );
}

type How = {
  readonly width: number | null;
  readonly height: number | null;
  readonly pixelRatio: number;
  readonly signal: AbortSignal;
};

async function fetchBytes(source: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | null> {
  const response = await fetch(source, { signal });
  return response.ok ? new Uint8Array(await response.arrayBuffer()) : null;
}

async function drawBytes(
  bytes: Uint8Array<ArrayBuffer> | null,
  canvas: HTMLCanvasElement,
  { width, height, pixelRatio, signal }: How,
): Promise<Omit<Drawn, 'source'>> {
  const header = bytes === null ? null : readImageHeader(bytes);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (bytes === null || header === null || header === 'more' || context === null) throw new TypeError('no picture');
  const place = width === null || height === null ? 'whole' : { width, height };
  const isDamaged = !isWholeImage(bytes);
  const picture = { bytes, header, desired: null, isDamaged };
  await drawFirstFrame(context, picture, drawingOf(header, place, pixelRatio), signal);
  return { width: header.width, height: header.height, isDamaged };
}
