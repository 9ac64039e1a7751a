import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { UserId } from '../../src-shared/kernel/ids.ts';
import { pageSize } from '../../src-shared/domain/limits.ts';
import type { AccountView, ConversationView, ViewedView } from '../../src-shared/ipc/views.ts';
import { createTray } from '../attachments/tray.ts';
import type { InboundFrame } from '../connection/inbound-frame.ts';
import type { Link } from '../connection/link.ts';
import { createContacts } from '../contacts/contacts.ts';
import { clearHistory } from '../messages/clear-history.ts';
import { createHistory } from '../messages/history.ts';
import { createInbox } from '../messages/inbox.ts';
import { createOutbox } from '../messages/outbox.ts';
import { createReadMarks } from '../messages/read-marks.ts';
import { createTraits } from '../messages/traits.ts';
import type { Changes, OpenReport } from '../store/operations.ts';
import { StoreFailure, type Cancel } from '../ports.ts';
import { withDamageNoted } from '../transfers/damaged-blobs.ts';
import { createTransferBoard } from '../transfers/transfer-board.ts';
import type { AccountScope, AccountScopeDeps } from './account-scope-types.ts';
import { createReceiving } from '../transfers/receiving.ts';
import { allAnew } from './all-anew.ts';
import { createReloadAgain } from './reload-again.ts';
import { createScopedStore } from './scoped-store.ts';

/** Who goes through many conversations has the last one remembered. */
const noteViewedAfterMs = 1_000;
/** What was removed too long ago to be brought back loses its text at the start and each day after. */
const forgetEveryMs = 24 * 60 * 60 * 1_000;

