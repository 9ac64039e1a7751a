import { Check, CheckCheck, CircleAlert, CircleSlash, Clock, CloudUpload, Trash2, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { wasCancelled, type MessageState } from '../../../src-shared/domain/message.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatClock, formatFullDate } from '../../ui/time.ts';
import { useIsBehindUpload } from '../../ui/upload-under-way.ts';
import { useLocale } from '../../ui/use-locale.ts';
import type { LogActions } from './log-actions.ts';
import type { MessageItem } from './log-items.ts';
import { MessageBody } from './message-body.tsx';
import type { MessageMedia } from './message-media.ts';
import './message-row.css';

type RowActions = Pick<LogActions, 'retry' | 'askToDelete'>;

type MessageRowProps = Omit<MessageItem, 'kind' | 'key'> & {
  /** The other person, or me where the message is mine. */
  senderName: string;
  senderAvatar: string;
  /** The message that the Tab key reaches; the arrow keys move on from there. */
  isTabStop: boolean;
  /** Stable, so that a row is painted again only when it changed itself. */
  actions: RowActions;
  media: MessageMedia;
};

const stateIcons = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  read: CheckCheck,
  failed: CircleAlert,
  cancelled: CircleSlash,
} satisfies Record<MessageState | 'cancelled', LucideIcon>;

/** One message: the bubble holds the words, the margin holds the facts, in places that are always reserved. */
export const MessageRow = memo(function MessageRow(props: MessageRowProps) {
  const { message, isMine, isFirstOfRun, isLastOfRun, isBeforeLine, isTabStop, senderName } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const time = formatClock(message.atMs, locale);
  const hasFailed = isMine && message.state === 'failed';
  const classes = ['message', isMine ? 'mine' : 'theirs'];
  if (isFirstOfRun) classes.push('first');
  if (isLastOfRun) classes.push('last');
  if (isBeforeLine) classes.push('before-line');
  if (hasFailed) classes.push(wasCancelled(message) ? 'cancelled' : 'failed');
  const when = (
    <time
      className="message-time"
      dateTime={new Date(message.atMs).toISOString()}
      title={formatFullDate(message.atMs, locale)}
    >
      {time}
    </time>
  );
  return (
    <article
      className={classes.join(' ')}
      // Reached with Tab and the arrow keys: it has a menu and keys of its own.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={isTabStop ? 0 : -1}
      aria-label={t('conversation.messageBy', { name: senderName, time })}
      data-message-id={message.messageId}
      data-row-id={message.rowId}
      data-state={message.state}
    >
      {!isMine && isLastOfRun && (
        <Avatar id={message.senderId} name={senderName} picture={props.senderAvatar} size={28} />
      )}
      {isMine && (hasFailed ? <FailedTools message={message} canTab={isTabStop} actions={props.actions} /> : when)}
      <MessageBody message={message} canTab={isTabStop} media={props.media} />
      {isMine ? <StateMark message={message} isShown={props.showsState} /> : when}
    </article>
  );
});

function StateMark({ message, isShown }: { message: MessageView; isShown: boolean }) {
  const { t } = useTranslation();
  const look = wasCancelled(message) ? 'cancelled' : message.state;
  const isBehindUpload = useIsBehindUpload(message.state);
  if (!isShown) return <span className="message-state" />;
  const words = isBehindUpload
    ? t('message.behindUpload')
    : look === 'cancelled' || message.failure === null
      ? t(`message.${look}`)
      : t(`failure.${message.failure}`);
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- drawn in colours of the theme
    <span className={`message-state ${look}`} role="img" aria-label={words} title={words}>
      <Icon of={isBehindUpload ? CloudUpload : stateIcons[look]} />
    </span>
  );
}

type FailedToolsProps = { message: MessageView; canTab: boolean; actions: RowActions };

function FailedTools({ message, canTab, actions }: FailedToolsProps) {
  const { t } = useTranslation();
  const tabIndex = canTab ? 0 : -1;
  return (
    <div className="message-failed">
      <span>{t(wasCancelled(message) ? 'message.cancelled' : 'conversation.notSent')}</span>
      {/* The card of a file has its own. */}
      {message.kind !== 'file' && (
        <Button
          size="small"
          tabIndex={tabIndex}
          aria-label={message.kind === 'image' ? t('media.retry', { name: message.text }) : undefined}
          onClick={() => actions.retry(message)}
        >
          {t('conversation.retry')}
        </Button>
      )}
      <button
        type="button"
        className="icon-button small"
        tabIndex={tabIndex}
        aria-label={t('conversation.delete')}
        title={t('conversation.delete')}
        onClick={() => actions.askToDelete(message)}
      >
        <Icon of={Trash2} />
      </button>
    </div>
  );
}
