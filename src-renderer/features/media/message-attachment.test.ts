import i18next from 'i18next';
import { expect, it } from 'vitest';
import type { AttachmentView, TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import { blobId, rowId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { aMessage, me } from '../../testing/views.ts';
import { createImageBoxes } from './image-box.ts';
import type { MediaActions, MediaKit } from './media-kit.ts';
import { attachmentMenu } from './message-attachment.tsx';
import { createTransfersStore, withTransfers } from './transfers-store.ts';

const here: AttachmentView = {
  blobId: blobId('a'.repeat(64)),
  thumbId: null,
  isDamaged: false,
  width: null,
  height: null,
  source: 'here',
  foreignHost: '',
};
const mine = (rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, 'a.pdf', {
    rowId: rowId(1),
    senderId: me.userId,
    kind: 'file',
    state: 'queued',
    attachment: here,
    ...rest,
  });
const waiting = (row: number, rest: Partial<TransferView> = {}): TransferView => ({
  rowId: rowId(row),
  peerId: userId(2),
  direction: 'up',
  phase: 'waiting',
  doneBytes: 0,
  totalBytes: 10,
  bytesPerSecond: null,
  error: null,
  ...rest,
});

function menuOf(message: MessageView, transfers: readonly TransferView[]): { labels: string[]; asked: string[] } {
  const asked: string[] = [];
  const actions = { sendFirst: ({ text }: MessageView) => void asked.push(text) } as Partial<MediaActions>;
  const kit: MediaKit = {
    actions: actions as MediaActions,
    transfers: createTransfersStore(),
    boxFor: createImageBoxes(),
    wantThumb: async () => false,
    isAnimated: async () => false,
  };
  kit.transfers.setState((state) => withTransfers(state, transfers));
  const entries = attachmentMenu(i18next.t, message, kit);
  entries.find(({ label }) => label === 'Send first')?.onSelect();
  return { labels: entries.map(({ label }) => label), asked };
}

it('offers to send a file first while it waits beside others, whoever they go to', () => {
  const { labels, asked } = menuOf(mine(), [waiting(1), waiting(2, { peerId: userId(3) })]);
  expect(labels[0]).toBe('Send first');
  expect(asked).toEqual(['a.pdf']);
});

it.each<[string, MessageView, readonly TransferView[]]>([
  ['it is alone', mine(), [waiting(1)]],
  ['the other one is under way', mine(), [waiting(1), waiting(2, { phase: 'running' })]],
  ['the other one comes in', mine(), [waiting(1), waiting(2, { direction: 'down' })]],
  ['it is under way itself', mine({ state: 'sending' }), [waiting(1, { phase: 'running' }), waiting(2)]],
  ['it was sent', mine({ state: 'sent' }), [waiting(2)]],
])('does not where %s', (_, message, transfers) => {
  expect(menuOf(message, transfers).labels).not.toContain('Send first');
});

it.each([
  ['a.pdf', true],
  ['a.zip', false],
  ['a.tar.gz', false],
  ['a.exe', false],
])('offers to open %s: %s', (text, isOffered) => {
  const { labels } = menuOf(mine({ text, state: 'sent' }), []);
  expect(labels.includes('Open')).toBe(isOffered);
  expect(labels).toContain('Show in folder');
});
