import { useMemo } from 'react';
import { useStore } from 'zustand';
import type { AccountView, SessionView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { connectionWord } from '../features/connection/connection-word.ts';
import { ContactList } from '../features/contacts/contact-list.tsx';
import { contactSections, countContacts } from '../features/contacts/contacts-store.ts';
import { updateSettings } from '../features/settings/settings-store.ts';
import { SearchBox } from '../features/search/search-box.tsx';
import { SearchResults } from '../features/search/search-results.tsx';
import type { SearchOption } from '../features/search/search-store.ts';
import { selectDropRow } from '../features/attachments/file-drops.ts';
import { ChatList } from '../features/sidebar/chat-list.tsx';
import { orderedConversations } from '../features/sidebar/conversations-store.ts';
import { MeBar } from '../features/sidebar/me-bar.tsx';
import { Sidebar } from '../features/sidebar/sidebar.tsx';
import type { App } from './create-app.ts';
import { usePersonOf } from './use-person-of.ts';
import type { Workspace } from './workspace.ts';

type MainSidebarProps = {
  app: App;
  workspace: Workspace;
  session: SessionView;
  account: AccountView;
  onOpen: (peerId: UserId) => void;
  onOpenFound: (option: SearchOption) => void;
  onAdd: () => void;
  onCopyId: () => void;
  onCopyLink: () => void;
};

/** The left side of the main window. Each list follows what it shows by itself, so that a message draws one row. */
export function MainSidebar(props: MainSidebarProps) {
  const { app, workspace, session, account, onOpen, onAdd, onCopyLink } = props;
  const { bridge } = app;
  const connection = useStore(app.connection);
  const settings = useStore(app.settings);
  const contactCount = useStore(workspace.contacts, countContacts);
  const scopePeerId = useStore(workspace.searcher.store, (state) => state.scopePeerId);
  const isSearching = useStore(
    workspace.searcher.store,
    (state) => state.status !== 'idle' || state.scopePeerId !== null,
  );
  const personOf = usePersonOf(workspace.contacts);
  const change = (next: Partial<typeof settings>) => void updateSettings({ store: app.settings, bridge }, next);
  return (
    <Sidebar
      width={settings.sidebarWidth}
      onWidth={(sidebarWidth) => change({ sidebarWidth })}
      contactCount={contactCount}
      onAdd={onAdd}
      me={
        <MeBar
          account={account}
          connection={connectionWord(connection, session)}
          settings={settings}
          onSettings={change}
          onCopyId={props.onCopyId}
          onCopyLink={onCopyLink}
          onLogOut={() => {
            workspace.composers.flush();
            void bridge['session:logOut']({});
          }}
        />
      }
      search={
        <SearchBox
          searcher={workspace.searcher}
          scopeName={scopePeerId === null ? null : personOf(scopePeerId).username}
          onOpen={props.onOpenFound}
        />
      }
      found={
        isSearching ? (
          <SearchResults
            searcher={workspace.searcher}
            personOf={personOf}
            myId={account.userId}
            onOpen={props.onOpenFound}
          />
        ) : null
      }
      chats={
        <Chats workspace={workspace} myId={account.userId} onOpen={onOpen} onAdd={onAdd} onCopyLink={onCopyLink} />
      }
      contacts={<Contacts workspace={workspace} onOpen={onOpen} onAdd={onAdd} />}
    />
  );
}

type ChatsProps = Pick<MainSidebarProps, 'workspace' | 'onOpen' | 'onAdd' | 'onCopyLink'> & { myId: UserId };

function Chats({ workspace, ...rest }: ChatsProps) {
  const { byPeerId, viewedPeerId, loadedPercents } = useStore(workspace.conversations);
  const dropPeerId = useStore(workspace.drops, selectDropRow);
  const conversations = useMemo(() => orderedConversations(byPeerId), [byPeerId]);
  const personOf = usePersonOf(workspace.contacts);
  return (
    <ChatList
      conversations={conversations}
      personOf={personOf}
      viewedPeerId={viewedPeerId}
      dropPeerId={dropPeerId}
      loadedPercents={loadedPercents}
      {...rest}
    />
  );
}

/** Put in order once they are looked at. */
function Contacts({ workspace, onOpen, onAdd }: Pick<MainSidebarProps, 'workspace' | 'onOpen' | 'onAdd'>) {
  const people = useStore(workspace.contacts);
  const viewedPeerId = useStore(workspace.conversations, (state) => state.viewedPeerId);
  const dropPeerId = useStore(workspace.drops, selectDropRow);
  const sections = useMemo(() => contactSections(people), [people]);
  return (
    <ContactList
      sections={sections}
      viewedPeerId={viewedPeerId}
      dropPeerId={dropPeerId}
      onOpen={onOpen}
      onAdd={onAdd}
    />
  );
}
