import { MessageSquare, UserPlus } from 'lucide-react';
import { startTransition, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ContactView, ConversationView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Icon } from '../../ui/icon.tsx';
import { moveBetweenRows } from '../../ui/rows.ts';
import { useNow } from '../../ui/use-now.ts';
import { ChatRow } from './chat-row.tsx';
import './chat-list.css';
import '../../ui/skeleton.css';

type ChatListProps = {
  /** The latest first; null while they are on their way. */
  conversations: readonly ConversationView[] | null;
  personOf: (peerId: UserId) => ContactView;
  myId: UserId;
  viewedPeerId: UserId | null;
  /** Over whom files are being dragged. */
  dropPeerId: UserId | null;
  /** How much is there of the histories that are being loaded. */
  loadedPercents: ReadonlyMap<UserId, number>;
  onOpen: (peerId: UserId) => void;
  onAdd: () => void;
  onCopyLink: () => void;
};

/** The height of a row in pixels (look, "Chat row"). */
const rowPx = 60;

/** Conversations by last activity. Those on screen are there in the first paint, the others come right after it. */
export function ChatList(props: ChatListProps) {
  const { conversations, personOf, myId, viewedPeerId, dropPeerId, onOpen } = props;
  const { t } = useTranslation();
  // Often enough for "Yesterday" to come soon after midnight.
  const nowMs = useNow(60_000);
  const isWhole = useAfterPaint();
  if (conversations === null) return <ChatListSkeleton />;
  if (conversations.length === 0) return <NoChats onAdd={props.onAdd} onCopyLink={props.onCopyLink} />;
  return (
    // The arrow keys only add to what Tab already does.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <ul className="chat-list scroll-area" aria-label={t('sidebar.chats')} onKeyDown={moveBetweenRows}>
      {(isWhole ? conversations : conversations.slice(0, Math.ceil(window.innerHeight / rowPx))).map((conversation) => (
        <li key={conversation.peerId}>
          <ChatRow
            conversation={conversation}
            person={personOf(conversation.peerId)}
            myId={myId}
            nowMs={nowMs}
            loadedPercent={props.loadedPercents.get(conversation.peerId) ?? null}
            isViewed={conversation.peerId === viewedPeerId}
            isDropTarget={conversation.peerId === dropPeerId}
            onOpen={onOpen}
          />
        </li>
      ))}
    </ul>
  );
}

/** False in the first paint, true from then on; what that brings does not hold up anything else. */
function useAfterPaint(): boolean {
  const [isAfter, setIsAfter] = useState(false);
  useEffect(() => startTransition(() => setIsAfter(true)), []);
  return isAfter;
}

function NoChats({ onAdd, onCopyLink }: Pick<ChatListProps, 'onAdd' | 'onCopyLink'>) {
  const { t } = useTranslation();
  return (
    <EmptyState
      art={<Icon of={MessageSquare} size={32} />}
      title={t('chats.emptyTitle')}
      text={t('chats.emptyText')}
      actions={
        <>
          <Button variant="primary" icon={UserPlus} onClick={onAdd}>
            {t('addContact.title')}
          </Button>
          <Button onClick={onCopyLink}>{t('chats.copyMyLink')}</Button>
        </>
      }
    />
  );
}

function ChatListSkeleton() {
  const { t } = useTranslation();
  return (
    <output className="chat-list skeleton" aria-label={t('chats.loading')}>
      {['a', 'b', 'c', 'd'].map((key) => (
        <span key={key} className="chat-skeleton">
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
