import { maxPageSize } from '../../src-shared/domain/limits.ts';
import type { RowId, UserId } from '../../src-shared/kernel/ids.ts';
import type { StoreContext } from './context.ts';
import { findConversation } from './conversations.ts';
import { findVisibleMessage } from './message-rows.ts';
import type { Changes } from './operations.ts';
import { findPerson } from './people.ts';

/** Gathers what an operation touches; reads it all once at the end, as it then is. */
export type ChangeSet = {
  readonly person: (id: UserId) => void;
  readonly conversation: (peerId: UserId) => void;
  /** Touches the conversation too: its last message or its unread count may have changed. */
  readonly message: (peerId: UserId, rowId: RowId) => void;
  /** A message that left the outbox: always handed over, however many there are, because the sender waits for it. */
  readonly settled: (peerId: UserId, rowId: RowId) => void;
  readonly removed: (peerId: UserId, rowId: RowId) => void;
  readonly reordered: (peerId: UserId) => void;
  readonly build: () => Changes;
};

/** More messages than a page are not handed over one by one: the window asks for its page again. */
const maxMessages = maxPageSize;

export function createChangeSet(context: StoreContext): ChangeSet {
  const people = new Set<UserId>();
  const conversations = new Set<UserId>();
  const messages = new Map<UserId, Set<RowId>>();
  const settled = new Set<RowId>();
  const removed = new Map<RowId, UserId>();
  const reordered = new Set<UserId>();
  const { touches } = context;

  return {
    person: (id) => void people.add(id),
    conversation: (peerId) => void conversations.add(peerId),
    message: (peerId, rowId) => {
      touches.touch(peerId, rowId);
      conversations.add(peerId);
      const rows = messages.get(peerId);
      if (rows === undefined) messages.set(peerId, new Set([rowId]));
      else rows.add(rowId);
    },
    settled: (peerId, rowId) => {
      touches.touch(peerId, rowId);
      conversations.add(peerId);
      settled.add(rowId);
    },
    removed: (peerId, rowId) => {
      touches.touch(peerId, rowId);
      conversations.add(peerId);
      removed.set(rowId, peerId);
    },
    reordered: (peerId) => {
      touches.touch(peerId, null);
      conversations.add(peerId);
      reordered.add(peerId);
    },
    build: () => {
      const rowIds = new Set(settled);
      for (const [peerId, rows] of messages) {
        if (rows.size > maxMessages) reordered.add(peerId);
        else for (const id of rows) rowIds.add(id);
      }
      const found = [...conversations].map((peerId) => ({ peerId, view: findConversation(context, peerId) }));
      return {
        people: [...people].map((id) => findPerson(context, id)).filter((person) => person !== null),
        conversations: found.flatMap(({ view }) => (view === null ? [] : [view])),
        removedConversations: found.flatMap(({ peerId, view }) => (view === null ? [peerId] : [])),
        messages: [...rowIds]
          .filter((id) => !removed.has(id))
          .map((id) => findVisibleMessage(context, id))
          .filter((message) => message !== null),
        removedMessages: [...removed].map(([rowId, peerId]) => ({ peerId, rowId })),
        reordered: [...reordered],
      };
    },
  };
}
