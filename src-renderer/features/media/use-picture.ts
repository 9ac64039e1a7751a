import { useEffect, useState, type RefObject } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { thumbSizeOf } from '../../../src-shared/media/thumb-size.ts';
import type { Drawn } from './drawn-picture.tsx';
import { blobUrl } from './media-url.ts';
import type { MediaKit } from './media-kit.ts';
import { useIsPlaying } from './use-is-playing.ts';

/** A picture of at most twice its place on screen, and few bytes, is shown as it is: a smaller copy would gain nothing. */
const smallPicture = { width: 640, height: 560, bytes: 256_000 };

/** What to show of a picture. */
type ShownPicture = {
  /** Its small copy, or itself where it is small or moves and is being watched; null: nothing yet. */
  readonly source: string | null;
  /** It moves now. */
  readonly isPlaying: boolean;
  /** Nothing of it can be drawn. */
  readonly isUnreadable: boolean;
  /** A part of it is missing. */
  readonly isDamaged: boolean;
  readonly onDrawn: (drawn: Drawn) => void;
};

/** Follows what there is of a picture. A missing small copy is made. */
export function usePicture(
  message: MessageView,
  element: RefObject<Element | null>,
  { wantThumb, isAnimated }: MediaKit,
): ShownPicture {
  const blobId = message.attachment?.blobId ?? null;
  const thumbId = message.attachment?.thumbId ?? null;
  const mayMove = /\.(?:gif|webp)$/i.test(message.text);
  const [moving, setMoving] = useState<string | null>(null);
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const [damaged, setDamaged] = useState<string | null>(null);
  const isSmall = isSmallPicture(message);
  const needsThumb = blobId !== null && thumbId === null && (!isSmall || mayMove);
  useEffect(() => {
    if (blobId === null || !needsThumb) return undefined;
    let isAwaited = true;
    void wantThumb(blobId).then((canBeShown) => (isAwaited && !canBeShown ? setUnreadable(blobId) : undefined));
    return () => {
      isAwaited = false;
    };
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

  const shownId = isPlaying || (isSmall && !mayMove && blobId !== null) ? blobId : thumbId;
  const source = shownId === null ? null : blobUrl(shownId);
  return {
    source,
    isPlaying,
    isUnreadable: source === null && blobId !== null && unreadable === blobId,
    isDamaged: message.attachment?.isDamaged === true || (source !== null && damaged === source),
    onDrawn: (drawn) => {
      if (drawn.isDamaged) setDamaged(drawn.source);
      const { width, height } = message.attachment ?? {};
      if (blobId === null || width == null || height == null || shownId !== thumbId) return;
      // Earlier versions made smaller copies of panoramas.
      if (longest(drawn) < longest(thumbSizeOf({ width, height })) - 1) void wantThumb(blobId);
    },
  };
}

const longest = ({ width, height }: { width: number; height: number }): number => Math.max(width, height);

/** Whether a picture is its own small copy. */
export function isSmallPicture({ attachment, sizeBytes }: MessageView): boolean {
  const width = attachment?.width ?? Infinity;
  const height = attachment?.height ?? Infinity;
  return width <= smallPicture.width && height <= smallPicture.height && (sizeBytes ?? Infinity) <= smallPicture.bytes;
}
