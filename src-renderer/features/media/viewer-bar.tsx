import { Copy, Download, FolderOpen, Maximize, RotateCw, X, ZoomIn, ZoomOut } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { FileName } from '../../ui/file-name.tsx';
import { formatByteSize } from '../../ui/file-text.ts';
import { modShortcut } from '../../ui/shortcut.ts';
import { formatClock, formatDay } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import { useNow } from '../../ui/use-now.ts';
import type { MediaActions } from './media-kit.ts';
import type { Stage } from './use-stage.ts';

export type ViewerPerson = { readonly userId: UserId; readonly username: string; readonly avatar: string };

type ViewerBarProps = {
  message: MessageView;
  person: ViewerPerson;
  /** Which one of how many; null: not known yet. */
  place: { readonly at: number; readonly total: number } | null;
  stage: Stage;
  actions: MediaActions;
  onClose: () => void;
};

/** Above the picture: whose it is, what it is, and what can be done with it. */
export function ViewerBar({ message, person, place, stage, actions, onClose }: ViewerBarProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const nowMs = useNow(60_000);
  const { width, height } = stage.picture ?? {};
  const isHere = message.attachment?.source === 'here';
  return (
    <header className="viewer-bar">
      <Avatar id={person.userId} name={person.username} picture={person.avatar} size={32} />
      <div className="grow">
        <h2 className="ellipsis">
          <bdi>{person.username}</bdi>
        </h2>
        <p className="viewer-facts numeric">
          <time dateTime={new Date(message.atMs).toISOString()}>
            {formatDay(message.atMs, nowMs, locale)} {formatClock(message.atMs, locale)}
          </time>
          <FileName name={message.text} />
          {width !== undefined && height !== undefined && <span>{t('media.dimensions', { width, height })}</span>}
          {message.sizeBytes !== null && <span>{formatByteSize(message.sizeBytes, locale)}</span>}
        </p>
      </div>
      {place !== null && <span className="viewer-place numeric">{t('media.position', place)}</span>}
      <IconButton icon={ZoomOut} label={t('media.zoomOut')} shortcut="−" disabled={!isHere} onClick={stage.zoomOut} />
      <output className="viewer-scale numeric">
        {stage.scale === null || !isHere ? '' : `${Math.round(stage.scale * 100)}%`}
      </output>
      <IconButton icon={ZoomIn} label={t('media.zoomIn')} shortcut="+" disabled={!isHere} onClick={stage.zoomIn} />
      <IconButton icon={Maximize} label={t('media.fit')} shortcut="0" disabled={!isHere} onClick={stage.fit} />
      <IconButton icon={RotateCw} label={t('media.rotate')} shortcut="R" disabled={!isHere} onClick={stage.rotate} />
      <span className="viewer-line" />
      <IconButton
        icon={Copy}
        label={t('media.copyImage')}
        shortcut={modShortcut('C')}
        disabled={!isHere}
        onClick={() => actions.copyImage(message)}
      />
      <IconButton
        icon={Download}
        label={t('media.saveAs')}
        shortcut={modShortcut('S')}
        disabled={!isHere}
        onClick={() => actions.saveAs(message)}
      />
      <IconButton
        icon={FolderOpen}
        label={t('media.showInFolder')}
        disabled={!isHere}
        onClick={() => actions.showInFolder(message)}
      />
      <span className="viewer-line" />
      <IconButton icon={X} label={t('common.close')} shortcut="Esc" onClick={onClose} />
    </header>
  );
}
