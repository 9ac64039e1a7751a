import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wasCancelled } from '../../../src-shared/domain/message.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

/** A long message is read on request, by going to it. */
const maxAnnouncedLength = 200;

/**
 * What a screen reader is to say about the open conversation: the message that arrived, or how many, and which of one's
 * own could not be sent.
 */
export function useAnnouncement(rows: readonly MessageView[], ownId: UserId, peerName: string): string {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const before = useRef(rows);
  useEffect(() => {
    const old = before.current;
    before.current = rows;
    // Only what came after the message that was the newest is news; other windows were fetched by the person.
    const at = rows.findLastIndex((row) => row.rowId === old.at(-1)?.rowId);
    const news = at < 0 ? [] : rows.slice(at + 1);
    const arrived = news.filter((row) => row.senderId !== ownId && row.state === 'sent');
    const failed = [...rows.filter((row) => hasFailedSince(row, old)), ...news.filter(hasFailed)];
    const said = [
      ...(arrived.length > 1 ? [t('conversation.announceMany', { count: arrived.length })] : []),
      ...(arrived.length === 1
        ? arrived.map(({ text }) => t('conversation.announce', { name: peerName, text: cut(text) }))
        : []),
      ...(failed.length > 1 ? [t('conversation.announceFailedMany', { count: failed.length })] : []),
      ...(failed.length === 1
        ? failed.map(({ text, failure }) =>
            t('conversation.announceFailed', {
              text: cut(text),
              reason: failure === null ? '' : t(`failure.${failure}`),
            }).trim(),
          )
        : []),
    ];
    if (said.length > 0) setWords(said.join(' '));
  }, [rows, ownId, peerName, t]);
  return words;
}

const cut = (text: string): string => text.slice(0, maxAnnouncedLength);
/** Only one's own messages fail. Whoever cancelled one knows. */
const hasFailed = (row: MessageView): boolean => row.state === 'failed' && !wasCancelled(row);

/** A row that did not change is the same object as before. */
function hasFailedSince(row: MessageView, old: readonly MessageView[]): boolean {
  if (!hasFailed(row) || old.includes(row)) return false;
  const known = old.find(({ rowId }) => rowId === row.rowId);
  return known !== undefined && !hasFailed(known);
}
