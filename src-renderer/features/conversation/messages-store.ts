import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge } from '../../../src-shared/ipc/contract.ts';
import type { MessageView, ViewedView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import {
  noPages,
  withRemoved,
  withTrimmed,
  withUpserted,
  withWindow,
  withWindowRequested,
  type MessagePages,
  type MessageTarget,
  type ScrollAnchor,
} from './message-pages.ts';

/** Conversations whose rows stay loaded after they were left, so that going back and forth costs nothing. */
const maxLoadedConversations = 6;

export type MessagesState = {
  /** Loaded windows. The one opened last comes last. */
  readonly byPeer: ReadonlyMap<UserId, MessagePages>;
  /** Conversations that were left scrolled up, or are to open at a message. Others open at the bottom. */
  readonly anchors: ReadonlyMap<UserId, ScrollAnchor | MessageTarget>;
  /** The conversation on screen. */
  readonly viewedPeerId: UserId | null;
};

export type MessagesStore = StoreApi<MessagesState>;

/** One per signed-in account: thrown away on logout. */
export function createMessagesStore(): MessagesStore {
  return createStore<MessagesState>()(() => ({ byPeer: new Map(), anchors: new Map(), viewedPeerId: null }));
}

/** Changes one conversation's window, where it is loaded. */
export function withPages(
  state: MessagesState,
  peerId: UserId,
  change: (pages: MessagePages) => MessagePages,
): MessagesState {
  const pages = state.byPeer.get(peerId);
  const next = pages === undefined ? undefined : change(pages);
  return next === undefined || next === pages ? state : { ...state, byPeer: new Map(state.byPeer).set(peerId, next) };
}

/** A conversation came on screen with `pages`; the one that was opened longest ago is let go. */
export function withViewed(state: MessagesState, peerId: UserId, pages: MessagePages): MessagesState {
  const byPeer = new Map(state.byPeer);
  byPeer.delete(peerId);
  byPeer.set(peerId, pages);
  for (const oldest of byPeer.keys()) {
    if (byPeer.size <= maxLoadedConversations) break;
    byPeer.delete(oldest);
  }
  return { ...state, byPeer, viewedPeerId: peerId };
}

/** The page that a conversation begins with came before the conversation was opened. */
export function withFirstPage(state: MessagesState, { peerId, start, page }: ViewedView): MessagesState {
  const requested = withWindowRequested(noPages, true);
  const listStart = start === 'newest' ? 'bottom' : start;
  const pages = withWindow(requested, requested.loadId, page, listStart, true);
  return { ...state, byPeer: new Map(state.byPeer).set(peerId, pages) };
}

/** The list of a conversation was at `anchor` last, or is to begin there next; null: at the bottom. */
export function withAnchor(
  state: MessagesState,
  peerId: UserId,
  anchor: ScrollAnchor | MessageTarget | null,
): MessagesState {
  const anchors = new Map(state.anchors);
  if (anchor === null) anchors.delete(peerId);
  else anchors.set(peerId, anchor);
  return { ...state, anchors };
}

/** A conversation left the screen. Its line of new messages is gone when it comes back. */
export function withLeft(state: MessagesState, peerId: UserId): MessagesState {
  const viewedPeerId = state.viewedPeerId === peerId ? null : state.viewedPeerId;
  return withPages({ ...state, viewedPeerId }, peerId, (pages) => ({ ...pages, firstUnreadRowId: null }));
}

/** Messages of any conversations were added or changed; those of conversations that are not loaded are left to main. */
function withMessages(state: MessagesState, messages: readonly MessageView[]): MessagesState {
  const byPeer = new Map<UserId, MessageView[]>();
  for (const message of messages) {
    const known = byPeer.get(message.peerId);
    if (known === undefined) byPeer.set(message.peerId, [message]);
    else known.push(message);
  }
  let next = state;
  for (const [peerId, rows] of byPeer) {
    next = withPages(next, peerId, (pages) => {
      const upserted = withUpserted(pages, rows);
      // The list on screen lets go of rows itself, because it has to keep its place.
      return peerId === state.viewedPeerId ? upserted : withTrimmed(upserted, upserted.rows.length - 1);
    });
  }
  return next;
}

/** Keeps the store in step with what main says. Returns the way to stop it. */
export function wireMessages(store: MessagesStore, bridge: Bridge): () => void {
  const stops = [
    bridge.on['messages:upserted']((messages) => store.setState((state) => withMessages(state, messages))),
    bridge.on['messages:removed']((removed) => {
      store.setState((state) =>
        removed.reduce(
          (next, { peerId, rowId }) => withPages(next, peerId, (pages) => withRemoved(pages, rowId)),
          state,
        ),
      );
    }),
    bridge.on['conversations:historyProgress'](({ peerId }) => {
      // What was the beginning may not be it any more.
      store.setState((state) =>
        withPages(state, peerId, (pages) =>
          pages.hasOlder || pages.rows.length === 0 ? pages : { ...pages, hasOlder: true },
        ),
      );
    }),
    bridge.on['messages:reordered'](({ peerId }) => {
      store.setState((state) => withPages(state, peerId, (pages) => ({ ...pages, isStale: true })));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
