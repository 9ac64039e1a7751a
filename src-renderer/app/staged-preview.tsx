import { useEffect, useState } from 'react';
import { isSendable } from '../../src-shared/domain/attachment.ts';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import { fileIcon } from '../features/media/file-icon.ts';
import type { Pictures } from '../features/media/picture-work.ts';
import { Icon } from '../ui/icon.tsx';

/** What a file in the tray looks like: a small copy of the picture, or the sign of its kind. */
export function StagedPreview({ staged, pictures }: { staged: StagedView; pictures: Pictures }) {
  const { stagedId, name, problem, sizeBytes } = staged;
  const isPicture = staged.kind === 'image' && isSendable(problem);
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!isPicture) return undefined;
    let isWanted = true;
    let made: string | null = null;
    const draw = async (): Promise<void> => {
      const picture = await pictures.shrink(`app-media://staged/${stagedId}`);
      if (picture === null || !isWanted) return;
      made = URL.createObjectURL(new Blob([picture.bytes], { type: 'image/webp' }));
      setUrl(made);
    };
    void draw();
    return () => {
      isWanted = false;
      if (made !== null) URL.revokeObjectURL(made);
    };
    // Where it was changed it looks different, too.
  }, [isPicture, stagedId, pictures, problem, sizeBytes]);
  if (isPicture && url !== null) return <img src={url} alt="" draggable={false} />;
  return <Icon of={fileIcon(name)} size={20} />;
}
