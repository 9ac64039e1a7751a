import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { AccountView, ContactView, MessageView } from '../../src-shared/ipc/views.ts';
import type { MessageMedia } from '../features/conversation/message-media.ts';
import { createImageBoxes } from '../features/media/image-box.ts';
import { ImageViewer } from '../features/media/image-viewer.tsx';
import { createMediaActions } from '../features/media/media-actions.ts';
import type { MediaKit } from '../features/media/media-kit.ts';
import { createMediaList } from '../features/media/media-list.ts';
import { MediaSection } from '../features/media/media-section.tsx';
import { attachmentMenu, MessageAttachment } from '../features/media/message-attachment.tsx';
import { AlertDialog } from '../ui/alert-dialog.tsx';
import { errorText } from '../ui/error-text.ts';
import { FileName } from '../ui/file-name.tsx';
import { Toast, useToast, type Say } from '../ui/toast.tsx';
import type { App } from './create-app.ts';
import type { Workspace } from './workspace.ts';

/** What fits on one line of the question before a file that can run is shown, in widths of a Latin letter. */
const riskyNameWidth = 44;

type ConversationMediaDeps = { app: App; workspace: Workspace; account: AccountView; peer: ContactView; say: Say };

type ConversationMedia = {
  /** For the messages. */
  readonly media: MessageMedia;
  /** For the details pane: the pictures and files that were shared. */
  readonly shared: ReactNode;
  /** What lies over the window: the viewer, or a question. */
  readonly over: ReactNode;
};

/** The files and pictures of the conversation on screen. */
export function useConversationMedia({ app, workspace, account, peer, say }: ConversationMediaDeps): ConversationMedia {
  const { bridge } = app;
  const { t } = useTranslation();
  const peerId = peer.userId;
  const [viewed, setViewed] = useState<MessageView | null>(null);
  const viewerToast = useToast();
  const [risky, setRisky] = useState<MessageView | null>(null);
  const { images, files, boxFor } = useMemo(
    () => ({
      images: createMediaList(bridge, peerId, 'image'),
      files: createMediaList(bridge, peerId, 'file'),
      boxFor: createImageBoxes(),
    }),
    [bridge, peerId],
  );
  useEffect(() => images.connect(), [images]);
  useEffect(() => files.connect(), [files]);
  useEffect(() => {
    if (viewed === null) return undefined;
    const { rowId } = viewed;
    return () => {
      // Opened from a menu, there is nothing left for the focus to go back to but the message.
      if (document.activeElement !== document.body) return;
      document.querySelector<HTMLElement>(`[data-row-id="${rowId}"]`)?.focus({ preventScroll: true });
    };
  }, [viewed]);
  const sayInViewer = viewerToast.say;
  const kit = useMemo<MediaKit>(() => {
    const tell: Say = (words, more) => {
      const isViewing = document.querySelector('.viewer[open]') !== null;
      (isViewing ? sayInViewer : say)(words, more);
    };
    return {
      actions: createMediaActions({
        bridge,
        pictures: workspace.pictures,
        view: setViewed,
        warn: setRisky,
        onFirst: ({ text }) => tell(t('media.goesFirst', { name: text })),
        onSaved: () => tell(t('media.saved')),
        onCopied: (isCopied) =>
          isCopied ? tell(t('media.imageCopied')) : tell(t('media.copyFailed'), { tone: 'failed' }),
        report: (error) => tell(t('conversation.actionFailed', { reason: errorText(t, error) }), { tone: 'failed' }),
      }),
      transfers: workspace.transfers,
      boxFor,
      wantThumb: workspace.wantThumb,
      isAnimated: workspace.isAnimated,
    };
  }, [bridge, workspace, boxFor, say, sayInViewer, t]);
  const media = useMemo<MessageMedia>(
    () => ({
      draw: (message, canTab) => <MessageAttachment message={message} canTab={canTab} kit={kit} />,
      menuOf: (message) => attachmentMenu(t, message, kit),
      open: kit.actions.open,
      copyImage: kit.actions.copyImage,
    }),
    [kit, t],
  );
  return {
    media,
    shared: (
      <>
        <MediaSection key={`images-${peerId}`} kind="image" list={images} kit={kit} />
        <MediaSection key={`files-${peerId}`} kind="file" list={files} kit={kit} />
      </>
    ),
    over: (
      <>
        {viewed !== null && viewed.peerId === peerId && (
          <ImageViewer
            initial={viewed}
            list={images}
            kit={kit}
            toast={<Toast message={viewerToast.message} dismiss={viewerToast.dismiss} />}
            personOf={(message) => (message.senderId === account.userId ? account : peer)}
            onClose={() => setViewed(null)}
          />
        )}
        {risky !== null && risky.peerId === peerId && (
          <AlertDialog
            title={t('media.riskTitle')}
            confirmLabel={t('media.showInFolder')}
            cancelLabel={t('common.cancel')}
            onClose={() => setRisky(null)}
            onConfirm={() => {
              setRisky(null);
              kit.actions.showInFolder(risky);
            }}
          >
            <FileName name={risky.text} maxWidth={riskyNameWidth} />
            <p>{t('media.riskText')}</p>
          </AlertDialog>
        )}
      </>
    ),
  };
}
