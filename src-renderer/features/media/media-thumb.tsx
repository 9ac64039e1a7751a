import { FileImage } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Icon } from '../../ui/icon.tsx';
import type { MediaKit } from './media-kit.ts';
import { blobUrl } from './media-url.ts';
import { isSmallPicture } from './use-picture.ts';
import './media-thumb.css';

/** A picture as a small square. What holds it has its name. */
export function MediaThumb({ message, kit }: { message: MessageView; kit: MediaKit }) {
  const { blobId, thumbId } = message.attachment ?? { blobId: null, thumbId: null };
  const [broken, setBroken] = useState<string | null>(null);
  const shownId = thumbId ?? (isSmallPicture(message) ? blobId : null);
  const { wantThumb } = kit;
  useEffect(() => {
    if (shownId === null && blobId !== null) void wantThumb(blobId);
  }, [shownId, blobId, wantThumb]);
  return (
    <span className="media-thumb">
      {shownId !== null && shownId !== broken ? (
        <img
          src={blobUrl(shownId)}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          onError={() => setBroken(shownId)}
        />
      ) : (
        <Icon of={FileImage} />
      )}
    </span>
  );
}
