import { File, FileImage, MessageSquare, Search } from 'lucide-react';
import { useEffect, type KeyboardEvent, type ReactNode, type UIEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { ContactView, MessageHit, PersonHit } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Icon } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { formatFullDate, formatListTime } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import { useNow } from '../../ui/use-now.ts';
import { MarkedFileName } from './marked-file-name.tsx';
import { MarkedText } from './marked-text.tsx';
import { optionsOf, type SearchOption, type SearchState } from './search-store.ts';
import { pressInResults, type Searcher } from './searcher.ts';
import '../../ui/rows.css';
import './search-results.css';

export const searchListId = 'search-results';
export const optionId = (option: SearchOption): string => `${searchListId}-${option.key}`;

/** The next page is asked for when less than this is left below, in pixels: two screens. */
const edgePx = 1_200;

type SearchResultsProps = {
  searcher: Searcher;
  personOf: (peerId: UserId) => ContactView;
  myId: UserId;
  onOpen: (option: SearchOption) => void;
};

/** What was found: people, then messages and files, in the place of the lists. The keys come from the search box. */
export function SearchResults({ searcher, personOf, myId, onOpen }: SearchResultsProps) {
  const { t } = useTranslation();
  const state = useStore(searcher.store);
  const { results, activeIndex } = state;
  const options = optionsOf(results);
  const active = options[activeIndex];
  const activeId = active === undefined ? '' : optionId(active);
  useEffect(() => document.getElementById(activeId)?.scrollIntoView({ block: 'nearest' }), [activeId]);
  const scroll = ({ currentTarget }: UIEvent<HTMLDivElement>): void => {
    const { scrollHeight, scrollTop, clientHeight } = currentTarget;
    if (scrollHeight - scrollTop - clientHeight < edgePx) searcher.loadMore();
  };
  const press = (event: KeyboardEvent): void => {
    if (pressInResults(event.key, searcher, onOpen)) event.preventDefault();
  };
  const draw = (option: SearchOption): ReactNode => (
    // The keys come to the box, which keeps the focus and names the option.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      key={option.key}
      id={optionId(option)}
      className={option.kind === 'message' ? 'list-row' : 'list-row compact'}
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an option of a select holds no faces and no marks
      role="option"
      // Reached from the box by its arrow keys, never by itself.
      tabIndex={-1}
      aria-selected={option === active}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => {
        searcher.activate(options.indexOf(option));
        onOpen(option);
      }}
    >
      {option.kind === 'person' && <PersonRow hit={option.person} person={personOf(option.person.userId)} />}
      {option.kind === 'all-people' && (
        <span className="search-all">{t('search.allPeople', { count: option.count })}</span>
      )}
      {option.kind === 'message' && (
        <MessageRow hit={option.message} person={personOf(option.message.peerId)} myId={myId} />
      )}
    </div>
  );
  const people = options.filter((option) => option.kind !== 'message');
  const messages = options.filter((option) => option.kind === 'message');
  return (
    <>
      <div
        id={searchListId}
        className="search-results scroll-area"
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- as its options
        role="listbox"
        aria-label={t('search.results')}
        // It scrolls, so it can be reached; its keys are those of the box.
        tabIndex={options.length > 0 ? 0 : -1}
        aria-activedescendant={active === undefined ? undefined : activeId}
        onKeyDown={press}
        aria-busy={state.status === 'searching' || state.isLoadingMore}
        onScroll={scroll}
      >
        {people.length > 0 && (
          <Group label={t('search.people')} count={results?.people.length ?? 0}>
            {people.map((option) => draw(option))}
          </Group>
        )}
        {messages.length > 0 && (
          <Group label={t('search.messages')} count={results?.next === null ? messages.length : null}>
            {messages.map((option) => draw(option))}
          </Group>
        )}
      </div>
      <Instead state={state} count={options.length} />
    </>
  );
}

function Group({ label, count, children }: { label: string; count: number | null; children: ReactNode }) {
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- options in a list box
    <div role="group" aria-label={label}>
      <div className="list-section" aria-hidden>
        <span>{label}</span>
        {count !== null && <span className="numeric">{count}</span>}
      </div>
      {children}
    </div>
  );
}

