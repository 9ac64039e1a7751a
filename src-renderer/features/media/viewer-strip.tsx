import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { MediaThumb } from './media-thumb.tsx';
import type { MediaKit } from './media-kit.ts';

/** To each side of the one that is shown: a wide window holds twelve. */
const neighbours = 12;

type ViewerStripProps = {
  shown: readonly MessageView[];
  at: number;
  kit: MediaKit;
  onPick: (message: MessageView) => void;
};

/** Under the picture: its neighbours in the conversation. */
export function ViewerStrip({ shown, at, kit, onPick }: ViewerStripProps) {
  const { t } = useTranslation();
  const from = Math.max(0, at - neighbours);
  return (
    <nav className="viewer-strip" aria-label={t('media.strip')}>
      {shown.length > 1 &&
        shown.slice(from, at + neighbours + 1).map((message, index) => (
          <button
            key={message.rowId}
            type="button"
            // One of them is reached with Tab; the arrow keys go on from any place.
            tabIndex={from + index === at ? 0 : -1}
            aria-label={message.text}
            aria-current={from + index === at || undefined}
            onClick={() => onPick(message)}
          >
            <MediaThumb message={message} kit={kit} />
          </button>
        ))}
    </nav>
  );
}
