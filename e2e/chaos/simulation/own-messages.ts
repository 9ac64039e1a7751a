import { commandId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { StoreFailure } from '../../../src-main/ports.ts';
import type { BlobStore } from '../../../src-main/files/blob-store.ts';
import type { OutboxItem } from '../../../src-main/store/operations.ts';
import type { WriteOp } from './checker.ts';
import { beganAtMs, pageOf, type Program } from './program.ts';
import { peers } from './schedule.ts';
import { sendFile } from './send-file.ts';
import type { StoreHost } from './store-host.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a person does with messages of their own, and what is known of each. */
export type OwnMessages = {
  /** In the order of their first being sent. */
  readonly writes: readonly WriteOp[];
  readonly send: (op: WriteOp) => void;
  readonly outbox: () => OutboxItem[];
  readonly failedRows: () => MessageView[];
  readonly opOf: (message: MessageView) => WriteOp | undefined;
  readonly retry: (message: MessageView) => void;
  readonly remove: (message: Pick<MessageView, 'rowId' | 'messageId' | 'peerId' | 'text'>) => void;
  /** Notes which of those that were to be deleted are gone: the answer may have been lost with the store. */
  readonly settleDeletions: () => void;
};

export type OwnMessagesDeps = {
  readonly time: VirtualTime;
  readonly host: StoreHost;
  readonly blobs: BlobStore;
  readonly program: () => Program | null;
  readonly isFile: (op: WriteOp) => boolean;
  readonly storeDeaths: () => number;
  readonly onShown: (message: MessageView) => void;
  readonly onFault: (what: string) => void;
};

export function createOwnMessages(deps: OwnMessagesDeps): OwnMessages {
  const { time, host, blobs } = deps;
  const writes: WriteOp[] = [];
  const toBeDeleted = new Set<WriteOp>();

  function send(op: WriteOp): void {
    const scope = deps.program()?.scope();
    // Nobody writes in a program that is not there; they do as soon as it is.
    if (scope === null || scope === undefined) return void time.after(300, () => send(op));
    if (!writes.includes(op)) writes.push(op);
    const command = `00000000-0000-4000-8000-${String(op.index).padStart(12, '0')}`;
    const peerId = userId(op.peer);
    const sending = deps.isFile(op)
      ? sendFile(scope, blobs, { ...op, command })
      : scope.outbox.sendText({ commandId: commandId(command), peerId, text: op.text });
    void answerOf(op, sending);
    op.tries += 1;
  }

  async function answerOf(op: WriteOp, sending: Promise<MessageView>): Promise<void> {
    const deathsBefore = deps.storeDeaths();
    try {
      const message = await sending;
      if (op.messageId !== null && op.messageId !== message.messageId)
        deps.onFault(`write ${op.index} became two messages`);
      op.messageId = message.messageId;
      op.outcome = 'ok';
      deps.onShown(message);
    } catch (error) {
      if (!(error instanceof StoreFailure)) deps.onFault(`sending failed otherwise: ${String(error)}`);
      // Asked twice, because the store died over it: then the first time may have been kept.
      else if (
        error.code === 'disk-full' &&
        op.outcome === 'info' &&
        op.tries === 1 &&
        deps.storeDeaths() === deathsBefore
      )
        op.outcome = 'fail';
    }
  }

  const pages = (): MessageView[] => peers.flatMap((peer) => pageOf(host, peer));

  const opOf: OwnMessages['opOf'] = (message) => {
    const known = writes.find((op) => op.messageId === message.messageId);
    if (known !== undefined) return known;
    // Its answer was lost; the row tells which it is.
    const meant = writes.find((op) => op.messageId === null && op.peer === message.peerId && op.text === message.text);
    if (meant !== undefined) meant.messageId = message.messageId;
    return meant;
  };

  async function retry(message: MessageView): Promise<void> {
    const op = opOf(message);
    if (op !== undefined) op.isRetried = true;
    await deps.program()?.scope()?.outbox.retry(message.rowId);
  }

  async function remove(message: Parameters<OwnMessages['remove']>[0]): Promise<void> {
    const scope = deps.program()?.scope();
    const op = opOf(message as MessageView);
    if (scope === null || scope === undefined || op === undefined) return;
    toBeDeleted.add(op);
    scope.publish(await scope.store.deleteMessage({ rowId: message.rowId, nowMs: beganAtMs + time.nowMs() }));
  }

  return {
    writes,
    send,
    outbox: () => host.look('getOutbox', {}) as OutboxItem[],
    failedRows: () => pages().filter((message) => message.senderId === 1 && message.failure !== null),
    opOf,
    retry: (message) => unwatched(retry(message)),
    remove: (message) => unwatched(remove(message)),
    settleDeletions: () => {
      const shown = new Set<number>(pages().map(({ messageId }) => messageId));
      for (const op of toBeDeleted) op.isDeleted = op.messageId !== null && !shown.has(op.messageId);
    },
  };
}

/** Whether it succeeded is seen by what comes of it. */
export function unwatched(work: Promise<unknown> | undefined): void {
  void work?.catch(() => {});
}
