import { ArrowLeft } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AccountView, ContactView, SessionView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { encodeAddLink } from '../../src-shared/protocol/server-url.ts';
import { Composer } from '../features/composer/composer.tsx';
import { ConnectionBar } from '../features/connection/connection-bar.tsx';
import { connectionWord } from '../features/connection/connection-word.ts';
import { AddContactDialog } from '../features/contacts/add-contact-dialog.tsx';
import { ContactList } from '../features/contacts/contact-list.tsx';
import { contactSections } from '../features/contacts/contacts-store.ts';
import { ConversationPane } from '../features/conversation/conversation-pane.tsx';
import { updateSettings } from '../features/settings/settings-store.ts';
import { ChatList } from '../features/sidebar/chat-list.tsx';
import { orderedConversations, viewConversation } from '../features/sidebar/conversations-store.ts';
import { MeBar } from '../features/sidebar/me-bar.tsx';
import { Sidebar } from '../features/sidebar/sidebar.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { Logo } from '../ui/logo.tsx';
import { Toast, useToast } from '../ui/toast.tsx';
import type { App } from './create-app.ts';
import { NoticesBar } from './notices-bar.tsx';
import type { Workspace } from './workspace.ts';

type MainScreenProps = {
  app: App;
  workspace: Workspace;
  session: SessionView;
  account: AccountView;
  onLogInAgain: () => void;
};

/** The main window of one account. Features know nothing of each other: what one needs of another is handed on here. */
export function MainScreen({ app, workspace, session, account, onLogInAgain }: MainScreenProps) {
  const { t } = useTranslation();
  const { bridge } = app;
  const connection = useStore(app.connection);
  const settings = useStore(app.settings);
  const people = useStore(workspace.contacts);
  const { byPeerId, viewedPeerId } = useStore(workspace.conversations);
  /** The id that the dialog begins with; null while it is closed. */
  const [adding, setAdding] = useState<string | null>(null);
  const { message, say } = useToast();

  const conversations = useMemo(() => orderedConversations(byPeerId), [byPeerId]);
  const sections = useMemo(() => contactSections(people), [people]);
  const personOf = useCallback(
    (peerId: UserId): ContactView => {
      const known = people.byId?.get(peerId);
      if (known !== undefined && known.username !== '') return known;
      const stranger = { userId: peerId, avatar: '', presence: 'unknown', isContact: false } as const;
      return { ...stranger, ...known, username: t('me.id', { id: peerId }) };
    },
    [people, t],
  );
  const open = useCallback(
    (peerId: UserId | null) => void viewConversation({ store: workspace.conversations, bridge }, peerId),
    [workspace, bridge],
  );
  const copy = async (text: string, done: string): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    say(isCopied ? done : t('me.copyFailed'));
  };
  const copyId = () => void copy(String(account.userId), t('me.idCopied'));
  const copyLink = () =>
    void copy(encodeAddLink({ userId: account.userId, server: account.serverUrl }), t('me.linkCopied'));
  const change = (next: Partial<typeof settings>) => void updateSettings({ store: app.settings, bridge }, next);

  return (
    <div className="window">
      <header>
        <h1 className="visually-hidden">{t('app.name')}</h1>
        <ConnectionBar
          bridge={bridge}
          connection={connection}
          isExpired={session.phase === 'expired'}
          onLogIn={onLogInAgain}
        />
        <NoticesBar store={app.notices} bridge={bridge} />
      </header>
      <div className={viewedPeerId === null ? 'panes' : 'panes viewing'}>
        <Sidebar
          width={settings.sidebarWidth}
          onWidth={(sidebarWidth) => change({ sidebarWidth })}
          contactCount={sections === null ? null : sections.reduce((sum, { contacts }) => sum + contacts.length, 0)}
          onAdd={() => setAdding('')}
          me={
            <MeBar
              account={account}
              connection={connectionWord(connection, session)}
              settings={settings}
              onSettings={change}
              onCopyId={copyId}
              onCopyLink={copyLink}
              onLogOut={() => void bridge['session:logOut']({})}
            />
          }
          chats={
            <ChatList
              conversations={conversations}
              personOf={personOf}
              myId={account.userId}
              viewedPeerId={viewedPeerId}
              onOpen={open}
              onAdd={() => setAdding('')}
              onCopyLink={copyLink}
            />
          }
          contacts={
            <ContactList sections={sections} viewedPeerId={viewedPeerId} onOpen={open} onAdd={() => setAdding('')} />
          }
        />
        <main className="main-pane">
          {viewedPeerId === null ? (
            <EmptyState art={<Logo size={32} />} title={t('main.pickTitle')} text={t('main.pickText')} />
          ) : (
            <Conversation
              app={app}
              workspace={workspace}
              account={account}
              peer={personOf(viewedPeerId)}
              onAdd={() => setAdding(String(viewedPeerId))}
              onBack={() => open(null)}
            />
          )}
        </main>
      </div>
      {adding !== null && (
        <AddContactDialog
          bridge={bridge}
          store={workspace.contacts}
          account={account}
          initialId={adding}
          onCopyId={copyId}
          onClose={() => setAdding(null)}
          onAdded={(contact) => {
            setAdding(null);
            say(t('addContact.added', { name: contact.username }));
            open(contact.userId);
          }}
        />
      )}
      <Toast message={message} />
    </div>
  );
}

type ConversationProps = {
  app: App;
  workspace: Workspace;
  account: AccountView;
  peer: ContactView;
  onAdd: () => void;
  onBack: () => void;
};

function Conversation({ app, workspace, account, peer, onAdd, onBack }: ConversationProps) {
  const { t } = useTranslation();
  const connection = useStore(app.connection);
  const sendKey = useStore(app.settings, (settings) => settings.sendKey);
  const conversation = useStore(workspace.conversations, ({ byPeerId }) => byPeerId?.get(peer.userId) ?? null);
  return (
    <>
      <div className="back-bar">
        <Button variant="ghost" icon={ArrowLeft} onClick={onBack}>
          {t('common.back')}
        </Button>
      </div>
      <ConversationPane
        peer={peer}
        conversation={conversation}
        account={account}
        connection={connection}
        store={workspace.messages}
        bridge={app.bridge}
        onAddContact={onAdd}
        composer={
          <Composer peer={peer} draft={conversation?.draft ?? null} sendKey={sendKey} composers={workspace.composers} />
        }
      />
    </>
  );
}
