import { useCallback, useEffect, useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { StagedView } from '../../src-shared/ipc/attachment-views.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { DropHint } from '../features/attachments/drop-overlay.tsx';
import { watchDrops } from '../features/attachments/file-drops.ts';
import { watchPastes } from '../features/attachments/file-pastes.ts';
import { TrayDialog } from '../features/attachments/tray-dialog.tsx';
import { CaptionBox } from '../features/composer/caption-box.tsx';
import { excessOf } from '../features/composer/composers.ts';
import { focusMessageBox } from '../features/composer/message-box.ts';
import { fileTime } from '../ui/time.ts';
import type { App } from './create-app.ts';
import { StagedPreview } from './staged-preview.tsx';
import { usePersonOf } from './use-person-of.ts';
import { useTextAsFile } from './use-text-as-file.ts';
import type { Workspace } from './workspace.ts';

/** Files on their way in, wherever in the window they come from, and the tray of whoever is to get them. */
export function MainAttachments({ app, workspace }: { app: App; workspace: Workspace }) {
  const { t } = useTranslation();
  const { attachments, drops } = workspace;
  const openPeerId = useStore(attachments.store, (state) => state.openPeerId);
  const personOf = usePersonOf(workspace.contacts);
  const onFiles = useCallback(
    (peerId: UserId, files: readonly File[]): void => void attachments.add(peerId, files),
    [attachments],
  );
  useEffect(() => watchDrops({ store: drops, onFiles }), [drops, onFiles]);
  useEffect(
    () =>
      watchPastes({
        nameOf: (at) => t('tray.pastedName', { time: fileTime(at) }),
        onFiles,
        onOffer: attachments.offerPicture,
      }),
    [attachments, onFiles, t],
  );
  useEffect(() => {
    if (openPeerId === null) return undefined;
    const look = (): void => void attachments.lookAgain(openPeerId);
    window.addEventListener('focus', look);
    return () => window.removeEventListener('focus', look);
  }, [attachments, openPeerId]);
  return (
    <>
      <DropHint store={drops} nameOf={(peerId) => personOf(peerId).username} />
      {openPeerId !== null && <Tray key={openPeerId} app={app} workspace={workspace} peerId={openPeerId} />}
    </>
  );
}

function Tray({ app, workspace, peerId }: { app: App; workspace: Workspace; peerId: UserId }) {
  const { attachments, composers, drops, stagedThumbs } = workspace;
  useEffect(() => () => giveFocusBack(workspace, peerId), [workspace, peerId]);
  const peer = usePersonOf(workspace.contacts)(peerId);
  const sendKey = useStore(app.settings, (settings) => settings.sendKey);
  const sending = useStore(attachments.store, (state) => state.sending.get(peerId) ?? null);
  const draft = useStore(
    workspace.conversations,
    useShallow(({ byPeerId }) => byPeerId?.get(peerId)?.draft ?? null),
  );
  const captionNoteId = useId();
  const isCaptionTooLong = useStore(
    composers.store,
    ({ boxes }) => excessOf((boxes.get(peerId)?.text ?? draft?.text ?? '').trim()) > 0,
  );
  const sendTextAsFile = useTextAsFile(workspace, peerId);
  const preview = useCallback(
    (staged: StagedView): ReactNode => <StagedPreview staged={staged} thumbs={stagedThumbs} />,
    [stagedThumbs],
  );
  return (
    <TrayDialog
      attachments={attachments}
      drops={drops}
      peerId={peerId}
      name={peer.username}
      preview={preview}
      captionProblemId={isCaptionTooLong ? captionNoteId : null}
      caption={
        <CaptionBox
          peerId={peerId}
          draft={draft}
          composers={composers}
          sendKey={sendKey}
          sending={sending}
          noteId={captionNoteId}
          onSend={() => void attachments.send(peerId)}
          onTextAsFile={sendTextAsFile}
        />
      }
    />
  );
}

/**
 * The dialog gives the focus back to what had it, which may be nothing: a drop needs none. Whoever has sent their files
 * goes on writing.
 */
function giveFocusBack({ attachments, conversations }: Workspace, peerId: UserId): void {
  const isEmptied = attachments.store.getState().trays.get(peerId)?.staged.length === 0;
  const isOnScreen = conversations.getState().viewedPeerId === peerId;
  if ((isEmptied && isOnScreen && focusMessageBox()) || document.activeElement !== document.body) return;
  if (!focusMessageBox()) document.querySelector<HTMLElement>(rowOf(peerId))?.focus();
}
const rowOf = (peerId: UserId): string => `[data-drop-place="row"][data-peer-id="${peerId}"]`;