/** Wires the services of one account to its open store and its link. */
export async function createAccountScope(
  account: AccountView,
  link: Link,
  deps: AccountScopeDeps,
): Promise<AccountScope> {
  const { clock, random, log, outlet } = deps;
  const { store, end } = createScopedStore(deps.store);
  const self = account.userId;
  const [overview, known] = await Promise.all([store.getOverview({}), store.getTraits({})]);
  const traits = createTraits(store, known);
  let viewed = overview.viewedPeerId;
  /** What the store was asked first is as good for the first window, unless something changed. */
  let unchanged: readonly ConversationView[] | null = overview.conversations;
  let cancelNote: Cancel = () => {};
  let readyEpoch = -1;
  let isDisposed = false;

  const tellWindow = (changes: Changes): void => {
    // The window may show another account by now, or another file of this one, with rows of its own.
    if (isDisposed) return;
    unchanged = null;
    contacts.onChanges(changes);
    outlet.publish(changes);
  };
  const publish = (changes: Changes): void => {
    if (isDisposed) return;
    outbox.observe(changes);
    inbox.observe(changes);
    tellWindow(changes);
    downloads.offer(changes.messages.filter(({ peerId }) => peerId === viewed));
  };
  /** What most services are made of. */
  const blobs = withDamageNoted(deps.blobs, { store, log, publish });
  const parts = { self, store, blobs, link, clock, random, log, publish, emit: outlet.emit };
  const transfers = createTransferBoard(parts);
  const downloads = createReceiving({
    ...parts,
    serverUrl: account.serverUrl,
    get: deps.httpGet,
    token: deps.token,
    board: transfers,
  });
  const contacts = createContacts({
    ...parts,
    people: overview.people,
    isFocused: deps.isFocused,
    tell: outlet.publishContacts,
  });
  const outbox = createOutbox({ ...parts, board: transfers, traits, history: () => history });
  const reloadAgain = createReloadAgain({ reload: outbox.reload, clock });
  const history = createHistory({
    ...parts,
    traits,
    tellProgress: (progress) => {
      // The window may show another account by now.
      if (!isDisposed) outlet.emit('conversations:historyProgress', progress);
    },
  });
  const isViewed = (peerId: UserId): boolean => peerId === viewed;
  /** What they read of mine comes with the history only: it may be late, but never missing from what is on screen. */
  const loadViewed = (peerId: UserId): void => {
    if (!history.refresh(peerId)) history.loadAgain(peerId, isViewed);
  };
  const readMarks = createReadMarks(parts);
  const tray = createTray({ ...parts, outbox, maxFileBytes: traits.maxFileBytes });
  const inbox = createInbox({
    ...parts,
    isKnown: contacts.has,
    // Whoever writes has read: what they read of mine comes with the history.
    onActivity: (peerId) => {
      if (isViewed(peerId)) loadViewed(peerId);
    },
    reload: history.loadIfWorthwhile,
    onStoreFailed: deps.onStoreFailed,
    setHeld: link.setHeld,
  });
  const conversations = async (): Promise<readonly ConversationView[]> =>
    inbox.withConversations(unchanged ?? (await store.getOverview({})).conversations);
  const getPage: AccountScope['getPage'] = async (request) => {
    const page = await store.getPage(request);
    downloads.offer(page.messages);
    return inbox.withPage(request.peerId, page);
  };

  const noteViewed = (): void => void store.noteViewed({ peerId: viewed }).catch(() => log('viewed-not-kept'));

  /** A page of the conversation on screen, where it begins: at what was not read yet, or at the end. */
  async function viewedPage(): Promise<ViewedView | null> {
    if (viewed === null) return null;
    const peerId = viewed;
    const conversation = (await conversations()).find((one) => one.peerId === peerId);
    if (conversation === undefined && !contacts.has(peerId)) return null;
    const hasUnread = conversation !== undefined && conversation.unreadCount > 0;
    const start = hasUnread ? 'first-unread' : 'newest';
    return { peerId, start, page: await getPage({ peerId, anchor: { kind: start }, limit: pageSize }) };
  }

  /** The conversation on screen first, then by last activity, then contacts never written to. */
  async function peersToLoad(): Promise<UserId[]> {
    const byActivity = (await conversations()).toSorted((a, b) => b.activeAtMs - a.activeAtMs).map((one) => one.peerId);
    const known = contacts.list().map((contact) => contact.userId);
    return [...new Set([...(viewed === null ? [] : [viewed]), ...byActivity, ...known])];
  }

  /** What goes out does not wait for what comes in. */
  async function afterReady(epoch: number): Promise<void> {
    guarded(traits.sawFileLimit(link.maxFileBytes()));
    outbox.onReady();
    await readMarks.resend();
    await history.catchUp(epoch, await peersToLoad());
  }

  /** What the window shows may not be what the store has: it asks for all of it again. */
  async function showAnew(before: readonly UserId[] = []): Promise<void> {
    const { people, conversations } = await store.getOverview({});
    const shown = [...before, ...contacts.list().map((person) => person.userId)];
    // Nothing was kept that was not kept before, so nothing that no disk has goes from the screen.
    contacts.showAnew(shown);
    tellWindow(allAnew({ people, conversations: inbox.withConversations(conversations) }, shown));
  }

  /** The store's process was replaced, and may have begun a new file: the server's word is fetched again. */
  async function afterRestart(report: OpenReport): Promise<void> {
    // The store judges pushed messages by it, and we judge histories.
    if (report.outcome !== 'opened') guarded(traits.keep());
    await reloadAgain.run();
    if (report.outcome === 'set-aside') deps.onSetAside(report.saved);
    // What the old process committed and did not live to say is not said by the next one either.
    await showAnew();
    await loadAll();
  }

  async function loadAll(): Promise<void> {
    const state = link.state();
    if (state.phase !== 'ready') return;
    await contacts.refresh();
    history.forgetLoads();
    await history.catchUp(state.epoch, await peersToLoad());
  }

  /** Also with a store that keeps nothing at present: who is connected can at least see what comes (safety R14). */
  async function catchUp(): Promise<Result<void>> {
    try {
      const loaded = await contacts.refresh();
      return loaded.ok || loaded.error.code === 'rejected' ? ok(undefined) : loaded;
    } catch (error) {
      if (!(error instanceof StoreFailure)) throw error;
      deps.onStoreFailed(error.code);
      return ok(undefined);
    }
  }

  const guarded = (work: Promise<unknown>): void =>
    void work.catch((error: unknown) =>
      log('background-work-failed', { error: error instanceof Error ? error.name : 'unknown' }),
    );

  function onPush(frame: InboundFrame): void {
    // It answers no question of ours: what is in it comes with the next load of its conversation.
    if (frame.kind === 'history-held') return guarded(store.releaseFrame({ held: frame.held }));
    if (frame.kind === 'message-acknowledged') {
      const differs = frame.id !== undefined && frame.id !== frame.messageId;
      outbox.onAck({
        messageId: frame.messageId,
        serverId: differs ? frame.id : null,
        timestampMs: frame.timestampMs ?? null,
      });
      return;
    }
    // Written on another device of mine.
    if (frame.kind === 'message-received' && frame.message.senderId === self) history.noteConfirmed(frame.message.id);
    contacts.onPush(frame);
    inbox.onPush(frame);
  }

  const cancels = [
    link.onPush(onPush),
    link.onClosed((closed) => guarded(outbox.onClosed(closed))),
    link.onState((state) => {
      contacts.setConnected(state.phase === 'catching-up' || state.phase === 'ready');
      if (state.phase !== 'ready' || state.epoch === readyEpoch) return;
      readyEpoch = state.epoch;
      guarded(afterReady(state.epoch));
    }),
    store.onHistoryProgress(history.onProgress),
    store.onRestarted((report) => guarded(afterRestart(report))),
  ];
  let cancelForgetting: Cancel = () => {};
  function forgetRemoved(): void {
    cancelForgetting = clock.setTimer(forgetEveryMs, forgetRemoved);
    guarded(store.forgetRemoved({ nowMs: clock.nowMs() }));
  }
  function dispose(): void {
    isDisposed = true;
    cancelNote();
    noteViewed();
    end();
    for (const cancel of cancels) cancel();
    cancelForgetting();
    contacts.dispose();
    downloads.dispose();
    transfers.dispose();
    reloadAgain.stop();
    outbox.dispose();
    inbox.dispose();
    history.dispose();
    readMarks.dispose();
    outlet.drop();
  }

  try {
    await outbox.reload();
  } catch (error) {
    // Nobody will ever hold it, so nobody could end it.
    dispose();
    throw error;
  }
  forgetRemoved();

  return {
    store,
    blobs,
    contacts,
    history,
    outbox,
    readMarks,
    transfers,
    downloads,
    underWay: () =>
      transfers
        .underWay()
        .filter(({ transfer: { direction, rowId } }) => direction === 'up' || downloads.isAsked(rowId)),
    maxFileBytes: traits.maxFileBytes,
    tray,
    conversations,
    getPage,
    publish,
    catchUp,
    showAnew,
    reloadAll: () => guarded(outbox.reload().then(loadAll)),
    viewedPage,
    onShown: downloads.offer,
    clear: (peerId) => clearHistory({ self, store, link, history, clock, publish }, peerId),
    setViewed: (peerId) => {
      viewed = peerId;
      downloads.setViewed(peerId);
      // Not before the page that is asked for next.
      cancelNote();
      cancelNote = clock.setTimer(noteViewedAfterMs, noteViewed);
      if (peerId !== null) loadViewed(peerId);
    },
    onFocus: () => {
      if (link.state().phase !== 'ready') return;
      guarded(contacts.refresh());
      if (viewed !== null) loadViewed(viewed);
    },
    dispose,
  };
}
