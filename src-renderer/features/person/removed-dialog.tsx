import { File, FileImage } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { AccountView, ContactView, RemovedMessageView } from '../../../src-shared/ipc/views.ts';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import type { RowId } from '../../../src-shared/kernel/ids.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { errorText } from '../../ui/error-text.ts';
import { FileName } from '../../ui/file-name.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { formatFullDate } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import './removed-dialog.css';

/** Messages asked for at once. */
const pageSize = 50;

type RemovedDialogProps = {
  peer: ContactView;
  account: AccountView;
  bridge: Bridge;
  onClose: () => void;
  /** All of them are back. */
  onAllBack: () => void;
};

/** What was deleted or cleared in a conversation, the latest first, each to be brought back. */
export function RemovedDialog({ peer, account, bridge, onClose, onAllBack }: RemovedDialogProps) {
  const { t } = useTranslation();
  const { userId: peerId } = peer;
  const [list, setList] = useState<{ removed: readonly RemovedMessageView[]; total: number } | null>(null);
  const [problem, setProblem] = useState<AppError | null>(null);
  const close = useRef<HTMLButtonElement>(null);

  const load = useCallback(
    async (before: readonly RemovedMessageView[]): Promise<void> => {
      const last = before.at(-1);
      const after = last === undefined ? null : { removedAtMs: last.removedAtMs, position: last.message.position };
      const page = await bridge['messages:listRemoved']({ peerId, after, limit: pageSize });
      setProblem(page.ok ? null : page.error);
      if (page.ok) setList({ removed: [...before, ...page.value.removed], total: page.value.total });
    },
    [bridge, peerId],
  );
  useEffect(() => {
    close.current?.focus();
    const begin = async (): Promise<void> => load([]);
    void begin();
  }, [load]);

  const bringBack = async (rowId: RowId): Promise<void> => {
    const result = await bridge['messages:bringBack']({ peerId, rowIds: [rowId] });
    setProblem(result.ok ? null : result.error);
    if (!result.ok) return;
    // The button that had the focus goes.
    close.current?.focus();
    setList((now) =>
      now === null
        ? now
        : { removed: now.removed.filter(({ message }) => message.rowId !== rowId), total: now.total - 1 },
    );
  };
  const bringBackAll = async (): Promise<void> => {
    const result = await bridge['messages:bringBack']({ peerId, rowIds: null });
    if (result.ok) onAllBack();
    else setProblem(result.error);
  };

  const { removed, total } = list ?? { removed: [], total: 0 };
  return (
    <Dialog
      title={t('removed.title')}
      closeLabel={t('common.close')}
      onClose={onClose}
      footer={
        <>
          <Button ref={close} onClick={onClose}>
            {t('common.close')}
          </Button>
          {total > 0 && (
            <Button variant="primary" onClick={() => void bringBackAll()}>
              {t('removed.bringBackAll')}
            </Button>
          )}
        </>
      }
    >
      <p className="removed-text">{t(list !== null && total === 0 ? 'removed.none' : 'removed.text')}</p>
      {problem !== null && <Note tone="bad">{errorText(t, problem)}</Note>}
      {removed.length > 0 && (
        <ul className="removed-list scroll-area" aria-label={t('removed.title')}>
          {removed.map((one) => (
            <RemovedRow
              key={one.message.rowId}
              removed={one}
              senderName={one.message.senderId === account.userId ? t('removed.you') : peer.username}
              onBringBack={() => void bringBack(one.message.rowId)}
            />
          ))}
          {removed.length < total && (
            <li className="removed-more">
              <Button variant="link" onClick={() => void load(removed)}>
                {t('removed.more')}
              </Button>
            </li>
          )}
        </ul>
      )}
    </Dialog>
  );
}

type RemovedRowProps = { removed: RemovedMessageView; senderName: string; onBringBack: () => void };

function RemovedRow({ removed: { message, removedAtMs }, senderName, onBringBack }: RemovedRowProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const textId = `removed-${message.rowId}`;
  return (
    <li className="removed-row">
      <div className="grow">
        {message.kind === 'text' ? (
          <p className="removed-excerpt" id={textId}>
            <bdi>{message.text}</bdi>
          </p>
        ) : (
          <p className="removed-file" id={textId}>
            <Icon of={message.kind === 'image' ? FileImage : File} size={14} />
            <FileName name={message.text} />
          </p>
        )}
        <p className="removed-facts" title={t('removed.removedAt', { time: formatFullDate(removedAtMs, locale) })}>
          <bdi>{senderName}</bdi> · {formatFullDate(message.atMs, locale)}
        </p>
      </div>
      <Button size="small" aria-describedby={textId} onClick={onBringBack}>
        {t('removed.bringBack')}
      </Button>
    </li>
  );
}
