import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { wasCancelled } from '../../../src-shared/domain/message.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { formatFullDate } from '../../ui/time.ts';
import { useIsBehindUpload } from '../../ui/upload-under-way.ts';
import { useLocale } from '../../ui/use-locale.ts';
import { formatByteSize } from '../../ui/file-text.ts';
import './message-details.css';

type MessageDetailsProps = { message: MessageView; senderName: string; isMine: boolean; onClose: () => void };

/** What is known about a message, to be read out or reported. */
export function MessageDetails({ message, senderName, isMine, onClose }: MessageDetailsProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const close = useRef<HTMLButtonElement>(null);
  // Otherwise the first button of the dialog has the focus, and shows its tooltip over the words.
  useEffect(() => close.current?.focus(), []);
  const isCancelled = wasCancelled(message);
  const isBehindUpload = useIsBehindUpload(message.state);
  const state = isCancelled ? 'cancelled' : isBehindUpload ? 'behindUpload' : message.state;
  const rows: (readonly [label: string, value: string])[] = [
    [t('conversation.from'), senderName],
    [t('conversation.time'), formatFullDate(message.atMs, locale)],
    // The state of what others sent is ours: whether it was read here.
    ...(isMine ? [[t('conversation.state'), t(`message.${state}`)] as const] : []),
    ...(message.failure === null || isCancelled
      ? []
      : [[t('conversation.reason'), t(`failure.${message.failure}`)] as const]),
    ...(message.kind === 'text' ? [] : [[t('conversation.file'), message.text] as const]),
    ...(message.sizeBytes === null
      ? []
      : [[t('conversation.size'), formatByteSize(message.sizeBytes, locale)] as const]),
    [t('conversation.messageId'), String(message.messageId)],
    [t('conversation.senderId'), String(message.senderId)],
  ];
  return (
    <Dialog
      title={t('conversation.details')}
      closeLabel={t('common.close')}
      onClose={onClose}
      footer={
        <Button ref={close} onClick={onClose}>
          {t('common.close')}
        </Button>
      }
    >
      <dl className="message-details">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
