import { useCallback, useState } from 'react';
import { isSendable } from '../../src-shared/domain/attachment.ts';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import { DrawnPicture } from '../features/media/drawn-picture.tsx';
import { fileIcon } from '../features/media/file-icon.ts';
import type { StagedThumbs } from '../features/media/staged-thumbs.ts';
import { Icon } from '../ui/icon.tsx';

/** Pixels of the page: as wide as high. */
const place = { width: 48, height: 48 };

/** What a file in the tray looks like: a small copy of the picture, or the sign of its kind. */
export function StagedPreview({ staged, thumbs }: { staged: StagedView; thumbs: StagedThumbs }) {
  const { stagedId, name, problem, sizeBytes } = staged;
  const isPicture = staged.kind === 'image' && isSendable(problem);
  // Where it was changed it looks different, too.
  const version = `${problem} ${sizeBytes}`;
  const [isDrawn, setIsDrawn] = useState(false);
  const [isBroken, setIsBroken] = useState(false);
  const read = useCallback(
    (signal: AbortSignal) => thumbs(stagedId, version, () => !signal.aborted),
    [thumbs, stagedId, version],
  );
  return (
    <>
      {isPicture && !isBroken && (
        <DrawnPicture
          source={stagedId}
          name=""
          place={place}
          read={read}
          onDrawn={() => setIsDrawn(true)}
          onBroken={() => setIsBroken(true)}
        />
      )}
      {!(isPicture && isDrawn) && <Icon of={fileIcon(name)} size={20} />}
    </>
  );
}
