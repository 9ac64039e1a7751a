import { useEffect, useLayoutEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { AccountView, ContactView, ConversationView, MessageView } from '../../../src-shared/ipc/views.ts';
import type { AppError } from '../../../src-shared/kernel/app-error.ts';
import { AlertDialog } from '../../ui/alert-dialog.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { errorText } from '../../ui/error-text.ts';
import { Note } from '../../ui/note.tsx';
import { createLogActions } from './log-actions.ts';
import { logItemsOf } from './log-items.ts';
import { MessageDetails } from './message-details.tsx';
import { MessageLog } from './message-log.tsx';
import type { MessageMedia } from './message-media.ts';
import { noPages, type MessagePages } from './message-pages.ts';
import { loadWindow, openConversation } from './messages-actions.ts';
import { withLeft, type MessagesStore } from './messages-store.ts';
import { useAnnouncement } from './use-announcement.ts';
import { useMarkRead } from './use-mark-read.ts';

export type ConversationMessagesProps = {
  peer: ContactView;
  /** Null for someone with whom nothing was written yet. */
  conversation: ConversationView | null;
  account: AccountView;
  store: MessagesStore;
  bridge: Bridge;
  /** How files and pictures are shown. Stable. */
  media: MessageMedia;
  /** A message was deleted here, which can be undone. */
  onDeleted: (message: MessageView) => void;
};

/** Something that was asked about a message and is shown over the conversation. */
export type MessageQuestion = { readonly about: 'delete' | 'details'; readonly message: MessageView };

/** The messages with one person: opens them, keeps them at their place, and says what went wrong. */
export function ConversationMessages(props: ConversationMessagesProps) {
  const { peer, conversation, account, store, bridge, media, onDeleted } = props;
  const { t } = useTranslation();
  const peerId = peer.userId;
  const context = useMemo(() => ({ store, bridge }), [store, bridge]);
  const [question, setQuestion] = useState<MessageQuestion | null>(null);
  const [problem, setProblem] = useState<AppError | null>(null);
  const dismissProblem = (): void => {
    // Its button goes with it: the keys go on at the message that they reached last.
    document.querySelector<HTMLElement>('.log article[tabindex="0"]')?.focus({ preventScroll: true });
    setProblem(null);
  };
  const markRead = useMarkRead(peerId, bridge);
  const actions = useMemo(
    () =>
      createLogActions({
        ...context,
        peerId,
        markRead,
        ask: setQuestion,
        report: setProblem,
        onDeleted,
      }),
    [context, peerId, markRead, onDeleted],
  );

  const [hadUnread] = useState((conversation?.unreadCount ?? 0) > 0);
  useLayoutEffect(() => {
    openConversation(context, peerId, hadUnread);
    return () => store.setState((state) => withLeft(state, peerId));
  }, [context, store, peerId, hadUnread]);
  // What is still loaded of an earlier visit is not shown before it was opened, at the place that belongs to this one.
  const pages =
    useStore(store, (state) => (state.viewedPeerId === peerId ? state.byPeer.get(peerId) : null)) ?? noPages;
  useEffect(() => {
    if (pages.isStale) actions.refetch();
  }, [pages.isStale, actions]);

  // One's own message is always followed, also from far up where the newest ones are not loaded.
  const last = conversation?.lastMessage;
  const isOwnWaiting = last?.senderId === account.userId && (last.state === 'queued' || last.state === 'sending');
  const ownWaitingRowId = isOwnWaiting ? last.rowId : null;
  useEffect(() => {
    if (ownWaitingRowId !== null && store.getState().byPeer.get(peerId)?.hasNewer === true) actions.loadNewest();
  }, [ownWaitingRowId, store, peerId, actions]);

  const clearedByPeerAt = conversation?.clearedByPeerAt ?? null;
  const items = useMemo(
    () => logItemsOf(pages, { ownId: account.userId, clearedByPeerAt, dayOf }),
    [pages, account.userId, clearedByPeerAt],
  );
  const announcement = useAnnouncement(pages.rows, account.userId, peer.username);

  return (
    <>
      {problem !== null && (
        <div className="conversation-problem">
          <Note tone="bad" dismiss={{ label: t('common.dismiss'), onPress: dismissProblem }}>
            {t('conversation.actionFailed', { reason: errorText(t, problem) })}
          </Note>
        </div>
      )}
      {items.length > 0 ? (
        <MessageLog
          key={pages.generation}
          pages={pages}
          items={items}
          peer={peer}
          account={account}
          unreadCount={conversation?.unreadCount ?? 0}
          actions={actions}
          media={media}
        />
      ) : (
        <NothingToShow pages={pages} peer={peer} onRetry={() => void loadWindow(context, peerId, 'bottom', true)} />
      )}
      <div className="visually-hidden" aria-live="polite">
        {/* What a blocked person writes is kept out of hearing too. */}
        {!peer.isBlocked && announcement}
      </div>
      {question?.about === 'details' && (
        <MessageDetails
          message={question.message}
          senderName={question.message.senderId === account.userId ? account.username : peer.username}
          isMine={question.message.senderId === account.userId}
          onClose={() => setQuestion(null)}
        />
      )}
      {question?.about === 'delete' && (
        <AlertDialog
          title={t('conversation.deleteTitle')}
          confirmLabel={t('conversation.deleteForMe')}
          cancelLabel={t('common.cancel')}
          onClose={() => setQuestion(null)}
          onConfirm={() => {
            setQuestion(null);
            actions.delete(question.message);
          }}
        >
          <p>{t('conversation.deleteText')}</p>
        </AlertDialog>
      )}
    </>
  );
}

/** Tells days apart where the person is. */
function dayOf(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

function NothingToShow({ pages, peer, onRetry }: { pages: MessagePages; peer: ContactView; onRetry: () => void }) {
  const { t } = useTranslation();
  if (pages.status === 'loading') {
    return (
      <div className="conversation-skeleton skeleton">
        <p className="visually-hidden">{t('conversation.loading')}</p>
        <span className="theirs" />
        <span className="theirs" />
        <span className="mine" />
        <span className="theirs" />
      </div>
    );
  }
  if (pages.status === 'failed') {
    return (
      <div className="conversation-empty">
        <Note tone="bad">
          {t('conversation.loadFailed')} {pages.error !== null && errorText(t, pages.error)}
        </Note>
        <Button onClick={onRetry}>{t('conversation.retry')}</Button>
      </div>
    );
  }
  return (
    <div className="conversation-empty">
      <EmptyState
        art={
          <Avatar
            id={peer.userId}
            name={peer.username}
            picture={peer.avatar}
            size={64}
            presence={{ is: peer.presence, label: t(`presence.${peer.presence}`) }}
          />
        }
        title={peer.username}
        text={t(peer.isContact ? 'conversation.emptyContact' : 'conversation.emptyStranger')}
      />
    </div>
  );
}
