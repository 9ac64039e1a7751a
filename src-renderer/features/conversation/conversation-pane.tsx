import { Search } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConnectionView, ContactView } from '../../../src-shared/ipc/views.ts';
import { Avatar, PresenceDot } from '../../ui/avatar.tsx';
import { IconButton } from '../../ui/button.tsx';
import { ConversationMessages, type ConversationMessagesProps } from './conversation-messages.tsx';
import '../../ui/pane-header.css';
import './conversation-pane.css';

type ConversationPaneProps = ConversationMessagesProps & {
  connection: ConnectionView;
  /** How much of its history is there while that is being loaded, else null. */
  historyPercent: number | null;
  /** At the end of the header: shows more about the person. */
  detailsButton: ReactNode;
  /** Stands under the messages. */
  composer: ReactNode;
  /** Looks for something in this conversation alone. */
  onSearch: () => void;
};

/** The right side of the window: who it is, the messages, and the composer that is put into it. */
export function ConversationPane({
  connection,
  historyPercent,
  composer,
  detailsButton,
  onSearch,
  ...messages
}: ConversationPaneProps) {
  const { t } = useTranslation();
  const { peer } = messages;
  return (
    <section className="conversation" aria-label={t('conversation.label', { name: peer.username })}>
      <ConversationHeader
        peer={peer}
        isConnected={connection.phase === 'connected'}
        detailsButton={detailsButton}
        onSearch={onSearch}
      />
      <HistoryProgress percent={historyPercent} />
      {/* Nothing of one conversation carries over to the next. */}
      <ConversationMessages key={peer.userId} {...messages} />
      {composer}
    </section>
  );
}

/** Lies over the messages, which must not move for it. Who listens is told once that it began, not each percent. */
function HistoryProgress({ percent }: { percent: number | null }) {
  const { t } = useTranslation();
  return (
    <div className="conversation-history">
      <output className="visually-hidden">{percent !== null && t('conversation.loadingHistory')}</output>
      {percent !== null && <p>{t('chats.loadingHistory', { percent })}</p>}
    </div>
  );
}

const ConversationHeader = memo(function ConversationHeader(props: {
  peer: ContactView;
  isConnected: boolean;
  detailsButton: ReactNode;
  onSearch: () => void;
}) {
  const { peer, isConnected, detailsButton, onSearch } = props;
  const { t } = useTranslation();
  // While we are not connected nobody can know.
  const presence = isConnected ? peer.presence : 'unknown';
  return (
    <header className="pane-header">
      <Avatar id={peer.userId} name={peer.username} picture={peer.avatar} size={32} />
      <div className="grow">
        <h2 className="ellipsis" title={peer.username}>
          <bdi>{peer.username}</bdi>
        </h2>
        <p>
          <PresenceDot is={presence} />
          {isConnected ? t(`presence.${presence}`) : t('conversation.presenceUnknown')}
        </p>
      </div>
      <div className="conversation-actions">
        <IconButton icon={Search} label={t('search.inConversation')} onClick={onSearch} />
        {detailsButton}
      </div>
    </header>
  );
});
