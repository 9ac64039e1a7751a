import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { Download } from 'lucide-react';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { messageId, rowId } from '../../../src-shared/kernel/ids.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import type { ContactView, ConversationView, MessageView } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge, type FakeBridge } from '../../testing/fake-bridge.ts';
import { aContact, aConversation, aMessage, me } from '../../testing/views.ts';
import { ConversationPane } from './conversation-pane.tsx';
import { installFakeLayout } from './fake-layout.ts';
import type { MessageMedia } from './message-media.ts';
import { createMessagesStore, wireMessages } from './messages-store.ts';

const anna = aContact(2, 'Anna');
const noonMs = new Date(2026, 10, 21, 12, 0).getTime();
const written: string[] = [];

const message = (id: number, text: string, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, text, {
    rowId: rowId(id),
    messageId: messageId(100 + id),
    position: id,
    atMs: noonMs + id * 60_000,
    ...rest,
  });
const mine = (id: number, text: string, rest: Partial<MessageView> = {}): MessageView =>
  message(id, text, { senderId: me.userId, state: 'sent', ...rest });

type Shown = {
  fake: FakeBridge;
  onDeleted: (message: MessageView) => void;
  /** Files that were opened. */
  opened: MessageView[];
  conversationIs: (next: ConversationView) => void;
};

async function show(
  messages: MessageView[],
  options: { peer?: ContactView; conversation?: ConversationView; firstUnread?: number; historyPercent?: number } = {},
): Promise<Shown> {
  const fake = createFakeBridge({
    'messages:getPage': () =>
      ok({
        messages,
        hasOlder: false,
        hasNewer: false,
        firstUnreadRowId: options.firstUnread === undefined ? null : rowId(options.firstUnread),
      }),
    'messages:retry': ({ rowId: id }) => ok(mine(id, '')),
    'messages:delete': () => ok({}),
    'messages:markRead': () => ok({}),
    'links:open': () => ok({}),
  });
  const store = createMessagesStore();
  wireMessages(store, fake.bridge);
  const onDeleted = vi.fn<(message: MessageView) => void>();
  const opened: MessageView[] = [];
  const media: MessageMedia = {
    draw: (drawn, canTab) => <p>{`card of ${drawn.text}${canTab ? ', reached with Tab' : ''}`}</p>,
    menuOf: (target) => [{ icon: Download, label: 'Keep it', onSelect: () => opened.push(target) }],
    open: (target) => opened.push(target),
    copyImage: () => {},
  };
  const pane = (conversation: ConversationView) => (
    <ConversationPane
      peer={options.peer ?? anna}
      conversation={conversation}
      account={me}
      historyPercent={options.historyPercent ?? null}
      connection={{ phase: 'connected', nextAttemptAtMs: null, cause: null }}
      store={store}
      bridge={fake.bridge}
      media={media}
      composer={<p>composer</p>}
      onSearch={() => {}}
      detailsButton={null}
      onDeleted={onDeleted}
    />
  );
  const { rerender } = render(pane(options.conversation ?? aConversation(2)));
  await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
  return { fake, onDeleted, opened, conversationIs: (next) => rerender(pane(next)) };
}
const article = (name: RegExp | string): HTMLElement => screen.getByRole('article', { name });
const emit = (fake: FakeBridge, ...messages: MessageView[]): Promise<void> =>
  act(async () => {
    fake.emit('messages:upserted', messages);
    await new Promise((resolve) => setTimeout(resolve, 5));
  });

