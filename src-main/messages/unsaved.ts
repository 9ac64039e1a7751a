import { rowId, type UserId } from '../../src-shared/kernel/ids.ts';
import type { ReplyOf } from '../../src-shared/ipc/contract.ts';
import type { ConversationView, MessageView } from '../../src-shared/ipc/views.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import type { Clock, Store } from '../ports.ts';
import { wordOf, kindCodes } from '../store/schema.ts';
import { attachmentViewOf } from '../store/attachment-view.ts';
import { noAttachment } from '../store/attachments.ts';
import { readBody } from '../store/message-body.ts';
import type { Changes } from '../store/operations.ts';

/** Above every row and every position that a database gives out. */
const firstNumber = 2 ** 50;
type Page = ReplyOf<'messages:getPage'>;

/** More is not shown before it is kept: it is in memory only. */
const maxShown = 1_000;

/** Bytes can be fetched for what is kept only. */
const unreachable = attachmentViewOf({ serverOrigin: '' }, noAttachment);

export type Unsaved = {
  /** Shows messages that could not be kept. Each is there once, however often it comes. */
  readonly show: (messages: readonly WireMessage[]) => Promise<void>;
  /** What was shown of this conversation is kept now, or will be shown anew: it goes. */
  readonly withdraw: (peerId: UserId) => void;
  /** A page of the store with what it does not have, where that belongs: behind the newest. */
  readonly withPage: (peerId: UserId, page: Page) => Page;
  /** The store's conversations with what it does not have. */
  readonly withConversations: (conversations: readonly ConversationView[]) => readonly ConversationView[];
  /** Watches what the store says: a message that is kept after all is not shown twice. */
  readonly observe: (changes: Changes) => void;
};

export type UnsavedDeps = {
  readonly self: UserId;
  readonly store: Pick<Store, 'getOverview'>;
  readonly clock: Clock;
  readonly publish: (changes: Changes) => void;
};

/** Messages on screen that no disk has: what comes while the disk is full is read all the same (safety R14). */
export function createUnsaved({ self, store, clock, publish }: UnsavedDeps): Unsaved {
  const shown = new Map<string, MessageView>();
  let last = 0;

  const viewOf = (message: WireMessage): MessageView => {
    const body = readBody(message.type, message.content);
    last += 1;
    return {
      rowId: rowId(firstNumber + last),
      peerId: message.senderId === self ? message.receiverId : message.senderId,
      senderId: message.senderId,
      messageId: message.id,
      kind: wordOf(kindCodes, body.kind) ?? 'text',
      text: body.text,
      sizeBytes: body.sizeBytes,
      attachment: body.attachment === null ? null : unreachable,
      state: message.status,
      failure: null,
      atMs: message.timestampMs ?? clock.nowMs(),
      position: firstNumber + last,
    };
  };
  const of = (peerId: UserId): MessageView[] => [...shown.values()].filter((message) => message.peerId === peerId);

  function drop(isGone: (message: MessageView) => boolean): void {
    const gone = [...shown].filter(([, message]) => isGone(message));
    if (gone.length === 0) return;
    for (const [key] of gone) shown.delete(key);
    publish({ ...nothing, removedMessages: gone.map(([, { peerId, rowId: id }]) => ({ peerId, rowId: id })) });
  }

  function conversationOf(known: ConversationView | undefined, peerId: UserId): ConversationView {
    const all = of(peerId);
    const lastMessage = all.at(-1) ?? null;
    return {
      peerId,
      draft: known?.draft ?? null,
      stagedCount: known?.stagedCount ?? 0,
      clearedByPeerAt: known?.clearedByPeerAt ?? null,
      ...known,
      lastMessage,
      unreadCount:
        (known?.unreadCount ?? 0) + all.filter((one) => one.senderId !== self && one.state !== 'read').length,
      activeAtMs: lastMessage?.atMs ?? clock.nowMs(),
    };
  }

  return {
    show: async (messages) => {
      const news: MessageView[] = [];
      for (const message of messages) {
        const view = viewOf(message);
        if (shown.has(keyOf(view)) || shown.size >= maxShown) continue;
        shown.set(keyOf(view), view);
        news.push(view);
      }
      if (news.length === 0) return;
      // Reading needs no space.
      const { conversations } = await store.getOverview({});
      const known = new Map(conversations.map((one) => [one.peerId, one]));
      const peers = new Set(news.map((message) => message.peerId));
      publish({
        ...nothing,
        conversations: [...peers].map((peerId) => conversationOf(known.get(peerId), peerId)),
        messages: news.filter((message) => shown.has(keyOf(message))),
      });
    },
    withPage: (peerId, page) => {
      if (shown.size === 0 || page.hasNewer) return page;
      const kept = new Set(page.messages.map(keyOf));
      return { ...page, messages: [...page.messages, ...of(peerId).filter((message) => !kept.has(keyOf(message)))] };
    },
    withConversations: (conversations) =>
      conversations.map((one) => (of(one.peerId).length === 0 ? one : conversationOf(one, one.peerId))),
    withdraw: (peerId) => drop((message) => message.peerId === peerId),
    observe: ({ messages, reordered }) => {
      if (shown.size === 0) return;
      const kept = new Set(messages.filter((one) => one.rowId < firstNumber).map(keyOf));
      drop((message) => kept.has(keyOf(message)) || reordered.includes(message.peerId));
    },
  };
}

const keyOf = ({ peerId, senderId, messageId }: MessageView): string => `${peerId}/${senderId}/${messageId}`;

const nothing: Changes = {
  people: [],
  conversations: [],
  removedConversations: [],
  messages: [],
  removedMessages: [],
  reordered: [],
};
