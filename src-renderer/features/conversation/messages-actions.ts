import { pageSize } from '../../../src-shared/domain/limits.ts';
import type { Bridge, RequestOf } from '../../../src-shared/ipc/contract.ts';
import type { RowId, UserId } from '../../../src-shared/kernel/ids.ts';
import {
  noPages,
  targetOf,
  withEdge,
  withEdgeRequested,
  withStart,
  withWindow,
  withWindowFailed,
  withWindowRequested,
  type ListStart,
  type MessagePages,
  type PageEdge,
} from './message-pages.ts';
import { withAnchor, withPages, withViewed, type MessagesStore } from './messages-store.ts';

export type MessagesContext = { readonly store: MessagesStore; readonly bridge: Bridge };

/**
 * Brings a conversation on screen: at the message it is to open at, else at the first unread one, else where it was
 * left, else at the bottom. What is still loaded is shown at once.
 */
export function openConversation(context: MessagesContext, peerId: UserId, hasUnread: boolean): void {
  const { store } = context;
  const { byPeer, anchors } = store.getState();
  const known = byPeer.get(peerId);
  const place = anchors.get(peerId) ?? 'bottom';
  const target = targetOf(place);
  const start: ListStart = hasUnread && target === null ? 'first-unread' : place;
  // The line of new messages goes when a conversation is left: where it stands, the window was brought for this visit.
  const isAtStart =
    start === 'first-unread'
      ? known?.start === start && known.firstUnreadRowId !== null
      : start !== 'bottom' || known?.hasNewer === false;
  const hasTarget = target === null || known?.rows.some((row) => row.rowId === target) === true;
  const isShowable = known?.status === 'ready' && !known.isStale && isAtStart && hasTarget;
  store.setState((state) => withViewed(state, peerId, isShowable ? { ...known, start } : (known ?? noPages)));
  if (!isShowable) void loadWindow(context, peerId, start, true);
}

/** Shows a message in the middle: at once where its conversation is on screen, else when that is opened next. */
export function showMessage(context: MessagesContext, peerId: UserId, targetRowId: RowId): void {
  const { store } = context;
  const { byPeer, viewedPeerId } = store.getState();
  const start = { targetRowId };
  if (viewedPeerId !== peerId) store.setState((state) => withAnchor(state, peerId, start));
  else if (byPeer.get(peerId)?.rows.some((row) => row.rowId === targetRowId) === true)
    store.setState((state) => withPages(state, peerId, (pages) => withStart(pages, start)));
  else void loadWindow(context, peerId, start, false);
}

/**
 * Fetches a whole window and begins its list at `start`. `isFresh`: nothing of it is known, and what was there is
 * hidden; else what is shown stays until the reply, and the line of new messages for as long as it is open.
 */
export async function loadWindow(
  context: MessagesContext,
  peerId: UserId,
  start: ListStart,
  isFresh: boolean,
): Promise<void> {
  const { store, bridge } = context;
  const change = (next: (pages: MessagePages) => MessagePages): void =>
    store.setState((state) => withPages(state, peerId, next));
  change((pages) => withWindowRequested(pages, isFresh));
  const loadId = store.getState().byPeer.get(peerId)?.loadId ?? 0;
  const page = await bridge['messages:getPage']({ peerId, anchor: anchorOf(start), limit: pageSize });
  if (page.ok) change((pages) => withWindow(pages, loadId, page.value, start, isFresh));
  // The row it was left at is gone: the bottom is the next best place.
  else if (page.error.code === 'not-found' && start !== 'bottom') await loadWindow(context, peerId, 'bottom', isFresh);
  else change((pages) => withWindowFailed(pages, loadId, page.error));
}

function anchorOf(start: ListStart): RequestOf<'messages:getPage'>['anchor'] {
  if (start === 'bottom') return { kind: 'newest' };
  if (start === 'first-unread') return { kind: 'first-unread' };
  return { kind: 'around', rowId: 'rowId' in start ? start.rowId : start.targetRowId };
}

/** Fetches the rows before the first or after the last loaded one, once at a time. */
export async function loadEdge({ store, bridge }: MessagesContext, peerId: UserId, edge: PageEdge): Promise<void> {
  const pages = store.getState().byPeer.get(peerId);
  if (pages === undefined || pages.status !== 'ready' || pages.loadingEdge !== null || pages.isStale) return;
  const row = edge === 'older' ? pages.rows[0] : pages.rows.at(-1);
  if (row === undefined || !(edge === 'older' ? pages.hasOlder : pages.hasNewer)) return;
  const { generation } = pages;
  store.setState((state) => withPages(state, peerId, (now) => withEdgeRequested(now, edge)));
  const anchor = { kind: edge === 'older' ? 'before' : 'after', position: row.position } as const;
  const page = await bridge['messages:getPage']({ peerId, anchor, limit: pageSize });
  store.setState((state) =>
    withPages(state, peerId, (now) => withEdge(now, generation, edge, page.ok ? page.value : null)),
  );
}
