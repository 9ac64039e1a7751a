import { useEffect, useState } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { isWholeImage } from '../../../src-shared/media/is-whole-image.ts';
import { blobUrl } from './media-url.ts';
import { isSmallPicture } from './use-picture.ts';

/** Whether a part of a picture is missing. One that is its own small copy is looked at here: nobody else has. */
export function useDamage(message: MessageView): boolean {
  const [damaged, setDamaged] = useState<string | null>(null);
  const blobId = message.attachment?.blobId ?? null;
  const isLookedAt = blobId !== null && isSmallPicture(message);
  useEffect(() => {
    if (!isLookedAt) return undefined;
    const abort = new AbortController();
    const look = async (): Promise<void> => {
      const response = await fetch(blobUrl(blobId), { signal: abort.signal });
      if (response.ok && !isWholeImage(new Uint8Array(await response.arrayBuffer()))) setDamaged(blobId);
    };
    // What cannot be read is not shown either, and that is said.
    look().catch(() => undefined);
    return () => abort.abort();
  }, [blobId, isLookedAt]);
  return message.attachment?.isDamaged === true || (blobId !== null && damaged === blobId);
}
