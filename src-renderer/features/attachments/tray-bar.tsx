import { Paperclip, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { AlertDialog } from '../../ui/alert-dialog.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { Attachments } from './attachments.ts';
import './attach-bar.css';

type TrayBarProps = {
  attachments: Attachments;
  peerId: UserId;
  /** Files in the tray, as the conversation says: the tray itself may not have been looked at. */
  stagedCount: number;
  /** It has just left the page, and took the focus along if it had it. Always the same function. */
  onGone: () => void;
};

/** Stands over the composer while files wait in the tray. Asks before it removes more than one: they may be hard to find again. */
export function TrayBar(props: TrayBarProps) {
  const { attachments, peerId, stagedCount } = props;
  const isOpen = useStore(attachments.store, ({ openPeerId }) => openPeerId === peerId);
  return stagedCount === 0 || isOpen ? null : <Bar {...props} />;
}

function Bar({ attachments, peerId, stagedCount, onGone }: TrayBarProps) {
  const { t } = useTranslation();
  useEffect(() => onGone, [onGone]);
  const isSending = useStore(attachments.store, ({ sending }) => sending.has(peerId));
  const [isAsking, setIsAsking] = useState(false);
  const removeAll = (): void => {
    setIsAsking(false);
    void attachments.removeAll(peerId);
  };
  return (
    <div className="attach-bar">
      <Icon of={Paperclip} />
      <output className="grow">{t(isSending ? 'tray.preparing' : 'tray.waiting', { count: stagedCount })}</output>
      <Button size="small" onClick={() => void attachments.open(peerId)}>
        {t('tray.show')}
      </Button>
      {!isSending && (
        <IconButton
          icon={X}
          size="small"
          label={t('tray.discard')}
          onClick={() => (stagedCount > 1 ? setIsAsking(true) : removeAll())}
        />
      )}
      {isAsking && (
        <AlertDialog
          title={t('tray.discardTitle', { count: stagedCount })}
          confirmLabel={t('tray.discard')}
          cancelLabel={t('common.cancel')}
          onClose={() => setIsAsking(false)}
          onConfirm={removeAll}
        >
          <p>{t('tray.discardText')}</p>
        </AlertDialog>
      )}
    </div>
  );
}
