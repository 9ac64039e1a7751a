import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Bridge, EventOf } from '../../../src-shared/ipc/contract.ts';
import type { ConversationView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';

export type ConversationsState = {
  /** Null until main has said. */
  readonly byPeerId: ReadonlyMap<UserId, ConversationView> | null;
  /** The conversation on screen. Only the person changes it. */
  readonly viewedPeerId: UserId | null;
  /** How much is there of each long history that is being loaded, in whole percent. */
  readonly loadedPercents: ReadonlyMap<UserId, number>;
};
export type ConversationsStore = StoreApi<ConversationsState>;

/** The conversations of one account. */
export function createConversationsStore(): ConversationsStore {
  return createStore<ConversationsState>(() => ({ byPeerId: null, viewedPeerId: null, loadedPercents: new Map() }));
}

/** Some conversations are new or as they are now. */
export function withConversations(
  state: ConversationsState,
  conversations: readonly ConversationView[],
): ConversationsState {
  const byPeerId = new Map(state.byPeerId);
  for (const conversation of conversations) byPeerId.set(conversation.peerId, conversation);
  return { ...state, byPeerId };
}

/** Some conversations are gone. The one on screen stays on screen: it is the person who leaves it. */
export function withoutConversations(state: ConversationsState, peerIds: readonly UserId[]): ConversationsState {
  const byPeerId = new Map(state.byPeerId);
  for (const peerId of peerIds) byPeerId.delete(peerId);
  return { ...state, byPeerId };
}

/** A long history is so far; it is done, or given up, where there is no total. */
export function withHistoryProgress(
  state: ConversationsState,
  { peerId, done, total }: EventOf<'conversations:historyProgress'>,
): ConversationsState {
  const loadedPercents = new Map(state.loadedPercents);
  if (done >= total) loadedPercents.delete(peerId);
  else loadedPercents.set(peerId, Math.floor((done / total) * 100));
  return { ...state, loadedPercents };
}

/** By last activity, the latest first. Null until main has said. */
export function orderedConversations(byPeerId: ConversationsState['byPeerId']): readonly ConversationView[] | null {
  if (byPeerId === null) return null;
  return [...byPeerId.values()].sort((a, b) => b.activeAtMs - a.activeAtMs || a.peerId - b.peerId);
}

/** Puts a conversation on screen; null shows none. Main is told so that it keeps this one fresh. */
export async function viewConversation(
  { store, bridge }: { store: ConversationsStore; bridge: Bridge },
  peerId: UserId | null,
): Promise<void> {
  if (store.getState().viewedPeerId === peerId) return;
  store.setState({ viewedPeerId: peerId });
  await bridge['conversations:setViewed']({ peerId });
}
