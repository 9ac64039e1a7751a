import { randomBytes } from 'node:crypto';
import { commandId, messageId, rowId, userId, type MessageId, type UserId } from '../../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../../src-shared/protocol/frames.ts';
import { createOperations, type DatabaseOperations } from '../create-operations.ts';
import { openStore, type OpenedStore } from '../open-store.ts';

export const me = userId(1);
export const anna = userId(2);
export const ben = userId(3);
export const testKey = new Uint8Array(32).fill(7);

export type TestStore = DatabaseOperations & { readonly store: OpenedStore };

/** A store in memory, or on disk where a path is given. */
export function openTestStore(
  path: string | null = null,
  key: Uint8Array = testKey,
  serverOrigin = 'https://chat.example',
): TestStore {
  const store = openStore({ path, key: path === null ? null : key, self: me, serverOrigin }, 1_000);
  return { ...createOperations(store.context), store };
}

let lastCommand = 0;
export function newCommandId(): ReturnType<typeof commandId> {
  lastCommand += 1;
  return commandId(`00000000-0000-4000-8000-${String(lastCommand).padStart(12, '0')}`);
}

/** Writes a text to Anna under a given id and returns the message. */
export function write(
  store: DatabaseOperations,
  text: string,
  id: number,
  options: { peerId?: UserId; isSentAtOnce?: boolean; nowMs?: number } = {},
): ReturnType<DatabaseOperations['enqueueText']>['message'] {
  return store.enqueueText({
    commandId: newCommandId(),
    peerId: options.peerId ?? anna,
    messageIds: [messageId(id)],
    text,
    isSentAtOnce: options.isSentAtOnce ?? false,
    nowMs: options.nowMs ?? 5_000,
  }).message;
}

/** A message as a server hands it out; from Anna to me unless said otherwise. */
export function wire(id: number, content: string, rest: Partial<WireMessage> = {}): WireMessage {
  return {
    id: messageId(id),
    senderId: anna,
    receiverId: me,
    content,
    timestampMs: id * 1_000,
    status: 'sent',
    type: 'text',
    ...rest,
  };
}

export function fromMe(id: number, content: string, rest: Partial<WireMessage> = {}): WireMessage {
  return wire(id, content, { senderId: me, receiverId: anna, ...rest });
}

export function ackOf(id: number): { messageId: MessageId; serverId: null; timestampMs: null } {
  return { messageId: messageId(id), serverId: null, timestampMs: null };
}

export function merge(
  store: DatabaseOperations,
  messages: readonly WireMessage[],
  mayMatchContent = false,
): ReturnType<DatabaseOperations['mergeHistory']> {
  return store.mergeHistory({ peerId: anna, messages, mayMatchContent, confirmedSince: [], nowMs: 9_000 });
}

/** The texts of a conversation, oldest first. */
export function textsOf(store: DatabaseOperations, peerId: UserId = anna): string[] {
  return messagesOf(store, peerId).map((message) => message.text);
}

export function messagesOf(
  store: DatabaseOperations,
  peerId: UserId = anna,
): ReturnType<DatabaseOperations['getPage']>['messages'] {
  return store.getPage({ peerId, anchor: { kind: 'newest' }, limit: 200 }).messages;
}

export const randomKey = (): Uint8Array => new Uint8Array(randomBytes(32));
export const noRow = rowId(999_999);
