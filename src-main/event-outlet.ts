import type { RowId, UserId } from '../src-shared/kernel/ids.ts';
import type { EventChannel, EventOf } from '../src-shared/ipc/contract.ts';
import type { ContactView, ConversationView, MessageView } from '../src-shared/ipc/views.ts';
import type { Clock } from './ports.ts';
import type { Changes } from './store/operations.ts';

/** One tick of 60 Hz. A burst of pushes becomes one event of each kind per tick. */
const tickMs = 16;
/** A message and its ack are two pieces of news within milliseconds: so many go out at once before ticks are waited for. */
const newsAtOnce = 3;

export type Emit = <E extends EventChannel>(channel: E, event: EventOf<E>) => void;

export type EventOutlet = {
  /** Tells the window at once. */
  readonly emit: Emit;
  /** Tells the window what the store changed; bursts are joined, the newest state of each row wins. */
  readonly publish: (changes: Changes) => void;
  /** The same for people: those who are new, or other than they were. */
  readonly publishContacts: (contacts: readonly ContactView[]) => void;
  /** Forgets what was not told yet: it belongs to an account that was closed. */
  readonly drop: () => void;
};

/** Between the services and the window: joins bursts so that the renderer gets at most about 60 batches a second. */
export function createEventOutlet(clock: Clock, emit: Emit): EventOutlet {
  const contacts = new Map<UserId, ContactView>();
  const conversations = new Map<UserId, ConversationView>();
  const removedConversations = new Set<UserId>();
  const messages = new Map<RowId, MessageView>();
  const removedMessages = new Map<RowId, UserId>();
  const reordered = new Set<UserId>();
  let isTickPlanned = false;
  /** The time up to which flushes are spent: each costs a tick, and `newsAtOnce` ticks may be owed. */
  let spentUntilMs = -Infinity;

  function flush(): void {
    isTickPlanned = false;
    spentUntilMs = Math.max(spentUntilMs, clock.monotonicMs()) + tickMs;
    if (contacts.size > 0) emit('contacts:changed', [...contacts.values()]);
    if (messages.size > 0) emit('messages:upserted', [...messages.values()]);
    if (removedMessages.size > 0) {
      emit(
        'messages:removed',
        [...removedMessages].map(([rowId, peerId]) => ({ peerId, rowId })),
      );
    }
    for (const peerId of reordered) emit('messages:reordered', { peerId });
    if (conversations.size > 0) emit('conversations:upserted', [...conversations.values()]);
    if (removedConversations.size > 0) emit('conversations:removed', [...removedConversations]);
    drop();
  }

  function drop(): void {
    for (const pending of [contacts, messages, removedMessages, reordered, conversations, removedConversations])
      pending.clear();
  }

  function plan(): void {
    if (isTickPlanned) return;
    isTickPlanned = true;
    const waitMs = Math.max(0, spentUntilMs - (newsAtOnce - 1) * tickMs - clock.monotonicMs());
    if (waitMs === 0) flush();
    else clock.setTimer(waitMs, flush);
  }

  return {
    emit,
    drop,
    publishContacts: (changed) => {
      for (const contact of changed) contacts.set(contact.userId, contact);
      if (contacts.size > 0) plan();
    },
    publish: (changes) => {
      for (const message of changes.messages) {
        messages.set(message.rowId, message);
        removedMessages.delete(message.rowId);
      }
      for (const { rowId, peerId } of changes.removedMessages) {
        removedMessages.set(rowId, peerId);
        messages.delete(rowId);
      }
      for (const peerId of changes.reordered) reordered.add(peerId);
      for (const conversation of changes.conversations) {
        conversations.set(conversation.peerId, conversation);
        removedConversations.delete(conversation.peerId);
      }
      for (const peerId of changes.removedConversations) {
        removedConversations.add(peerId);
        conversations.delete(peerId);
      }
      const isAnything =
        messages.size + removedMessages.size + reordered.size + conversations.size + removedConversations.size > 0;
      if (isAnything) plan();
    },
  };
}
