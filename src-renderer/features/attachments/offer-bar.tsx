import { Image, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import type { Attachments } from './attachments.ts';
import './attach-bar.css';

type OfferBarProps = {
  attachments: Attachments;
  peerId: UserId;
  /** In the tray, which hides the one over the composer. */
  isInTray?: boolean;
};

/** Offers the picture that came along with a pasted text: the text alone went into the box. */
export function OfferBar({ attachments, peerId, isInTray = false }: OfferBarProps) {
  const { t } = useTranslation();
  const isOffered = useStore(
    attachments.store,
    ({ offer, openPeerId }) => offer?.peerId === peerId && (openPeerId === peerId) === isInTray,
  );
  if (!isOffered) return null;
  return (
    <div className="attach-bar">
      <Icon of={Image} />
      <output className="grow">{t('tray.offer')}</output>
      <Button size="small" onClick={() => attachments.answerOffer(true)}>
        {t('tray.takeOffer')}
      </Button>
      <IconButton icon={X} size="small" label={t('common.dismiss')} onClick={() => attachments.answerOffer(false)} />
    </div>
  );
}
