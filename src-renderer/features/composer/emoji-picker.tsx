import { Search } from 'lucide-react';
import { EmojiPicker as Frimousse, type EmojiPickerListComponents } from 'frimousse';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Locale } from '../../../src-shared/domain/settings.ts';
import { Icon } from '../../ui/icon.tsx';
import { useLocale } from '../../ui/use-locale.ts';
import { createEmojiDataSource } from './emoji-data.ts';

/** Emoji in a row; the popover is as wide as they are. */
const columns = 9;

const parts: Partial<EmojiPickerListComponents> = {
  CategoryHeader: ({ category, ...rest }) => (
    <div {...rest} className="emoji-category">
      {category.label}
    </div>
  ),
  Row: ({ children, ...rest }) => (
    // The library counts from 0, where the page has to count from 1. It finds its rows by this number, except the first.
    <div {...rest} aria-rowindex={rest['aria-rowindex'] || undefined} className="emoji-row">
      {children}
    </div>
  ),
  Emoji: ({ emoji, ...rest }) => (
    <button
      {...{ ...rest, 'aria-colindex': (rest['aria-colindex'] ?? 0) + 1 }}
      type="button"
      className="emoji"
      data-is-active={emoji.isActive}
    >
      {emoji.emoji}
    </button>
  ),
};

type EmojiPickerProps = { recent: readonly string[]; onPick: (emoji: string) => void };

/** All emoji by group, searched by their names in the language of the screen, the last used ones on top. */
export function EmojiPicker(props: EmojiPickerProps) {
  const locale = useLocale();
  // Another language has other names and groups: nothing of the old one may stay.
  return <EmojiPickerIn key={locale} locale={locale} {...props} />;
}

function EmojiPickerIn({ recent, onPick, locale }: EmojiPickerProps & { locale: Locale }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const [hasFailed, setHasFailed] = useState(false);
  const [resolveEmojiData] = useState(() => createEmojiDataSource(t, () => setHasFailed(true)));
  if (hasFailed) {
    return (
      <p className="emoji-state" role="alert">
        {t('emoji.failed')}
      </p>
    );
  }
  return (
    <Frimousse.Root
      className="emoji-picker"
      locale={locale === 'zh-CN' ? 'zh' : 'en'}
      columns={columns}
      resolveEmojiData={resolveEmojiData}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <div className="emoji-search">
        <Icon of={Search} />
        <Frimousse.Search
          // oxlint-disable-next-line jsx-a11y/no-autofocus -- it was opened to look for something
          autoFocus
          aria-label={t('composer.searchEmoji')}
          placeholder={t('composer.searchEmoji')}
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      {search === '' && recent.length > 0 && (
        <div className="emoji-recent">
          {recent.slice(0, columns).map((emoji) => (
            <button key={emoji} type="button" className="emoji" onClick={() => onPick(emoji)}>
              {emoji}
            </button>
          ))}
        </div>
      )}
      <Frimousse.Viewport className="emoji-viewport" tabIndex={0}>
        <Frimousse.Loading className="emoji-state">{t('emoji.loading')}</Frimousse.Loading>
        <Frimousse.Empty className="emoji-state">{t('emoji.none')}</Frimousse.Empty>
        <Frimousse.List components={parts} />
      </Frimousse.Viewport>
    </Frimousse.Root>
  );
}
