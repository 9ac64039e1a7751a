import { describe, expect, it } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aMessage } from '../../testing/views.ts';
import type { MessagePages, Page } from './message-pages.ts';
import { loadEdge, loadWindow, openConversation, showMessage, type MessagesContext } from './messages-actions.ts';
import { createMessagesStore, wireMessages, withAnchor, withLeft } from './messages-store.ts';

const anna = userId(2);
const at = (position: number, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(anna, `text ${position}`, { rowId: rowId(position), position, ...rest });
const page = (positions: readonly number[], rest: Partial<Page> = {}): Result<Page> =>
  ok({
    messages: positions.map((position) => at(position)),
    hasOlder: true,
    hasNewer: false,
    firstUnreadRowId: null,
    ...rest,
  });

function setUp(): { fake: FakeBridge; context: MessagesContext; pages: (peer?: number) => MessagePages | undefined } {
  const fake = createFakeBridge({ 'messages:getPage': () => page([5, 6]) });
  const store = createMessagesStore();
  wireMessages(store, fake.bridge);
  return {
    fake,
    context: { store, bridge: fake.bridge },
    pages: (peer = 2) => store.getState().byPeer.get(userId(peer)),
  };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const positions = (pages: MessagePages | undefined): number[] => pages?.rows.map((row) => row.position) ?? [];

describe('opening a conversation', () => {
  it('asks for the first unread message where there is one', async () => {
    const { fake, context, pages } = setUp();
    fake.answer('messages:getPage', () => page([5, 6], { firstUnreadRowId: rowId(6) }));
    openConversation(context, anna, true);
    await settled();
    expect(fake.callsTo('messages:getPage')).toEqual([{ peerId: anna, anchor: { kind: 'first-unread' }, limit: 60 }]);
    expect(pages()).toMatchObject({ status: 'ready', start: 'first-unread', firstUnreadRowId: 6 });
  });

  it('shows what is still loaded without asking, where it was left', async () => {
    const { fake, context, pages } = setUp();
    const anchor = { rowId: rowId(5), offsetPx: 7 };
    openConversation(context, anna, false);
    await settled();
    context.store.setState((state) => withLeft(withAnchor(state, anna, anchor), anna));
    openConversation(context, anna, false);
    expect(fake.callsTo('messages:getPage')).toHaveLength(1);
    expect(pages()?.start).toEqual(anchor);
    expect(context.store.getState().viewedPeerId).toBe(anna);
  });

  it('asks again for what became stale while it was away', async () => {
    const { fake, context, pages } = setUp();
    openConversation(context, anna, false);
    await settled();
    context.store.setState((state) => withLeft(state, anna));
    fake.emit('messages:reordered', { peerId: anna });
    expect(pages()?.isStale).toBe(true);
    openConversation(context, anna, false);
    await settled();
    expect(fake.callsTo('messages:getPage')).toHaveLength(2);
    expect(pages()?.isStale).toBe(false);
  });

  it('goes to the bottom when the message it was left at is gone', async () => {
    const { fake, context, pages } = setUp();
    fake.answer('messages:getPage', ({ anchor }) =>
      anchor.kind === 'around' ? err(appError('not-found')) : page([5]),
    );
    context.store.setState((state) => withAnchor(state, anna, { rowId: rowId(1), offsetPx: 0 }));
    openConversation(context, anna, false);
    await settled();
    await settled();
    expect(pages()).toMatchObject({ status: 'ready', start: 'bottom' });
  });

  it('opens at a message that was asked for, also where something is unread', async () => {
    const { fake, context, pages } = setUp();
    showMessage(context, anna, rowId(7));
    openConversation(context, anna, true);
    await settled();
    expect(fake.callsTo('messages:getPage').at(-1)?.anchor).toEqual({ kind: 'around', rowId: 7 });
    expect(pages()?.start).toEqual({ targetRowId: 7 });
  });

  it('goes to a message of the conversation on screen, and fetches it only where it is not loaded', async () => {
    const { fake, context, pages } = setUp();
    fake.answer('messages:getPage', ({ anchor }) => page(anchor.kind === 'around' ? [1, 2] : [5, 6]));
    openConversation(context, anna, false);
    await settled();
    const { generation = 0 } = pages() ?? {};
    showMessage(context, anna, rowId(5));
    expect(pages()).toMatchObject({ start: { targetRowId: 5 }, generation: generation + 1 });
    expect(fake.callsTo('messages:getPage')).toHaveLength(1);
    showMessage(context, anna, rowId(1));
    await settled();
    expect(pages()).toMatchObject({ start: { targetRowId: 1 }, generation: generation + 2 });
  });

  it('says why it could not be loaded, and loads when asked again', async () => {
    const { fake, context, pages } = setUp();
    fake.answer('messages:getPage', () => err(appError('store-unavailable')));
    openConversation(context, anna, false);
    await settled();
    expect(pages()).toMatchObject({ status: 'failed', error: { code: 'store-unavailable' } });
    fake.answer('messages:getPage', () => page([5]));
    await loadWindow(context, anna, 'bottom', true);
    expect(pages()?.status).toBe('ready');
  });

  it('keeps the rows of the last six conversations only', async () => {
    const { context, pages } = setUp();
    for (let peer = 2; peer <= 9; peer += 1) openConversation(context, userId(peer), false);
    await settled();
    expect([2, 3, 4].map((peer) => pages(peer) !== undefined)).toEqual([false, false, true]);
    expect(context.store.getState().byPeer.size).toBe(6);
  });
});

describe('pages at the ends', () => {
  it('are asked for once at a time, from the row at that end', async () => {
    const { fake, context, pages } = setUp();
    openConversation(context, anna, false);
    await settled();
    fake.answer('messages:getPage', () => page([3, 4], { hasOlder: false }));
    await Promise.all([loadEdge(context, anna, 'older'), loadEdge(context, anna, 'older')]);
    expect(fake.callsTo('messages:getPage').slice(1)).toEqual([
      { peerId: anna, anchor: { kind: 'before', position: 5 }, limit: 60 },
    ]);
    expect(positions(pages())).toEqual([3, 4, 5, 6]);
    await loadEdge(context, anna, 'older');
    await loadEdge(context, anna, 'newer');
    expect(fake.callsTo('messages:getPage')).toHaveLength(2);
  });

  it('may be asked for again after a failure', async () => {
    const { fake, context, pages } = setUp();
    openConversation(context, anna, false);
    await settled();
    fake.answer('messages:getPage', () => err(appError('timeout')));
    await loadEdge(context, anna, 'older');
    expect(pages()).toMatchObject({ status: 'ready', loadingEdge: null });
  });
});

describe('what main says', () => {
  it('changes loaded conversations only', async () => {
    const { fake, context, pages } = setUp();
    openConversation(context, anna, false);
    await settled();
    const before = pages();
    fake.emit('messages:upserted', [aMessage(3, 'elsewhere')]);
    expect(pages()).toBe(before);
    expect(pages(3)).toBeUndefined();
    fake.emit('messages:upserted', [at(7), at(6, { state: 'failed' })]);
    expect(pages()?.rows.map((row) => `${row.position} ${row.state}`)).toEqual(['5 read', '6 failed', '7 read']);
    fake.emit('messages:removed', [{ peerId: anna, rowId: rowId(6) }]);
    expect(positions(pages())).toEqual([5, 7]);
  });

  it('never makes a conversation that is not on screen grow without end', async () => {
    const { fake, context, pages } = setUp();
    openConversation(context, anna, false);
    await settled();
    context.store.setState((state) => withLeft(state, anna));
    fake.emit(
      'messages:upserted',
      Array.from({ length: 1_000 }, (_, index) => at(index + 7)),
    );
    expect(pages()?.rows).toHaveLength(340);
    expect(pages()?.rows.at(-1)?.position).toBe(1_006);
  });

  it('is no longer heard after the wire was cut', async () => {
    const { fake, context, pages } = setUp();
    const other = createFakeBridge();
    wireMessages(context.store, other.bridge)();
    openConversation(context, anna, false);
    await settled();
    other.emit('messages:upserted', [at(7)]);
    expect(positions(pages())).toEqual([5, 6]);
    fake.emit('messages:upserted', [at(7)]);
    expect(positions(pages())).toEqual([5, 6, 7]);
  });
});

it('looks for older messages again while a long history is being loaded', async () => {
  const { fake, context, pages } = setUp();
  fake.answer('messages:getPage', () => page([5, 6], { hasOlder: false }));
  openConversation(context, anna, false);
  await settled();
  fake.emit('conversations:historyProgress', { peerId: anna, done: 500, total: 5_000 });
  fake.answer('messages:getPage', () => page([3, 4]));
  await loadEdge(context, anna, 'older');
  expect(positions(pages())).toEqual([3, 4, 5, 6]);
});
