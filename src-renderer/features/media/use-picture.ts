import { useEffect, useState, type RefObject } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { blobUrl } from './media-url.ts';
import type { MediaKit } from './media-kit.ts';
import { useIsPlaying } from './use-is-playing.ts';

/** A picture of at most twice its place on screen, and few bytes, is shown as it is: a smaller copy would gain nothing. */
const smallPicture = { width: 640, height: 560, bytes: 256_000 };

/**
 * What to show of a picture: its small copy, or itself where it is small or moves and is being watched. Null: nothing
 * yet. A missing small copy is made.
 */
export function usePicture(
  message: MessageView,
  element: RefObject<Element | null>,
  { wantThumb, isAnimated }: MediaKit,
): string | null {
  const blobId = message.attachment?.blobId ?? null;
  const thumbId = message.attachment?.thumbId ?? null;
  const mayMove = /\.(?:gif|webp)$/i.test(message.text);
  const [moving, setMoving] = useState<string | null>(null);
  const isSmall = isSmallPicture(message);
  const needsThumb = blobId !== null && thumbId === null && (!isSmall || mayMove);
  useEffect(() => {
    if (blobId !== null && needsThumb) wantThumb(blobId);
  }, [blobId, needsThumb, wantThumb]);
  useEffect(() => {
    if (!mayMove || blobId === null) return undefined;
    let isWanted = true;
    void isAnimated(blobId).then((moves) => (isWanted && moves ? setMoving(blobId) : undefined));
    return () => {
      isWanted = false;
    };
  }, [mayMove, blobId, isAnimated]);
  const isPlaying = useIsPlaying(element, moving !== null && moving === blobId);

  if (blobId !== null && (isPlaying || (isSmall && !mayMove))) return blobUrl(blobId);
  return thumbId === null ? null : blobUrl(thumbId);
}

/** Whether a picture is its own small copy. */
export function isSmallPicture({ attachment, sizeBytes }: MessageView): boolean {
  const width = attachment?.width ?? Infinity;
  const height = attachment?.height ?? Infinity;
  return width <= smallPicture.width && height <= smallPicture.height && (sizeBytes ?? Infinity) <= smallPicture.bytes;
}
