import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import type { ConversationView } from '../../../src-shared/ipc/views.ts';
import type { UserId } from '../../../src-shared/kernel/ids.ts';
import { showLocale } from '../../app/i18n.ts';
import { aContact, aConversation, aMessage, me } from '../../testing/views.ts';
import { ChatList } from './chat-list.tsx';

const people = [aContact(1, '林晚'), aContact(2, 'Bo', { presence: 'offline' })];

function show(
  conversations: readonly ConversationView[] | null,
  loadedPercents = new Map<UserId, number>(),
  dropPeerId: UserId | null = null,
) {
  const on = { onOpen: vi.fn(), onAdd: vi.fn(), onCopyLink: vi.fn() };
  const personOf = (id: number) => people.find((person) => person.userId === id) ?? aContact(id, `ID ${id}`);
  render(
    <ChatList
      conversations={conversations}
      personOf={personOf}
      myId={me.userId}
      viewedPeerId={people[1]!.userId}
      dropPeerId={dropPeerId}
      loadedPercents={loadedPercents}
      {...on}
    />,
  );
  return on;
}
const row = (name: string): HTMLElement =>
  screen.getAllByRole('listitem').find((item) => within(item).queryByText(name) !== null)!;

test('a row says who, whether they are there, what was last said and how much of it is new', () => {
  show([aConversation(1, { lastMessage: aMessage(1, '好的，\n那我改'), unreadCount: 5 })]);
  expect(screen.getByRole('list', { name: 'Chats' })).toBeVisible();
  expect(within(row('林晚')).getByRole('img', { name: 'online' })).toBeVisible();
  expect(within(row('林晚')).getByRole('img', { name: '5 unread' })).toHaveTextContent('5');
  expect(row('林晚')).toHaveTextContent('好的， 那我改');
});

const cancelled = { senderId: me.userId, state: 'failed', failure: 'cancelled' } as const;
test.each([
  ['a draft before anything else', { draft: { text: 'half a thought', caret: 0 } }, 'Draft: half a thought'],
  ['not a draft of blanks', { draft: { text: ' \n', caret: 0 }, lastMessage: aMessage(1, 'hello') }, 'hello'],
  ['files that wait', { stagedCount: 3, lastMessage: aMessage(1, 'hello') }, 'Draft: 3 files'],
  ['an image as such', { lastMessage: aMessage(1, 'a.png', { kind: 'image' }) }, 'Photo'],
  ['a file by its name', { lastMessage: aMessage(1, 'a.pdf', { kind: 'file' }) }, 'a.pdf'],
  ['that nothing was said', {}, 'No messages yet'],
  [
    'why mine was not sent',
    { lastMessage: aMessage(1, 'hm', { senderId: me.userId, state: 'failed', failure: 'too-large' }) },
    'Not sent. Too large for this server.',
  ],
  [
    'that I cancelled a file, and which',
    { lastMessage: aMessage(1, 'a.pdf', { ...cancelled, kind: 'file' }) },
    /Cancelled:a\.pdf$/,
  ],
  [
    'that I cancelled an image',
    { lastMessage: aMessage(1, 'a.png', { ...cancelled, kind: 'image' }) },
    /Cancelled:Photo$/,
  ],
] as const)('a row shows %s', (_, conversation, words) => {
  show([aConversation(1, conversation)]);
  expect(row('林晚')).toHaveTextContent(words);
});

test('a row says that it takes the files that are over it', () => {
  show([aConversation(1, { lastMessage: aMessage(1, 'hello') }), aConversation(2)], new Map(), people[0]!.userId);
  expect(row('林晚')).toHaveTextContent('Drop files here');
  expect(row('Bo')).not.toHaveTextContent('Drop files here');
});

test('a row says how far its history is while that is being loaded', () => {
  const loaded = new Map([[people[0]!.userId, 40]]);
  show([aConversation(1, { lastMessage: aMessage(1, 'hello'), unreadCount: 5 })], loaded);
  expect(row('林晚')).toHaveTextContent('Loading history… 40%');
  expect(row('林晚')).not.toHaveTextContent('hello');
});

test('only my own message says how far it has come', () => {
  show([
    aConversation(1, { lastMessage: aMessage(1, 'theirs', { state: 'read' }) }),
    aConversation(2, { lastMessage: aMessage(2, 'mine', { senderId: me.userId, state: 'sent' }) }),
  ]);
  expect(row('林晚')).not.toHaveTextContent('Read');
  expect(row('Bo')).toHaveTextContent('Sent');
});

test('a click opens a conversation, and the one on screen is marked', async () => {
  const { onOpen } = show([aConversation(1), aConversation(2)]);
  await userEvent.click(within(row('林晚')).getByRole('button'));
  expect(onOpen).toHaveBeenCalledExactlyOnceWith(1);
  expect(within(row('Bo')).getByRole('button')).toHaveAttribute('aria-current', 'true');
});

test('the arrow keys, Home and End go from row to row', async () => {
  show([aConversation(1), aConversation(2), aConversation(3)]);
  const rows = screen.getAllByRole('button');
  await userEvent.tab();
  await userEvent.keyboard('{ArrowUp}');
  expect(rows[0]).toHaveFocus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
  expect(rows[2]).toHaveFocus();
  await userEvent.keyboard('{Home}');
  expect(rows[0]).toHaveFocus();
});

test('a long list is whole, though its first paint is not', () => {
  show(Array.from({ length: 100 }, (_, index) => aConversation(index + 1)));
  expect(screen.getAllByRole('listitem')).toHaveLength(100);
});

test('without conversations it says what to do next', async () => {
  const { onAdd, onCopyLink } = show([]);
  expect(screen.getByRole('heading', { name: 'No conversations yet' })).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Add contact' }));
  await userEvent.click(screen.getByRole('button', { name: 'Copy my link' }));
  expect(onAdd).toHaveBeenCalledOnce();
  expect(onCopyLink).toHaveBeenCalledOnce();
});

test('while they are on their way there is neither a list nor "none"', () => {
  show(null);
  expect(screen.getByRole('status', { name: 'Loading chats…' })).toBeVisible();
  expect(screen.queryByRole('heading')).toBeNull();
});

test('the same list in Chinese', () => {
  showLocale('zh-CN');
  show([aConversation(1, { unreadCount: 2, draft: { text: '周六', caret: 0 } })]);
  expect(screen.getByRole('list', { name: '聊天' })).toBeVisible();
  expect(screen.getByRole('img', { name: '2 条未读' })).toBeVisible();
  expect(row('林晚')).toHaveTextContent('草稿： 周六');
});
