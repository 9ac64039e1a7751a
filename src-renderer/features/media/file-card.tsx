import { Download, FolderOpen } from 'lucide-react';
import type { DragEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { wasCancelled } from '../../../src-shared/domain/message.ts';
import type { TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { FileName } from '../../ui/file-name.tsx';
import { formatByteSize } from '../../ui/file-text.ts';
import { HostLine } from '../../ui/host-line.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/use-locale.ts';
import { fileIcon } from './file-icon.ts';
import type { MediaKit } from './media-kit.ts';
import { transferLine } from './transfer-line.ts';
import { TransferRing } from './transfer-ring.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import './file-card.css';

type FileCardProps = { message: MessageView; canTab: boolean; kit: MediaKit };

/** The file of a message: what it is, where its bytes are, and what can be done with it. Its width never changes. */
export function FileCard({ message, canTab, kit }: FileCardProps) {
  const transfer = useStore(kit.transfers, ({ byRowId }) => byRowId.get(message.rowId) ?? null);
  const { actions } = kit;
  const name = message.text;
  const isUnderWay = isMoving(message, transfer);
  const keptFocus = useKeptFocus();
  return (
    <div className="bubble file-card" {...keptFocus}>
      {isUnderWay ? (
        <div className="file-main">
          <TransferRing
            name={name}
            transfer={transfer}
            canTab={canTab}
            onCancel={() => actions.cancel(message.rowId)}
          />
          <Lines message={message} transfer={transfer} />
        </div>
      ) : (
        <Main message={message} transfer={transfer} canTab={canTab} kit={kit} />
      )}
      {!isUnderWay && <Tool message={message} transfer={transfer} canTab={canTab} kit={kit} />}
    </div>
  );
}

/** On its way, or going to be. Once all of it was written, only the server's word is missing: that is the clock's to say. */
export function isMoving(message: MessageView, transfer: TransferView | null): boolean {
  return transfer?.phase === 'running' || transfer?.phase === 'waiting' || message.state === 'queued';
}

type PartProps = FileCardProps & { transfer: TransferView | null };

/** Pressed, it opens the file, after its bytes were fetched where they have to be. */
function Main({ message, transfer, canTab, kit }: PartProps) {
  const { t } = useTranslation();
  const source = message.attachment?.source ?? 'none';
  const lines = <Lines message={message} transfer={transfer} />;
  const name = message.text;
  const hasFailed = transfer?.phase === 'failed' || message.state === 'failed';
  const tile = (
    <span className="file-tile">
      <Icon of={source === 'server' && !hasFailed ? Download : fileIcon(name)} size={20} />
    </span>
  );
  if (source === 'none' || source === 'foreign' || hasFailed) {
    return (
      <div className="file-main">
        {tile}
        {lines}
      </div>
    );
  }
  return (
    <button
      type="button"
      className="file-main"
      tabIndex={canTab ? 0 : -1}
      aria-label={t('media.open', { name })}
      draggable={source === 'here'}
      onDragStart={(event: DragEvent) => {
        event.preventDefault();
        kit.actions.startDrag(message);
      }}
      onClick={() => kit.actions.open(message)}
    >
      {tile}
      {lines}
    </button>
  );
}

function Lines({ message, transfer }: { message: MessageView; transfer: TransferView | null }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const hasFailed = transfer?.phase === 'failed' || (message.state === 'failed' && !wasCancelled(message));
  const said = words();
  return (
    <span className="grow">
      <FileName name={message.text} />
      <span
        className={hasFailed ? 'file-line failed' : 'file-line'}
        title={hasFailed ? (said ?? undefined) : undefined}
      >
        {said ?? facts()}
      </span>
    </span>
  );

  /** What is going on, or what went wrong. */
  function words(): string | null {
    if (wasCancelled(message)) return t('message.cancelled');
    if (message.state === 'failed')
      return t(message.failure === null ? 'conversation.notSent' : `failure.${message.failure}`);
    return transfer === null ? null : transferLine(t, transfer, locale);
  }

  function facts(): ReactNode {
    const size = message.sizeBytes === null ? t('conversation.file') : formatByteSize(message.sizeBytes, locale);
    if (message.state === 'queued') return `${size} · ${t('media.waiting')}`;
    // Whose computer would be asked is read before it is.
    if (message.attachment?.source === 'foreign')
      return <HostLine before={size} host={message.attachment.foreignHost} />;
    return message.attachment?.source === 'none' ? t('media.nothing') : size;
  }
}

/** The one thing beside the card that is most likely wanted next. */
function Tool({ message, transfer, canTab, kit }: PartProps) {
  const { t } = useTranslation();
  const { actions } = kit;
  const name = message.text;
  const tabIndex = canTab ? 0 : -1;
  const hasFailed = message.state === 'failed' || transfer?.phase === 'failed';
  if (hasFailed) {
    return (
      <Button
        size="small"
        tabIndex={tabIndex}
        aria-label={t('media.retry', { name })}
        onClick={() => (message.state === 'failed' ? actions.retry(message) : actions.download(message.rowId))}
      >
        {t('common.retry')}
      </Button>
    );
  }
  if (message.attachment?.source === 'foreign') {
    const host = message.attachment.foreignHost;
    return (
      <Button
        size="small"
        tabIndex={tabIndex}
        aria-label={t('media.getNamed', { name, host })}
        onClick={() => actions.download(message.rowId)}
      >
        {t('media.get')}
      </Button>
    );
  }
  if (message.attachment?.source !== 'here') return null;
  return (
    <IconButton
      icon={FolderOpen}
      label={t('media.showInFolder')}
      tabIndex={tabIndex}
      onClick={() => actions.showInFolder(message)}
    />
  );
}
