import { ArrowDown } from 'lucide-react';
import { memo, useLayoutEffect, useRef, useState, type KeyboardEvent, type MouseEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { VList, type VListHandle } from 'virtua';
import { useStore } from 'zustand';
import type { AccountView, ContactView, MessageView } from '../../../src-shared/ipc/views.ts';
import { Icon } from '../../ui/icon.tsx';
import { isModOnly } from '../../ui/shortcut.ts';
import { formatDay } from '../../ui/time.ts';
import { useLocale } from '../../ui/use-locale.ts';
import { useNow } from '../../ui/use-now.ts';
import { indexOfRow, type LogItem } from './log-items.ts';
import { createLogScroller } from './log-scroller.ts';
import type { LogActions } from './log-actions.ts';
import { targetOf, type MessagePages } from './message-pages.ts';
import type { MessageMedia } from './message-media.ts';
import { MessageMenu } from './message-menu.tsx';
import { rowIdOf, useLogFocus, type FocusStep } from './use-log-focus.ts';
import { useFlash } from './use-flash.ts';
import { useListEntries } from './use-list-entries.ts';
import { useLogLines } from './use-log-lines.tsx';
import '../../ui/badge.css';
import './message-log.css';

type MessageLogProps = {
  pages: MessagePages;
  items: readonly LogItem[];
  peer: ContactView;
  account: AccountView;
  unreadCount: number;
  /** Stable. */
  actions: LogActions;
  media: MessageMedia;
};

/** Pixels beyond the screen that are kept in the page, so that fast scrolling finds no holes. */
const bufferPx = 800;
const steps: Readonly<Record<string, FocusStep>> = {
  ArrowUp: 'previous',
  ArrowDown: 'next',
  Home: 'first',
  End: 'last',
};

/** The messages of a conversation. Built anew, by its key, for each generation of `pages`. */
export const MessageLog = memo(function MessageLog(props: MessageLogProps) {
  const { pages, peer, account, unreadCount, actions, media } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const isWhole = !pages.hasNewer;
  const nowMs = useNow(60_000);
  const { entries: items, isStartChange } = useListEntries(props.items);
  const [scroller] = useState(() =>
    createLogScroller({
      start: pages.start,
      onEdge: actions.loadEdge,
      onView: actions.view,
      onLeave: actions.leave,
    }),
  );
  const { isAtBottom, stickyAtMs } = useStore(scroller.state);
  useLayoutEffect(() => scroller.setItems(items, isWhole), [scroller, items, isWhole]);
  useLayoutEffect(() => {
    if (list.current !== null) scroller.open(list.current);
    return () => scroller.close();
  }, [scroller]);
  const [targetRowId] = useState(() => targetOf(pages.start));
  const focus = useLogFocus(root, list, items, targetRowId);
  const flashing = useFlash(targetRowId);
  const lineOf = useLogLines({ peer, account, actions, media, nowMs });

  const messageAt = (target: EventTarget | null): MessageView | null => {
    const rowId = rowIdOf(target);
    const item = rowId === null ? undefined : items[indexOfRow(items, rowId) ?? -1];
    return item?.kind === 'message' ? item.message : null;
  };
  const press = (event: KeyboardEvent<HTMLDivElement>): void => {
    const message = messageAt(event.target);
    // Keys on a link or a button inside a message belong to it.
    if (message === null || !(event.target instanceof HTMLElement) || event.target.tagName !== 'ARTICLE') return;
    const step = steps[event.key];
    if (step !== undefined && !event.ctrlKey && !event.metaKey && !event.altKey) focus.move(step);
    else if (event.key === 'Delete') actions.askToDelete(message);
    else if (event.key === 'Enter' && message.state === 'failed') actions.retry(message);
    else if (event.key === 'Enter' && message.kind !== 'text') media.open(message);
    else if (isModOnly(event) && event.key.toLowerCase() === 'c' && hasNoSelection()) {
      if (message.kind === 'image') media.copyImage(message);
      else actions.copy(message.text);
    } else return;
    event.preventDefault();
  };
  const click = (event: MouseEvent<HTMLDivElement>): void => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null) return;
    event.preventDefault();
    actions.openLink(link.href);
  };

  return (
    <MessageMenu messageAt={messageAt} actions={actions} media={media}>
      {/* Clicks and keys are handled here once, for whichever message they happen in: rows come and go. */}
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions */}
      <div
        ref={root}
        className="log"
        onKeyDown={press}
        onClick={click}
        onFocus={focus.onFocus}
        onBlur={focus.onBlur}
        onKeyDownCapture={scroller.onInput}
        onWheel={scroller.onInput}
        onTouchMove={scroller.onInput}
        onPointerDown={scroller.onInput}
      >
        <VList
          ref={list}
          // New messages are announced in a region of their own: rows also come and go by scrolling.
          role="log"
          aria-live="off"
          aria-label={t('conversation.messages')}
          className="log-list scroll-area"
          data={items}
          shift={isStartChange}
          bufferSize={bufferPx}
          keepMounted={focus.tabStopIndex === null ? [] : [focus.tabStopIndex]}
          onScroll={scroller.onScroll}
          onScrollEnd={scroller.onScrollEnd}
          onResize={scroller.onResize}
        >
          {(item, index) =>
            lineOf(item, {
              isFirst: index === 0 && !pages.hasOlder,
              isTabStop: index === focus.tabStopIndex,
              isFlashing: item.kind === 'message' && item.message.rowId === flashing,
            })
          }
        </VList>
        {stickyAtMs !== null && (
          <div className="log-sticky-date" aria-hidden>
            {formatDay(stickyAtMs, nowMs, locale)}
          </div>
        )}
        {!isAtBottom && (
          <button
            type="button"
            className="log-jump"
            aria-label={
              unreadCount > 0 ? t('conversation.jumpToNew', { count: unreadCount }) : t('conversation.jumpToNewest')
            }
            onClick={isWhole ? scroller.scrollToBottom : actions.loadNewest}
          >
            <Icon of={ArrowDown} size={18} />
            {unreadCount > 0 && (
              <span className="badge" aria-hidden>
                {unreadCount > 999 ? '999+' : unreadCount}
              </span>
            )}
          </button>
        )}
      </div>
    </MessageMenu>
  );
});

function hasNoSelection(): boolean {
  const selection = window.getSelection();
  return selection === null || selection.isCollapsed;
}
