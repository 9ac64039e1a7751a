import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { FloatingContainer } from '../../ui/floating-container.ts';
import { Icon } from '../../ui/icon.tsx';
import { isModOnly } from '../../ui/shortcut.ts';
import type { MediaKit } from './media-kit.ts';
import type { MediaList } from './media-list.ts';
import { useStage } from './use-stage.ts';
import { ViewerBar, type ViewerPerson } from './viewer-bar.tsx';
import { ViewerStage } from './viewer-stage.tsx';
import { ViewerStrip } from './viewer-strip.tsx';
import './image-viewer.css';

type ImageViewerProps = {
  /** The one to begin with. */
  initial: MessageView;
  /** The pictures of its conversation. */
  list: MediaList;
  kit: MediaKit;
  personOf: (message: MessageView) => ViewerPerson;
  /** What was done, said for a moment: what lies behind the viewer is neither seen nor heard. */
  toast: ReactNode;
  /** Esc or the close button. The owner stops rendering it, which gives the focus back to where it was. */
  onClose: () => void;
};

/** Pictures nearer than this to the oldest one that is loaded have the next page fetched. */
const loadAhead = 8;
/** Pixels that a picture is moved by a key. */
const panStepPx = 80;

/** The pictures of a conversation over the whole window, dark in both themes. */
export function ImageViewer({ initial, list, kit, personOf, toast, onClose }: ImageViewerProps) {
  const { t } = useTranslation();
  const element = useRef<HTMLDialogElement>(null);
  const [container, setContainer] = useState<HTMLElement | null>(null);
  const [picked, setPicked] = useState(initial);
  const { messages, hasMore, isLoading } = useStore(list.store);
  // From the oldest on the left to the latest on the right, as they stand in the conversation.
  const shown = messages.toReversed();
  const at = shown.findIndex(({ rowId }) => rowId === picked.rowId);
  const message = shown[at] ?? picked;
  const stage = useStage(message);

  useLayoutEffect(() => {
    const dialog = element.current;
    if (dialog === null) return undefined;
    dialog.showModal();
    // The dialog itself: a button would show its tooltip.
    dialog.focus();
    setContainer(dialog);
    return () => dialog.close();
  }, []);
  useEffect(() => void list.loadUntil(initial.rowId), [list, initial]);
  const wantsMore = at >= 0 && at < loadAhead && hasMore && !isLoading;
  useEffect(() => {
    if (wantsMore) void list.loadMore();
  }, [wantsMore, list]);
  const { download } = kit.actions;
  const isWanted = message.attachment?.source === 'server';
  const { rowId } = message;
  useEffect(() => {
    if (isWanted) download(rowId);
  }, [isWanted, rowId, download]);

  // By position: one that was deleted meanwhile has neighbours all the same.
  const previous = shown.findLast(({ position }) => position < message.position);
  const next = shown.find(({ position }) => position > message.position);
  const show = (other: MessageView | undefined): void => {
    if (other !== undefined) setPicked(other);
  };
  const pan = (x: number, y: number): void => stage.pan({ x: x * panStepPx, y: y * panStepPx });
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => show(previous),
    ArrowRight: () => show(next),
    Home: () => show(shown[0]),
    End: () => show(shown.at(-1)),
    '+': stage.zoomIn,
    '=': stage.zoomIn,
    '-': stage.zoomOut,
    '0': stage.fit,
    r: stage.rotate,
  };
  const shiftKeys: Readonly<Record<string, () => void>> = {
    ...keys,
    ArrowLeft: () => pan(1, 0),
    ArrowRight: () => pan(-1, 0),
    ArrowUp: () => pan(0, 1),
    ArrowDown: () => pan(0, -1),
  };
  const press = (event: KeyboardEvent<HTMLDialogElement>): void => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const action =
      event.ctrlKey || event.metaKey || event.altKey
        ? isModOnly(event)
          ? { c: () => kit.actions.copyImage(message), s: () => kit.actions.saveAs(message) }[key]
          : undefined
        : (event.shiftKey ? shiftKeys : keys)[key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };

  return (
    // Its keys only add to the buttons.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <dialog
      ref={element}
      className="viewer"
      data-theme="dark"
      aria-label={t('media.viewer')}
      tabIndex={-1}
      onKeyDown={press}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <FloatingContainer value={container}>
        <ViewerBar
          message={message}
          person={personOf(message)}
          place={at < 0 || hasMore ? null : { at: at + 1, total: shown.length }}
          stage={stage}
          actions={kit.actions}
          onClose={onClose}
        />
        <div className="viewer-middle">
          <ViewerStage message={message} stage={stage} kit={kit} />
          {previous !== undefined && (
            <button
              type="button"
              className="viewer-arrow previous"
              aria-label={t('media.previous')}
              onClick={() => show(previous)}
            >
              <Icon of={ChevronLeft} size={20} />
            </button>
          )}
          {next !== undefined && (
            <button type="button" className="viewer-arrow next" aria-label={t('media.next')} onClick={() => show(next)}>
              <Icon of={ChevronRight} size={20} />
            </button>
          )}
        </div>
        <ViewerStrip shown={shown} at={at} kit={kit} onPick={setPicked} />
        <div className="visually-hidden" aria-live="polite">
          {message.text}
        </div>
        {toast}
      </FloatingContainer>
    </dialog>
  );
}
