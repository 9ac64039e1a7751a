import { ArrowLeft } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { AccountView } from '../../src-shared/ipc/views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { Composer } from '../features/composer/composer.tsx';
import { ConversationPane } from '../features/conversation/conversation-pane.tsx';
import { Button } from '../ui/button.tsx';
import type { App } from './create-app.ts';
import { usePersonOf } from './use-person-of.ts';
import type { Workspace } from './workspace.ts';

type MainConversationProps = {
  app: App;
  workspace: Workspace;
  account: AccountView;
  peerId: UserId;
  onAdd: (peerId: UserId) => void;
  onSearch: () => void;
  onBack: () => void;
};

/** The right side of the main window while a conversation is open. */
export function MainConversation({ app, workspace, account, peerId, onAdd, onSearch, onBack }: MainConversationProps) {
  const { t } = useTranslation();
  const peer = usePersonOf(workspace.contacts)(peerId);
  const connection = useStore(app.connection);
  const sendKey = useStore(app.settings, (settings) => settings.sendKey);
  const conversation = useStore(workspace.conversations, ({ byPeerId }) => byPeerId?.get(peerId) ?? null);
  // The same draft comes again with each message; the composer need not know.
  const draft = useStore(
    workspace.conversations,
    useShallow(({ byPeerId }) => byPeerId?.get(peerId)?.draft ?? null),
  );
  const historyPercent = useStore(workspace.conversations, (state) => state.loadedPercents.get(peerId) ?? null);
  const composer = useMemo(
    () => <Composer peer={peer} draft={draft} sendKey={sendKey} composers={workspace.composers} />,
    [peer, draft, sendKey, workspace],
  );
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
        historyPercent={historyPercent}
        store={workspace.messages}
        bridge={app.bridge}
        onAddContact={() => onAdd(peerId)}
        onSearch={onSearch}
        composer={composer}
      />
    </>
  );
}
