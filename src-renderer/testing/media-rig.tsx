import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { AttachmentView, TransferView } from '../../src-shared/ipc/attachment-views.ts';
import { blobId, rowId, userId } from '../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../src-shared/ipc/views.ts';
import { aMessage } from './views.ts';
import { createImageBoxes } from '../features/media/image-box.ts';
import type { MediaActions, MediaKit } from '../features/media/media-kit.ts';
import { MessageAttachment } from '../features/media/message-attachment.tsx';
import { createTransfersStore, withTransfers } from '../features/media/transfers-store.ts';

/** What the messages of these tests have. */
export const blob = blobId('a'.repeat(64));
export const thumb = blobId('b'.repeat(64));
const here: AttachmentView = {
  blobId: blob,
  thumbId: null,
  width: null,
  height: null,
  source: 'here',
  isDamaged: false,
  foreignHost: '',
};
export const elsewhere: AttachmentView = { ...here, blobId: null, source: 'server' };
export const pdf = (rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, 'route-2026-final-v3.pdf', { kind: 'file', sizeBytes: 2_400_000, attachment: here, ...rest });
export const photo = (attachment: Partial<AttachmentView> = {}, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, 'hills.jpg', {
    kind: 'image',
    sizeBytes: 5_000_000,
    attachment: { ...here, width: 6000, height: 4000, thumbId: thumb, ...attachment },
    ...rest,
  });
export const running: TransferView = {
  rowId: rowId(1),
  peerId: userId(2),
  direction: 'down',
  phase: 'running',
  doneBytes: 1_200_000,
  totalBytes: 2_400_000,
  bytesPerSecond: 600_000,
  error: null,
};

type Rig = {
  done: string[];
  wanted: string[];
  moves: (transfer: TransferView) => void;
  redraw: (next: MessageView) => void;
  leave: () => void;
  user: ReturnType<typeof userEvent.setup>;
};

export function show(message: MessageView, { isAnimated = false, canBeShown = true } = {}): Rig {
  const done: string[] = [];
  const wanted: string[] = [];
  const note = (name: string) => (target: MessageView | number) =>
    void done.push(`${name} ${typeof target === 'number' ? target : target.text}`);
  const names = ['open', 'saveAs', 'showInFolder', 'copyImage', 'download', 'cancel', 'retry', 'startDrag'];
  const kit: MediaKit = {
    actions: Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as MediaActions,
    transfers: createTransfersStore(),
    boxFor: createImageBoxes(),
    wantThumb: async (id) => wanted.push(id) > 0 && canBeShown,
    isAnimated: async () => isAnimated,
  };
  const draw = (shown: MessageView) => (
    <article aria-label="message" tabIndex={-1}>
      <MessageAttachment message={shown} canTab kit={kit} />
    </article>
  );
  const { rerender, unmount } = render(draw(message));
  return {
    done,
    wanted,
    moves: (transfer) => act(() => kit.transfers.setState((state) => withTransfers(state, [transfer]))),
    redraw: (next) => rerender(draw(next)),
    leave: unmount,
    user: userEvent.setup(),
  };
}
/** The address of what is drawn or plays in the place of the picture. */
export const source = (): string | null => {
  const shown = document.querySelector<HTMLElement>('.picture :is(img, canvas)');
  return shown?.dataset['source'] ?? shown?.getAttribute('src') ?? null;
};
export const addressOf = (id: string): string => `app-media://blob/${id}`;
export const button = (name: string): HTMLElement => screen.getByRole('button', { name });
export const picture = (): HTMLElement =>
  screen.getByRole('button', { name: 'Open hills.jpg' }).parentElement as HTMLElement;
