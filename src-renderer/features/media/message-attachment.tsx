import { ArrowUpToLine, Copy, Download, ExternalLink, FolderOpen, Image, type LucideIcon } from 'lucide-react';
import type { TFunction } from 'i18next';
import { fileKindOf } from '../../../src-shared/media/file-kind.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { FileCard } from './file-card.tsx';
import { ImageBubble } from './image-bubble.tsx';
import { isPicture } from './is-picture.ts';
import type { MediaKit } from './media-kit.ts';

/**
 * The picture of a message, or the card of its file. A picture that is nowhere to be had is a name on a card, and what
 * turned out to be none is a file.
 */
export function MessageAttachment(props: { message: MessageView; canTab: boolean; kit: MediaKit }) {
  const isElsewhere = props.message.attachment?.source === 'none';
  return isPicture(props.message) && !isElsewhere ? <ImageBubble {...props} /> : <FileCard {...props} />;
}

type MenuEntry = {
  readonly icon: LucideIcon;
  readonly label: string;
  /** The computer that would be asked, where that is another one than the server. */
  readonly host?: string;
  readonly onSelect: () => void;
};

/** What the menu of a message offers for its file or picture. */
export function attachmentMenu(t: TFunction, message: MessageView, kit: MediaKit): readonly MenuEntry[] {
  const { actions } = kit;
  const { attachment, text } = message;
  const source = attachment?.source ?? 'none';
  if (source === 'none') return [];
  if (source === 'foreign') {
    const host = attachment?.foreignHost ?? '';
    return [{ icon: Download, label: t('media.get'), host, onSelect: () => actions.download(message.rowId) }];
  }
  const open: MenuEntry[] = isPicture(message)
    ? [{ icon: Image, label: t('media.view'), onSelect: () => actions.open(message) }]
    : isOpenable(text)
      ? [{ icon: ExternalLink, label: t('media.openIt'), onSelect: () => actions.open(message) }]
      : [];
  const copy: MenuEntry[] =
    isPicture(message) && source === 'here'
      ? [{ icon: Copy, label: t('media.copyImage'), onSelect: () => actions.copyImage(message) }]
      : [];
  const first: MenuEntry[] = waitsBesideOthers(message, kit)
    ? [{ icon: ArrowUpToLine, label: t('media.sendFirst'), onSelect: () => actions.sendFirst(message) }]
    : [];
  return [
    ...first,
    ...open,
    ...copy,
    { icon: Download, label: t('media.saveAs'), onSelect: () => actions.saveAs(message) },
    { icon: FolderOpen, label: t('media.showInFolder'), onSelect: () => actions.showInFolder(message) },
  ];
}

/** What can run is never opened from here, and nothing is unpacked: both are shown in their folder, which has its own entry. */
function isOpenable(name: string): boolean {
  const { canRun, icon } = fileKindOf(name, null);
  return !canRun && icon !== 'archive';
}

/** It is to be sent, and so are other files that nothing of was sent yet. */
function waitsBesideOthers({ rowId, state }: MessageView, { transfers }: MediaKit): boolean {
  const uploads = [...transfers.getState().byRowId.values()].filter(({ direction }) => direction === 'up');
  return state === 'queued' && uploads.some((other) => other.rowId !== rowId && other.phase === 'waiting');
}
