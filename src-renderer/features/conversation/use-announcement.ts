import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

/** A long message is read on request, by going to it. */
const maxAnnouncedLength = 200;

/** What a screen reader is to say about messages that arrived in the open conversation: the one, or how many. */
export function useAnnouncement(rows: readonly MessageView[], ownId: UserId, peerName: string): string {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const before = useRef(rows);
  useEffect(() => {
    const last = before.current.at(-1);
    before.current = rows;
    // Only what came after the message that was the newest is news; other windows were fetched by the person.
    const at = last === undefined ? -1 : rows.findLastIndex((row) => row.rowId === last.rowId);
    if (at < 0) return;
    const news = rows.slice(at + 1).filter((row) => row.senderId !== ownId && row.state === 'sent');
    const [first] = news;
    if (first === undefined) return;
    const text = first.text.slice(0, maxAnnouncedLength);
    setWords(
      news.length === 1
        ? t('conversation.announce', { name: peerName, text })
        : t('conversation.announceMany', { count: news.length }),
    );
  }, [rows, ownId, peerName, t]);
  return words;
}
