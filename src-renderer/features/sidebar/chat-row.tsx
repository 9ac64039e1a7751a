import { Check, CheckCheck, CircleAlert, CircleSlash, Clock, CloudUpload, type LucideIcon } from 'lucide-react';
import type { TFunction } from 'i18next';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { wasCancelled, type MessageState } from '../../../src-shared/domain/message.ts';
import type { ContactView, ConversationView, MessageView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Badge } from '../../ui/badge.tsx';
import { dropMarks } from '../../ui/drop-marks.ts';
import { FileName } from '../../ui/file-name.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatListTime } from '../../ui/time.ts';
import { useIsBehindUpload } from '../../ui/upload-under-way.ts';
import { useLocale } from '../../ui/use-locale.ts';
import '../../ui/rows.css';
import './chat-row.css';

const stateIcons = {
  queued: Clock,
  sending: Clock,
  sent: Check,
  read: CheckCheck,
  failed: CircleAlert,
} satisfies Record<MessageState, LucideIcon>;

/** A preview is one line, about 60 characters; more would only be laid out to be cut. */
const maxPreviewLength = 200;

type ChatRowProps = {
  conversation: ConversationView;
  person: ContactView;
  myId: UserId;
  nowMs: number;
  /** How much of its history is there; null: all that is to be had. */
  loadedPercent: number | null;
  isViewed: boolean;
  /** Files are being dragged over it. */
  isDropTarget: boolean;
  onOpen: (peerId: UserId) => void;
};

/** One conversation: who, when, and a line of the last thing said or of what is being written. */
export const ChatRow = memo(function ChatRow(props: ChatRowProps) {
  const { conversation, person, myId, nowMs, loadedPercent, isViewed, isDropTarget, onOpen } = props;
  const { t } = useTranslation();
  const locale = useLocale();
  const { unreadCount, lastMessage } = conversation;
  const atMs = lastMessage?.atMs ?? conversation.activeAtMs;
  return (
    <button
      type="button"
      className={unreadCount > 0 ? 'list-row unread' : 'list-row'}
      {...dropMarks('row', person)}
      data-is-drop-target={isDropTarget || undefined}
      aria-current={isViewed || undefined}
      onClick={() => onOpen(conversation.peerId)}
    >
      <Avatar
        id={person.userId}
        name={person.username}
        picture={person.avatar}
        size={40}
        presence={{ is: person.presence, label: t(`presence.${person.presence}`) }}
      />
      <span className="list-row-lines">
        <span className="list-row-line-1">
          <bdi className="list-row-name ellipsis">{person.username}</bdi>
          <time dateTime={new Date(atMs).toISOString()}>{formatListTime(atMs, nowMs, locale)}</time>
        </span>
        <span className="list-row-line-2">
          {isDropTarget ? (
            <span className="grow ellipsis">{t('drop.here')}</span>
          ) : loadedPercent === null ? (
            <Preview conversation={conversation} myId={myId} />
          ) : (
            <span className="grow ellipsis chat-none">{t('chats.loadingHistory', { percent: loadedPercent })}</span>
          )}
          {unreadCount > 0 && <Badge count={unreadCount} label={t('chats.unread', { count: unreadCount })} />}
        </span>
      </span>
    </button>
  );
});

function Preview({ conversation, myId }: { conversation: ConversationView; myId: UserId }) {
  const { t } = useTranslation();
  const { draft, stagedCount, lastMessage } = conversation;
  const written = oneLine(draft?.text ?? '');
  if (written !== '' || stagedCount > 0) {
    return (
      <span className="grow ellipsis">
        <span className="chat-draft">{t('chats.draft')}</span>{' '}
        <bdi>{written === '' ? t('chats.filesWaiting', { count: stagedCount }) : written}</bdi>
      </span>
    );
  }
  if (lastMessage === null) return <span className="grow ellipsis chat-none">{t('chats.none')}</span>;
  const isCancelled = wasCancelled(lastMessage);
  return (
    <>
      {isCancelled ? <Cancelled /> : lastMessage.senderId === myId && <StateIcon state={lastMessage.state} />}
      {lastMessage.kind === 'file' && (lastMessage.state !== 'failed' || isCancelled) ? (
        <span className="grow">
          <FileName name={lastMessage.text} />
        </span>
      ) : (
        <bdi className="grow ellipsis">{messageLine(t, lastMessage)}</bdi>
      )}
    </>
  );
}

function StateIcon({ state }: { state: MessageState }) {
  const { t } = useTranslation();
  const isBehindUpload = useIsBehindUpload(state);
  const words = t(isBehindUpload ? 'message.behindUpload' : `message.${state}`);
  return (
    <span className={`chat-state ${state}`} title={words}>
      <Icon of={isBehindUpload ? CloudUpload : stateIcons[state]} size={14} />
      <span className="visually-hidden">{words}</span>
    </span>
  );
}

/** Stands before the name of a file that the person kept from being sent. */
function Cancelled() {
  const { t } = useTranslation();
  return (
    <span className="chat-cancelled">
      <Icon of={CircleSlash} size={14} />
      {t('chats.cancelled')}
    </span>
  );
}

function messageLine(t: TFunction, message: MessageView): string {
  if (message.state === 'failed' && message.failure !== null && !wasCancelled(message)) {
    return t('chats.notSent', { text: t(`failure.${message.failure}`) });
  }
  return message.kind === 'image' ? t('chats.photo') : oneLine(message.text);
}

function oneLine(text: string): string {
  return text.slice(0, maxPreviewLength).replace(/\s+/gu, ' ').trim();
}
