import { Search, X } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { maxQueryLength } from '../../../src-shared/domain/limits.ts';
import { IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { createImeGuard } from '../../ui/ime-guard.ts';
import { isModOnly, modShortcut } from '../../ui/shortcut.ts';
import { optionsOf, type SearchOption } from './search-store.ts';
import { optionId, searchListId } from './search-results.tsx';
import { pressInResults, type Searcher } from './searcher.ts';
import './search-box.css';

type SearchBoxProps = {
  searcher: Searcher;
  /** The name of the person whose conversation alone is searched; null: everything. */
  scopeName: string | null;
  onOpen: (option: SearchOption) => void;
};

/** The box over the lists. It keeps the focus while the keys walk through the results below it. Ctrl/⌘ K leads here. */
export function SearchBox({ searcher, scopeName, onOpen }: SearchBoxProps) {
  const { t } = useTranslation();
  const input = useRef<HTMLInputElement>(null);
  const [ime] = useState(createImeGuard);
  const query = useStore(searcher.store, (state) => state.query);
  /** What stands in the box while an input method composes: letters that are not to be looked for. */
  const [composed, setComposed] = useState<string | null>(null);
  const results = useStore(searcher.store, (state) => state.results);
  const activeIndex = useStore(searcher.store, (state) => state.activeIndex);
  const focusRequests = useStore(searcher.store, (state) => state.focusRequests);
  const active = optionsOf(results)[activeIndex];

  useEffect(() => {
    const press = (event: globalThis.KeyboardEvent): void => {
      if (!isModOnly(event) || event.key.toLowerCase() !== 'k' || document.querySelector('dialog[open]') !== null)
        return;
      event.preventDefault();
      searcher.focus();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [searcher]);
  useLayoutEffect(() => {
    if (focusRequests === 0) return;
    input.current?.focus();
    input.current?.select();
  }, [focusRequests]);

  const clear = (): void => {
    setComposed(null);
    searcher.clear();
  };
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (ime.owns(event.nativeEvent) || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (pressInResults(event.key, searcher, onOpen)) event.preventDefault();
    else if (event.key === 'Escape' && (query !== '' || scopeName !== null)) clear();
    else if (event.key === 'Escape') {
      searcher.leave();
      event.currentTarget.blur();
    } else if (event.key === 'Backspace' && query === '' && scopeName !== null) searcher.searchIn(null);
    else return;
    event.preventDefault();
  };

  return (
    <div className="search-area">
      <div className="search-box">
        <Icon of={Search} />
        <input
          ref={input}
          type="search"
          aria-label={t('search.label')}
          placeholder={t('search.placeholder', { shortcut: modShortcut('K') })}
          aria-controls={results === null ? undefined : searchListId}
          aria-activedescendant={active === undefined ? undefined : optionId(active)}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          maxLength={maxQueryLength}
          value={composed ?? query}
          onChange={({ target, nativeEvent }) => {
            if ('isComposing' in nativeEvent && nativeEvent.isComposing === true) setComposed(target.value);
            else {
              setComposed(null);
              searcher.type(target.value);
            }
          }}
          onCompositionStart={ime.onCompositionStart}
          onCompositionEnd={({ currentTarget }) => {
            ime.onCompositionEnd();
            setComposed(null);
            searcher.type(currentTarget.value);
          }}
          onBlur={({ currentTarget }) => {
            ime.onBlur();
            setComposed(null);
            searcher.type(currentTarget.value);
            // Whoever is elsewhere by now is not taken away from there.
            searcher.forgetChoice();
          }}
          onKeyDown={press}
        />
        {(query !== '' || composed !== null) && (
          <IconButton
            icon={X}
            size="small"
            label={t('search.clear')}
            onClick={() => {
              clear();
              input.current?.focus();
            }}
          />
        )}
      </div>
      {scopeName !== null && (
        <div className="search-scope">
          <span className="search-chip">
            <span className="ellipsis">{t('search.scope', { name: scopeName })}</span>
            <IconButton icon={X} size="small" label={t('search.removeScope')} onClick={() => searcher.searchIn(null)} />
          </span>
        </div>
      )}
    </div>
  );
}
