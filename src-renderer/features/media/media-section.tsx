import { Download } from 'lucide-react';
import { useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Button } from '../../ui/button.tsx';
import { FileName } from '../../ui/file-name.tsx';
import { formatByteSize } from '../../ui/file-text.ts';
import { HostLine } from '../../ui/host-line.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatFullDate, formatListTime } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import { useNow } from '../../ui/use-now.ts';
import { fileIcon } from './file-icon.ts';
import type { MediaKit } from './media-kit.ts';
import type { MediaList } from './media-list.ts';
import { MediaThumb } from './media-thumb.tsx';
import './media-section.css';

type MediaSectionProps = { kind: 'image' | 'file'; list: MediaList; kit: MediaKit };

/** Two rows of pictures, and as many files as take their height. */
const shownAtFirst = { image: 6, file: 3 };

/** The pictures or the files of a conversation: the latest, and all of them on demand, page by page. */
export function MediaSection({ kind, list, kit }: MediaSectionProps) {
  const { t } = useTranslation();
  const titleId = useId();
  const { messages, hasMore, isLoading, error } = useStore(list.store);
  const [isWhole, setIsWhole] = useState(false);
  useEffect(() => void list.loadMore(), [list]);
  // Nothing is said of what a conversation does not have.
  if (messages.length === 0 && error === null) return null;
  const shown = isWhole ? messages : messages.slice(0, shownAtFirst[kind]);
  const allLabel = hasMore ? t('media.all') : t('media.allCount', { total: messages.length });
  return (
    <section className="media-section" aria-labelledby={titleId}>
      <header>
        <h3 id={titleId}>{t(kind === 'image' ? 'media.images' : 'media.files')}</h3>
        {(hasMore || messages.length > shownAtFirst[kind]) && (
          <Button variant="link" aria-expanded={isWhole} onClick={() => setIsWhole(!isWhole)}>
            {isWhole ? t('media.fewer') : allLabel}
          </Button>
        )}
      </header>
      <ul className={kind === 'image' ? 'media-grid' : 'media-files'}>
        {shown.map((message) => (
          <li key={message.rowId}>
            {kind === 'image' ? <Picture message={message} kit={kit} /> : <FileRow message={message} kit={kit} />}
          </li>
        ))}
      </ul>
      {error !== null && <p className="media-failed">{t('media.loadFailed')}</p>}
      {(isWhole || error !== null) && (hasMore || error !== null) && (
        <Button variant="ghost" block busy={isLoading} onClick={() => void list.loadMore()}>
          {error === null ? t('media.more') : t('common.retry')}
        </Button>
      )}
    </section>
  );
}

type ItemProps = { message: MessageView; kit: MediaKit };

function Picture({ message, kit }: ItemProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  return (
    <button
      type="button"
      className="media-picture"
      aria-label={t('media.open', { name: message.text })}
      title={formatFullDate(message.atMs, locale)}
      onClick={() => kit.actions.open(message)}
    >
      <MediaThumb message={message} kit={kit} />
    </button>
  );
}

function FileRow({ message, kit }: ItemProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  const nowMs = useNow(60_000);
  const source = message.attachment?.source ?? 'none';
  const time = formatListTime(message.atMs, nowMs, locale);
  const size = message.sizeBytes === null ? null : formatByteSize(message.sizeBytes, locale);
  const host = message.attachment?.foreignHost ?? '';
  const isForeign = source === 'foreign';
  return (
    <button
      type="button"
      className="media-file"
      aria-label={
        isForeign ? t('media.getNamed', { name: message.text, host }) : t('media.open', { name: message.text })
      }
      disabled={source === 'none'}
      onClick={() => (isForeign ? kit.actions.download(message.rowId) : kit.actions.open(message))}
    >
      <span className="media-tile">
        <Icon of={isForeign ? Download : fileIcon(message.text)} size={18} />
      </span>
      <span className="grow">
        <FileName name={message.text} />
        <span className="media-facts numeric">
          {/* Whose computer would be asked is read before it is. */}
          {isForeign ? <HostLine before={size ?? time} host={host} /> : size === null ? time : `${size} · ${time}`}
        </span>
      </span>
    </button>
  );
}