function PersonRow({ hit, person }: { hit: PersonHit; person: ContactView }) {
  const { t } = useTranslation();
  const presence = { is: person.presence, label: t(`presence.${person.presence}`) };
  return (
    <>
      <Avatar id={hit.userId} name={hit.username} picture={person.avatar} size={32} presence={presence} />
      <span className="grow">
        <bdi className="search-name ellipsis">
          {hit.username === '' ? person.username : <MarkedText text={hit.username} ranges={hit.nameRanges} />}
        </bdi>
        {hit.idRanges.length > 0 && (
          <span className="search-sub ellipsis numeric">
            {t('search.id')} <MarkedText text={String(hit.userId)} ranges={hit.idRanges} />
          </span>
        )}
      </span>
    </>
  );
}

function MessageRow({ hit, person, myId }: { hit: MessageHit; person: ContactView; myId: UserId }) {
  const locale = useLocale();
  const nowMs = useNow(60_000);
  return (
    <>
      <Avatar id={person.userId} name={person.username} picture={person.avatar} size={40} />
      <span className="grow">
        <span className="list-row-line-1">
          <bdi className="list-row-name ellipsis">{person.username}</bdi>
          <time dateTime={new Date(hit.atMs).toISOString()} title={formatFullDate(hit.atMs, locale)}>
            {formatListTime(hit.atMs, nowMs, locale)}
          </time>
        </span>
        <span className="list-row-line-2">
          {hit.kind !== 'text' && <Icon of={hit.kind === 'image' ? FileImage : File} size={14} />}
          <HitLine hit={hit} isMine={hit.senderId === myId} />
        </span>
      </span>
    </>
  );
}

/** What was found. The end of a file's name is never cut off: what it is called may not be what it is (safety T5). */
function HitLine({ hit, isMine }: { hit: MessageHit; isMine: boolean }) {
  const { t } = useTranslation();
  const mine = isMine && <span className="search-mine">{t('search.mine')} </span>;
  if (hit.kind !== 'text') {
    return (
      <>
        {mine}
        <span className="grow">
          <MarkedFileName excerpt={hit.excerpt} ranges={hit.ranges} />
        </span>
      </>
    );
  }
  return (
    <span className="grow ellipsis">
      {mine}
      <bdi>
        <MarkedText text={hit.excerpt} ranges={hit.ranges} />
      </bdi>
    </span>
  );
}

/** What stands there while nothing was found, or not yet; and the words for who does not see the list. */
function Instead({ state, count }: { state: SearchState; count: number }) {
  const { t } = useTranslation();
  const { status, results, error, query, scopePeerId } = state;
  const isWaiting = status === 'searching' || (results !== null && results.next !== null && count === 0);
  return (
    <>
      <output className="visually-hidden">{status === 'ready' && !isWaiting && t('search.found', { count })}</output>
      {isWaiting && results === null && <ResultsSkeleton />}
      {status === 'idle' && (
        <EmptyState
          art={<Icon of={scopePeerId === null ? Search : MessageSquare} size={32} />}
          title={t('search.inConversation')}
          text={t('search.hint')}
        />
      )}
      {!isWaiting && results !== null && count === 0 && (
        <EmptyState
          art={<Icon of={Search} size={32} />}
          title={t('search.nothing', { query: query.trim() })}
          text={t('search.nothingHint')}
        />
      )}
      {status === 'failed' && error !== null && (
        <div className="search-failed">
          <Note tone="bad">{t('search.failed', { reason: errorText(t, error) })}</Note>
        </div>
      )}
    </>
  );
}

function ResultsSkeleton() {
  const { t } = useTranslation();
  return (
    <output className="search-skeleton skeleton" aria-label={t('search.searching')}>
      {['a', 'b', 'c', 'd'].map((key) => (
        <span key={key} className="list-row">
          <span className="skeleton-disc" />
          <span className="grow">
            <span className="skeleton-bar" />
            <span className="skeleton-bar" />
          </span>
        </span>
      ))}
    </output>
  );
}
