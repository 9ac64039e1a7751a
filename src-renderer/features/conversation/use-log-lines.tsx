import { useMemo, type ReactElement } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView, ContactView } from '../../../src-shared/ipc/views.ts';
import { formatDay } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import type { LogActions } from './log-actions.ts';
import type { LogItem } from './log-items.ts';
import type { MessageMedia } from './message-media.ts';
import { MessageRow } from './message-row.tsx';

type LineContext = {
  readonly peer: ContactView;
  readonly account: AccountView;
  readonly actions: LogActions;
  readonly media: MessageMedia;
  readonly nowMs: number;
};
type Line = Look & { readonly element: ReactElement };

type DrawLine = (item: LogItem, look: Look) => ReactElement;

type Look = {
  readonly isFirst: boolean;
  readonly isTabStop: boolean;
  /** Picked out for a moment. */
  readonly isFlashing: boolean;
};

/**
 * Draws entries of the list. The same entry gives the same element, so that React and the list pass over what did not
 * change: of a hundred lines, a message and its ack touch two.
 */
export function useLogLines({ peer, account, actions, media, nowMs }: LineContext): DrawLine {
  return useMemo(
    () => createDrawLine({ peer, account, actions, media, nowMs }),
    [peer, account, actions, media, nowMs],
  );
}

function createDrawLine({ peer, account, actions, media, nowMs }: LineContext): DrawLine {
  const drawn = new WeakMap<LogItem, Line>();
  return (item, { isFirst, isTabStop, isFlashing }) => {
    const known = drawn.get(item);
    if (known?.isFirst === isFirst && known.isTabStop === isTabStop && known.isFlashing === isFlashing)
      return known.element;
    const classes = ['log-line', ...(isFirst ? ['is-first'] : []), ...(isFlashing ? ['flash'] : [])];
    const element = (
      <div key={item.key} className={classes.join(' ')}>
        {item.kind === 'message' ? (
          <MessageRow
            message={item.message}
            isMine={item.isMine}
            isFirstOfRun={item.isFirstOfRun}
            isLastOfRun={item.isLastOfRun}
            showsState={item.showsState}
            isBeforeLine={item.isBeforeLine}
            isTabStop={isTabStop}
            senderName={item.isMine ? account.username : peer.username}
            senderAvatar={item.isMine ? account.avatar : peer.avatar}
            actions={actions}
            media={media}
          />
        ) : (
          <LogLine item={item} peerName={peer.username} nowMs={nowMs} />
        )}
      </div>
    );
    drawn.set(item, { isFirst, isTabStop, isFlashing, element });
    return element;
  };
}

type LogLineProps = { item: Exclude<LogItem, { kind: 'message' }>; peerName: string; nowMs: number };

function LogLine({ item, peerName, nowMs }: LogLineProps) {
  const { t } = useTranslation();
  const locale = useLocale();
  switch (item.kind) {
    case 'date': {
      const day = formatDay(item.atMs, nowMs, locale);
      return (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <hr> cannot hold words
        <div className="log-date" role="separator" aria-label={day}>
          {day}
        </div>
      );
    }
    case 'new':
      return (
        // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- an <hr> cannot hold words
        <div className="log-new" role="separator" aria-label={t('conversation.newMessages')}>
          {t('conversation.newMessages')}
        </div>
      );
    case 'cleared':
      return <p className="log-note">{t('conversation.clearedByPeer', { name: peerName })}</p>;
  }
}
