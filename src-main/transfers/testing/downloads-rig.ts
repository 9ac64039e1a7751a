import type { AppErrorCode } from '../../../src-shared/kernel/app-error.ts';
import { blobId, messageId, rowId, userId, type BlobId, type RowId } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { AttachmentView } from '../../../src-shared/ipc/attachment-views.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { createFakeClock, settle } from '../../connection/testing/fake-clock.ts';
import { createFakeLink } from '../../testing/fake-link.ts';
import { createDownloads } from '../downloads.ts';
import type { TakeBytes, TakeFault, TakeInput } from '../take-bytes.ts';
import { createTransferBoard } from '../transfer-board.ts';

const anna = userId(2);
export const blob = blobId('ab'.repeat(32));
export const done = ok(blob);
export const fault = (code: AppErrorCode, rest: Partial<TakeFault> = {}): Result<BlobId, TakeFault> =>
  err({ code, isPassing: false, isPartKept: false, needsServer: false, ...rest });
export const passing = (code: AppErrorCode) => fault(code, { isPassing: true });
export const needsServer = fault('offline', { needsServer: true });

/** One call of `take`, which ends as the test says. */
type Taking = TakeInput & {
  readonly start: (totalBytes?: number) => void;
  readonly end: (result: Result<BlobId, TakeFault>) => Promise<void>;
};

const attachmentOf = (row: RowId) => ({
  rowId: row,
  peerId: anna,
  isMine: false,
  messageKind: 'image' as const,
  name: 'a.png',
  sizeBytes: 1_000,
  sha256: null,
  blobId: null,
  source: { kind: 'own' as const, pathOrUrl: '/a' },
});

/** An image of Anna's on the server, unless said otherwise. */
export function message(
  row: number,
  change: Partial<MessageView> = {},
  attachment: Partial<AttachmentView> = {},
): MessageView {
  return {
    rowId: rowId(row),
    peerId: anna,
    senderId: anna,
    messageId: messageId(row),
    kind: 'image',
    text: 'a.png',
    sizeBytes: 1_000,
    attachment: {
      blobId: null,
      thumbId: null,
      width: null,
      height: null,
      source: 'server',
      isDamaged: false,
      foreignHost: '',
      ...attachment,
    },
    state: 'sent',
    failure: null,
    atMs: 0,
    position: row,
    ...change,
  };
}
export const messages = (...rows: number[]): MessageView[] => rows.map((row) => message(row));

/** Downloads whose bytes come as the test says. */
export function createDownloadsRig(take?: TakeBytes) {
  const clock = createFakeClock();
  const link = createFakeLink(clock);
  const board = createTransferBoard({ clock, emit: () => {} });
  const takings: Taking[] = [];
  const logged: string[] = [];
  const takeByHand: TakeBytes = (input) =>
    new Promise((resolve) => {
      const attachment = attachmentOf(input.rowId);
      takings.push({
        ...input,
        start: (totalBytes = 1_000) => input.onStart({ ...attachment, sizeBytes: totalBytes }),
        end: async (result) => {
          resolve(result);
          await settle();
        },
      });
    });
  const downloads = createDownloads({
    take: take ?? takeByHand,
    store: { getAttachment: async ({ rowId: row }) => attachmentOf(row) },
    link: link.link,
    board,
    clock,
    random: { fraction: () => 0 },
    log: (event, facts) => void logged.push(`${event} ${facts?.['code'] ?? facts?.['error']}`),
  });
  link.ready();
  return {
    clock,
    link,
    board,
    takings,
    logged,
    downloads,
    /** The rows that were begun, in that order. */
    taken: (): number[] => takings.map((taking) => taking.rowId),
    last: (): Taking => {
      const taking = takings.at(-1);
      if (taking === undefined) throw new Error('nothing was begun');
      return taking;
    },
    onBoard: () => board.list().map(({ rowId: row, phase, error }) => [row, phase, error]),
    offer: async (offered: readonly MessageView[]): Promise<void> => {
      downloads.offer(offered);
      await settle();
    },
    fetch: (row: number) => downloads.fetch(rowId(row)),
  };
}
