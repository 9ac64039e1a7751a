import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { AccountView, SessionView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { encodeAddLink } from '../../src-shared/protocol/server-url.ts';
import { ConnectionBar } from '../features/connection/connection-bar.tsx';
import { AddContactDialog } from '../features/contacts/add-contact-dialog.tsx';
import type { SearchOption } from '../features/search/search-store.ts';
import { showMessage } from '../features/conversation/messages-actions.ts';
import { viewConversation } from '../features/sidebar/conversations-store.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { Logo } from '../ui/logo.tsx';
import { Toast, useToast } from '../ui/toast.tsx';
import type { App } from './create-app.ts';
import { MainAttachments } from './main-attachments.tsx';
import { MainConversation } from './main-conversation.tsx';
import { MainSidebar } from './main-sidebar.tsx';
import { NoticesBar } from './notices-bar.tsx';
import { UploadWatch } from './upload-watch.tsx';
import type { Workspace } from './workspace.ts';

type MainScreenProps = {
  app: App;
  workspace: Workspace;
  session: SessionView;
  account: AccountView;
  onLogInAgain: () => void;
};

/**
 * The main window of one account. Features know nothing of each other: what one needs of another is handed on here and
 * in the two sides. Nothing here follows what changes with a message.
 */
export function MainScreen({ app, workspace, session, account, onLogInAgain }: MainScreenProps) {
  const { t } = useTranslation();
  const { bridge } = app;
  const connection = useStore(app.connection);
  const isSearchInFront = useStore(workspace.searcher.store, (state) => state.isInFront);
  const viewedPeerId = useStore(workspace.conversations, (state) => state.viewedPeerId);
  /** The id that the dialog begins with; null while it is closed. */
  const [adding, setAdding] = useState<string | null>(null);
  const { message, say, dismiss } = useToast();

  const open = useCallback(
    (peerId: UserId | null) => void viewConversation({ store: workspace.conversations, bridge }, peerId),
    [workspace, bridge],
  );
  const { searcher } = workspace;
  const openFound = (option: SearchOption): void => {
    if (option.kind === 'all-people') return searcher.showAllPeople();
    if (option.kind === 'person') {
      open(option.person.userId);
      return searcher.clear();
    }
    const { peerId, rowId } = option.message;
    showMessage({ store: workspace.messages, bridge }, peerId, rowId);
    open(peerId);
    searcher.leave();
  };
  const copy = async (text: string, done: string): Promise<void> => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    if (isCopied) say(done);
    else say(t('me.copyFailed'), { tone: 'failed' });
  };
  const copyId = () => void copy(String(account.userId), t('me.idCopied'));
  const copyLink = () =>
    void copy(encodeAddLink({ userId: account.userId, server: account.serverUrl }), t('me.linkCopied'));

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
      <UploadWatch workspace={workspace}>
        <div className={viewedPeerId === null || isSearchInFront ? 'panes' : 'panes viewing'}>
          <MainSidebar
            app={app}
            workspace={workspace}
            session={session}
            account={account}
            onOpen={open}
            onOpenFound={openFound}
            onAdd={() => setAdding('')}
            onCopyId={copyId}
            onCopyLink={copyLink}
          />
          {viewedPeerId === null ? (
            <main className="main-pane">
              <EmptyState art={<Logo size={32} />} title={t('main.pickTitle')} text={t('main.pickText')} />
            </main>
          ) : (
            <MainConversation
              app={app}
              workspace={workspace}
              account={account}
              peerId={viewedPeerId}
              say={say}
              onCopy={(text, done) => void copy(text, done)}
              onAdd={(peerId) => setAdding(String(peerId))}
              onSearch={() => searcher.searchIn(viewedPeerId)}
              onBack={() => open(null)}
            />
          )}
        </div>
      </UploadWatch>
      {adding !== null && (
        <AddContactDialog
          bridge={bridge}
          store={workspace.contacts}
          account={account}
          initialId={adding}
          onCopyId={copyId}
          toast={<Toast message={message} dismiss={dismiss} />}
          onClose={() => setAdding(null)}
          onAdded={(contact) => {
            setAdding(null);
            say(t('addContact.added', { name: contact.username }));
            open(contact.userId);
          }}
        />
      )}
      <MainAttachments app={app} workspace={workspace} />
      <Toast message={adding === null ? message : null} dismiss={dismiss} />
    </div>
  );
}