describe('ConversationPane', () => {
  beforeAll(installFakeLayout);
  beforeEach(() => {
    written.length = 0;
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    Object.defineProperty(navigator, 'clipboard', {
      configurable: true,
      value: {
        writeText: (text: string) => {
          written.push(text);
          return Promise.resolve();
        },
      },
    });
  });

  it('names the conversation, its log and each message, with ids and states', async () => {
    await show([message(1, 'hello'), mine(2, 'hi', { state: 'read' })]);
    const region = screen.getByRole('region', { name: 'Conversation with Anna' });
    expect(within(region).getByRole('heading', { name: 'Anna' })).toBeInTheDocument();
    expect(within(region).getByText('online')).toBeInTheDocument();
    const log = screen.getByRole('log', { name: 'Messages' });
    expect(within(log).getAllByRole('article')).toHaveLength(2);
    expect(article('Anna, 12:01')).toHaveTextContent('hello');
    expect(article(`${me.username}, 12:02`)).toHaveAttribute('data-state', 'read');
    expect(article('Anna, 12:01')).toHaveAttribute('data-message-id', '101');
    expect(screen.getByText('composer')).toBeInTheDocument();
  });

  it('shows a state change in its place', async () => {
    const { fake } = await show([mine(1, 'hi', { state: 'queued' })]);
    expect(screen.getByRole('img', { name: 'Waiting to send' })).toBeInTheDocument();
    await emit(fake, mine(1, 'hi', { state: 'read' }));
    expect(screen.getByRole('img', { name: 'Read' })).toBeInTheDocument();
    expect(screen.getAllByRole('article')).toHaveLength(1);
  });

  it('announces a message that arrives, and puts it at the end', async () => {
    const { fake } = await show([message(1, 'hello')]);
    await emit(fake, message(2, 'are you there?', { state: 'sent' }));
    expect(screen.getByText('Anna: are you there?')).toHaveAttribute('aria-live', 'polite');
    await emit(fake, message(3, 'x', { state: 'sent' }), message(4, 'y', { state: 'sent' }));
    expect(screen.getByText('2 new messages')).toBeInTheDocument();
    expect(screen.getAllByRole('article').at(-1)).toHaveTextContent('y');
  });

  it('draws the line of new messages where the unread ones begin, and marks them read after half a second', async () => {
    const unread = [message(2, 'new', { state: 'sent' }), message(3, 'newer', { state: 'sent' })];
    const { fake } = await show([message(1, 'old'), ...unread], {
      conversation: aConversation(2, { unreadCount: 2 }),
      firstUnread: 2,
    });
    expect(screen.getByRole('separator', { name: 'New messages' })).toBeInTheDocument();
    expect(fake.callsTo('messages:getPage')[0]?.anchor).toEqual({ kind: 'first-unread' });
    expect(fake.callsTo('messages:markRead')).toEqual([]);
    await waitFor(() => expect(fake.callsTo('messages:markRead')).toEqual([{ peerId: 2, rowIds: [2, 3] }]));
  });

  it('offers to send a failed message again or to delete it, which asks first', async () => {
    const { fake, onDeleted } = await show([mine(1, 'hi', { state: 'failed', failure: 'refused' })]);
    expect(screen.getByRole('img', { name: 'The server refused this message.' })).toBeInTheDocument();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(fake.callsTo('messages:retry')).toEqual([{ rowId: 1 }]);
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    const dialog = screen.getByRole('alertdialog', { name: 'Delete this message?' });
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument();
    expect(fake.callsTo('messages:delete')).toEqual([]);
    await userEvent.click(screen.getByRole('button', { name: 'Delete' }));
    await userEvent.click(screen.getByRole('button', { name: 'Delete for me' }));
    expect(fake.callsTo('messages:delete')).toEqual([{ rowId: 1 }]);
    expect(onDeleted).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ rowId: 1 }));
  });

  it('says why something did not work, until something did or the person has read it', async () => {
    const { fake } = await show([mine(1, 'hi', { state: 'failed', failure: 'refused' })]);
    fake.answer('messages:retry', () => err(appError('disk-full')));
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(screen.getByRole('alert')).toHaveTextContent('The disk is full.');
    await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
    expect(screen.getByRole('article')).toHaveFocus();
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(screen.getByRole('alert')).toHaveTextContent('The disk is full.');
    fake.answer('messages:retry', () => ok(mine(1, 'hi')));
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(screen.queryByRole('alert')).not.toBeInTheDocument();
  });

  it('is worked by keyboard: one tab stop, arrows, copy, retry and delete', async () => {
    const { fake } = await show([
      message(1, 'first'),
      message(2, 'second'),
      mine(3, 'third', { state: 'failed', failure: 'refused' }),
    ]);
    act(() => article(`${me.username}, 12:03`).focus());
    expect(screen.getAllByRole('article').filter((element) => element.tabIndex === 0)).toHaveLength(1);
    await userEvent.keyboard('{Enter}');
    expect(fake.callsTo('messages:retry')).toEqual([{ rowId: 3 }]);
    await userEvent.keyboard('{ArrowUp}');
    expect(article('Anna, 12:02')).toHaveFocus();
    await userEvent.keyboard('{Control>}c{/Control}');
    expect(written).toEqual(['second']);
    await userEvent.keyboard('{Home}');
    expect(article('Anna, 12:01')).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}{Delete}');
    expect(screen.getByRole('alertdialog')).toBeInTheDocument();
  });

  it('gives the focus to the neighbour when the focused message is deleted', async () => {
    const { fake } = await show([message(1, 'first'), message(2, 'second'), message(3, 'third')]);
    act(() => article('Anna, 12:02').focus());
    await act(async () => {
      fake.emit('messages:removed', [{ peerId: anna.userId, rowId: rowId(2) }]);
      await new Promise((resolve) => setTimeout(resolve, 5));
    });
    expect(article('Anna, 12:03')).toHaveFocus();
  });

  it('has a menu for each message', async () => {
    await show([message(1, 'see https://a.cn/x.')]);
    await userEvent.pointer({ keys: '[MouseRight]', target: screen.getByText(/^see/) });
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Copy link' }));
    await userEvent.pointer({ keys: '[MouseRight]', target: screen.getByText(/^see/) });
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Copy' }));
    expect(written).toEqual(['https://a.cn/x', 'see https://a.cn/x.']);
    await userEvent.pointer({ keys: '[MouseRight]', target: screen.getByText(/^see/) });
    expect(screen.queryByRole('menuitem', { name: 'Retry' })).not.toBeInTheDocument();
    await userEvent.click(screen.getByRole('menuitem', { name: 'Message details' }));
    const dialog = await screen.findByRole('dialog', { name: 'Message details' });
    expect(dialog).toHaveTextContent('Message ID101');
    expect(dialog).toHaveTextContent('Saturday, 21 November 2026, 12:01');
  });

  it('opens links through main and shows where they lead', async () => {
    const { fake } = await show([message(1, 'see https://аррӏе.com')]);
    const link = screen.getByRole('link');
    expect(link).toHaveAttribute('title', expect.stringMatching(/^https:\/\/xn--/));
    await userEvent.click(link);
    expect(fake.callsTo('links:open')).toEqual([{ url: link.getAttribute('href') }]);
  });

  it('interprets nothing but links and code', async () => {
    await show([message(1, '<img src=x onerror=alert(1)> `<b>` **no**')]);
    expect(screen.getByRole('article')).toHaveTextContent('<img src=x onerror=alert(1)> <b> **no**');
    expect(screen.getByText('<b>').tagName).toBe('CODE');
  });

  it('shows a file as it is told to, opens it with Enter, and offers what its menu is given', async () => {
    const { opened } = await show([
      message(1, 'a.pdf', { kind: 'file' }),
      message(2, 'b.pdf', { kind: 'file' }),
      message(3, 'words'),
    ]);
    expect(screen.getByText('card of a.pdf')).toBeInTheDocument();
    const [first, , last] = screen.getAllByRole('article');
    first?.focus();
    expect(await screen.findByText('card of a.pdf, reached with Tab')).toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    expect(opened.map(({ text }) => text)).toEqual(['a.pdf']);
    fireEvent.contextMenu(screen.getByText('card of b.pdf'));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'Keep it' }));
    expect(opened.map(({ text }) => text)).toEqual(['a.pdf', 'b.pdf']);
    if (last !== undefined) fireEvent.contextMenu(last);
    expect(await screen.findByRole('menuitem', { name: 'Message details' })).toBeInTheDocument();
    expect(screen.queryByRole('menuitem', { name: 'Keep it' })).toBeNull();
  });

  it('says hello where nothing was written yet, and shows the first message', async () => {
    const { fake } = await show([]);
    expect(screen.getByText('No messages here. Say hello.')).toBeInTheDocument();
    await emit(fake, mine(1, 'hello', { state: 'queued' }));
    expect(screen.getByRole('article')).toHaveTextContent('hello');
  });

  it('notes that the other side cleared its copy', async () => {
    await show([message(1, 'a'), message(2, 'b')], { conversation: aConversation(2, { clearedByPeerAt: 1 }) });
    expect(screen.getByText('Anna cleared this history on the server. Your copy stays here.')).toBeInTheDocument();
  });

  it('says why messages could not be loaded and tries again', async () => {
    const { fake } = await show([]);
    fake.answer('messages:getPage', () => err(appError('store-unavailable')));
    await act(async () => fake.emit('messages:reordered', { peerId: anna.userId }));
    expect(await screen.findByRole('alert')).toHaveTextContent('The messages could not be loaded.');
    fake.answer('messages:getPage', () =>
      ok({ messages: [message(1, 'back')], hasOlder: false, hasNewer: false, firstUnreadRowId: null }),
    );
    await userEvent.click(screen.getByRole('button', { name: 'Retry' }));
    expect(await screen.findByText('back')).toBeInTheDocument();
  });

  it('keeps only what is near the screen in the page', async () => {
    await show(Array.from({ length: 200 }, (_, at) => message(at + 1, `text ${at + 1}`)));
    const count = screen.getAllByRole('article').length;
    expect(count).toBeGreaterThan(10);
    expect(count).toBeLessThan(70);
    expect(screen.getByText('text 200')).toBeInTheDocument();
  });
});

it('says over the messages how far a long history is, and to who listens only that it began', async () => {
  await show([mine(1, 'hello')], { historyPercent: 40 });
  expect(screen.getByText('Loading history… 40%')).toBeVisible();
  expect(screen.getByText('Loading history…')).toHaveProperty('tagName', 'OUTPUT');
});
