import { SendHorizontal } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { StagedView, TrayView } from '../../../src-shared/ipc/attachment-views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorText } from '../../ui/error-text.ts';
import { formatByteSize } from '../../ui/file-text.ts';
import { Note } from '../../ui/note.tsx';
import { useLocale } from '../../ui/use-locale.ts';
import { selectSendable, type Attachments } from './attachments.ts';
import { TrayDropOverlay } from './drop-overlay.tsx';
import type { DropStore } from './file-drops.ts';
import { OfferBar } from './offer-bar.tsx';
import { StagedList } from './staged-list.tsx';
import './tray-dialog.css';

type TrayDialogProps = {
  attachments: Attachments;
  drops: DropStore;
  peerId: UserId;
  /** Who will get the files: fixed from the moment they were dropped, pasted or picked. */
  name: string;
  /** The words that go with them. */
  caption: ReactNode;
  /** What says why the caption cannot be sent; null: it can. */
  captionProblemId: string | null;
  preview: (staged: StagedView) => ReactNode;
};

/** What is about to be sent, to whom, and how large. Nothing goes before Send is pressed; closed, it all stays there. */
export function TrayDialog({ attachments, drops, peerId, name, caption, captionProblemId, preview }: TrayDialogProps) {
  const { t } = useTranslation();
  const tray = useStore(attachments.store, ({ trays }) => trays.get(peerId));
  const unstaged = useStore(attachments.store, (state) => state.unstaged.get(peerId));
  const isSending = useStore(attachments.store, ({ sending }) => sending.has(peerId));
  const problem = useStore(attachments.store, ({ problems }) => problems.get(peerId));
  const count = selectSendable(tray).length;
  const isSendable = count > 0 && unstaged === undefined && captionProblemId === null;
  return (
    <Dialog
      title={count === 0 ? t('tray.titleNone', { name }) : t('tray.title', { count, name })}
      label={t('tray.label')}
      width="wide"
      closeLabel={t('common.close')}
      onClose={attachments.close}
      footer={
        <>
          <Totals tray={tray} isSending={isSending} />
          <Button onClick={attachments.close}>{t(isSending ? 'common.close' : 'common.cancel')}</Button>
          <Button
            variant="primary"
            icon={SendHorizontal}
            busy={isSending}
            disabled={!isSendable && !isSending}
            aria-describedby={captionProblemId ?? 'tray-totals'}
            onClick={() => void attachments.send(peerId)}
          >
            {t('composer.send')}
            {count > 0 && (
              <span className="tray-count numeric" aria-hidden>
                {count}
              </span>
            )}
          </Button>
        </>
      }
    >
      {/* Files that are dropped here join these. */}
      <div className="tray-body" data-drop-place="tray" data-peer-id={peerId}>
        {tray !== undefined && tray.staged.length > 0 && (
          <StagedList attachments={attachments} tray={tray} isSending={isSending} preview={preview} />
        )}
        {unstaged !== undefined &&
          (unstaged.error === null ? (
            <output className="tray-looking">{t('tray.looking', { count: unstaged.files.length })}</output>
          ) : (
            <Note tone="bad">
              <p>
                {t('tray.notTaken', {
                  count: unstaged.files.length,
                  reason: errorText(t, unstaged.error),
                  names: namesOf(unstaged.files, t('common.comma')),
                })}
              </p>
              <Button variant="link" onClick={() => void attachments.addAgain(peerId)}>
                {t('common.retry')}
              </Button>
              <Button variant="link" onClick={() => attachments.forgetUnstaged(peerId)}>
                {t('tray.giveUp')}
              </Button>
            </Note>
          ))}
        {problem !== undefined && (
          <Note
            tone="bad"
            dismiss={{
              label: t('common.dismiss'),
              onPress: () => {
                attachments.forgetProblem(peerId);
                // Its button is gone: the keys go on where they began.
                document.querySelector<HTMLElement>('[data-first-focus]')?.focus();
              },
            }}
          >
            {t('tray.failed', { reason: errorText(t, problem) })}
          </Note>
        )}
        <OfferBar attachments={attachments} peerId={peerId} isInTray />
        {caption}
        <TrayDropOverlay store={drops} name={name} />
      </div>
    </Dialog>
  );
}

/** So many are named; of more the number says enough. */
const namedFiles = 3;
function namesOf(files: readonly { readonly name: string }[], comma: string): string {
  const names = files.slice(0, namedFiles).map((file) => file.name);
  return names.join(comma) + (files.length > namedFiles ? ' …' : '');
}

/** How many go, how large, and how many do not. While they are being prepared: how many are left. */
function Totals({ tray, isSending }: { tray: TrayView | undefined; isSending: boolean }) {
  const { t } = useTranslation();
  const locale = useLocale();
  const sendable = selectSendable(tray);
  const leftOut = (tray?.staged.length ?? 0) - sendable.length;
  const bytes = sendable.reduce((sum, { sizeBytes }) => sum + (sizeBytes ?? 0), 0);
  const parts = [
    ...(sendable.length > 0 ? [t('tray.files', { count: sendable.length }), formatByteSize(bytes, locale)] : []),
    ...(leftOut > 0 ? [t('tray.leftOut', { count: leftOut })] : []),
  ];
  return (
    <output className="tray-totals numeric" id="tray-totals">
      {isSending ? t('tray.preparing', { count: sendable.length }) : parts.join(' · ')}
    </output>
  );
}
