import { ArrowLeft, PanelRight } from 'lucide-react';
import { useCallback, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { AccountView, MessageView } from '../../src-shared/ipc/views.ts';
import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import { AttachButton } from '../features/attachments/attach-button.tsx';
import { DropOverlay } from '../features/attachments/drop-overlay.tsx';
import { OfferBar } from '../features/attachments/offer-bar.tsx';
import { TrayBar } from '../features/attachments/tray-bar.tsx';
import { Composer } from '../features/composer/composer.tsx';
import { focusMessageBox, focusMessageBoxIfLost } from '../features/composer/message-box.ts';
import { ConversationPane } from '../features/conversation/conversation-pane.tsx';
import { PersonBar } from '../features/person/person-bar.tsx';
import { PersonQuestionDialog } from '../features/person/person-question.tsx';
import { usePersonActions } from '../features/person/use-person-actions.ts';
import { updateSettings } from '../features/settings/settings-store.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { dropMarks } from '../ui/drop-marks.ts';
import { errorText } from '../ui/error-text.ts';
import type { Say } from '../ui/toast.tsx';
import type { App } from './create-app.ts';
import { MainDetails } from './main-details.tsx';
import { useConversationMedia } from './use-conversation-media.tsx';
import { usePersonOf } from './use-person-of.ts';
import { useTextAsFile } from './use-text-as-file.ts';
import type { Workspace } from './workspace.ts';

type MainConversationProps = {
  app: App;
  workspace: Workspace;
  account: AccountView;
  peerId: UserId;
  say: Say;
  onCopy: (text: string, done: string) => void;
  onAdd: (peerId: UserId) => void;
  onSearch: () => void;
  onBack: () => void;
};

/** The right side of the main window while a conversation is open: messages, and details beside them on demand. */
export function MainConversation(props: MainConversationProps) {
  const { app, workspace, account, peerId, say, onAdd, onBack } = props;
  const { bridge } = app;
  const { t } = useTranslation();
  const peer = usePersonOf(workspace.contacts)(peerId);
  const connection = useStore(app.connection);
  const sendKey = useStore(app.settings, (settings) => settings.sendKey);
  const showsDetails = useStore(app.settings, (settings) => settings.showsDetails);
  const conversation = useStore(workspace.conversations, ({ byPeerId }) => byPeerId?.get(peerId) ?? null);
  // The same draft comes again with each message; the composer need not know.
  const draft = useStore(
    workspace.conversations,
    useShallow(({ byPeerId }) => byPeerId?.get(peerId)?.draft ?? null),
  );
  const historyPercent = useStore(workspace.conversations, (state) => state.loadedPercents.get(peerId) ?? null);
  const { attachments, composers } = workspace;
  const sendTextAsFile = useTextAsFile(workspace, peerId);
  const composer = useMemo(
    () => (
      <Composer
        peer={peer}
        draft={draft}
        sendKey={sendKey}
        composers={composers}
        attach={<AttachButton onFiles={(files) => void attachments.add(peerId, files)} />}
        onTextAsFile={sendTextAsFile}
      />
    ),
    [peer, peerId, draft, sendKey, composers, attachments, sendTextAsFile],
  );
  const actions = usePersonActions(bridge, peer, say);
  const { media, shared, over } = useConversationMedia({ app, workspace, account, peer, say });
  const toggle = useRef<HTMLButtonElement>(null);
  const [wasOpenedHere, setWasOpenedHere] = useState(false);
  const showDetails = useCallback(
    (isShown: boolean) => {
      setWasOpenedHere(isShown);
      void updateSettings({ store: app.settings, bridge }, { showsDetails: isShown });
      if (!isShown) toggle.current?.focus();
    },
    [app, bridge],
  );
  const detailsButton = useMemo(
    () => (
      <IconButton
        ref={toggle}
        icon={PanelRight}
        label={t('person.details')}
        aria-pressed={showsDetails}
        onClick={() => showDetails(!showsDetails)}
      />
    ),
    [t, showsDetails, showDetails],
  );
  const undo = useCallback(
    async (rowId: RowId) => {
      const result = await bridge['messages:bringBack']({ peerId, rowIds: [rowId] });
      if (!result.ok) say(t('conversation.actionFailed', { reason: errorText(t, result.error) }), { tone: 'failed' });
    },
    [say, t, bridge, peerId],
  );
  const onDeleted = useCallback(
    ({ rowId }: MessageView) =>
      say(t('removed.messageDeleted'), { action: { label: t('removed.undo'), run: () => void undo(rowId) } }),
    [say, t, undo],
  );
  return (
    <>
      <main className="main-pane" {...dropMarks('pane', peer)}>
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
          bridge={bridge}
          media={media}
          onSearch={props.onSearch}
          onDeleted={onDeleted}
          detailsButton={detailsButton}
          composer={
            <>
              <PersonBar
                peer={peer}
                actions={actions}
                onAddContact={() => onAdd(peerId)}
                onFocusLost={focusMessageBox}
              />
              {!peer.isBlocked && (
                <>
                  <OfferBar attachments={attachments} peerId={peerId} />
                  <TrayBar
                    attachments={attachments}
                    peerId={peerId}
                    stagedCount={conversation?.stagedCount ?? 0}
                    onGone={focusMessageBoxIfLost}
                  />
                  {composer}
                </>
              )}
            </>
          }
        />
        <DropOverlay store={workspace.drops} peer={peer} />
      </main>
      {showsDetails && (
        <MainDetails
          app={app}
          account={account}
          peer={peer}
          actions={actions}
          shared={shared}
          takesFocus={wasOpenedHere}
          say={say}
          onCopy={props.onCopy}
          onAdd={onAdd}
          onClose={() => showDetails(false)}
        />
      )}
      {over}
      <PersonQuestionDialog name={peer.username} actions={actions} />
    </>
  );
}
