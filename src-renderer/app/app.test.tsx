import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import type { Settings, Snapshot } from '../../src-shared/ipc/views.ts';
import { createFakeBridge } from '../testing/fake-bridge.ts';
import { aContact, aConversation, aMessage, aSnapshot, signedIn, signedOut } from '../testing/views.ts';
import { AppWindow } from './app.tsx';
import { createApp } from './create-app.ts';

async function show(snapshot: Partial<Snapshot> = {}) {
  const fake = createFakeBridge({
    'app:getSnapshot': () => ok(aSnapshot(snapshot)),
    'conversations:setViewed': () => ok({}),
    'messages:getPage': () => ok({ messages: [], hasOlder: false, hasNewer: false, firstUnreadRowId: null }),
    'settings:update': (change) => ok({ ...aSnapshot(snapshot).settings, ...(change as Partial<Settings>) }),
    'app:dismissNotice': () => ok({}),
    'session:logOut': () => ok({}),
  });
  const app = await createApp(fake.bridge);
  if (!app.ok) throw new Error('no app');
  render(<AppWindow app={app.value} />);
  return fake;
}
const twoPeople = {
  contacts: [aContact(1, '林晚'), aContact(2, 'Bo')],
  conversations: [aConversation(1, { lastMessage: aMessage(1, '收到') })],
};
const openMenu = () => userEvent.click(screen.getByRole('button', { name: 'My account' }));

test('nobody logged in leads to the first start, and to the main window once somebody is', async () => {
  const fake = await show({ session: signedOut });
  expect(screen.getByRole('heading', { name: 'Welcome to Kith' })).toBeVisible();
  fake.answer('app:getSnapshot', () => ok(aSnapshot(twoPeople)));
  await act(async () => fake.emit('session:changed', signedIn));
  expect(await screen.findByText('收到')).toBeVisible();
  await act(async () => fake.emit('session:changed', { ...signedIn, phase: 'signed-out', account: null }));
  expect(screen.getByLabelText('Username')).toHaveValue('沈知遥');
});

test('a chat is opened from either list', async () => {
  const fake = await show(twoPeople);
  expect(screen.getByRole('heading', { name: 'Choose a conversation' })).toBeVisible();
  await userEvent.click(within(screen.getByRole('list', { name: 'Chats' })).getByRole('button'));
  expect(screen.getByRole('region', { name: 'Conversation with 林晚' })).toBeVisible();
  await userEvent.click(screen.getByRole('tab', { name: 'Contacts' }));
  await userEvent.click(within(screen.getByRole('list', { name: 'Contacts' })).getByText('Bo'));
  expect(screen.getByRole('region', { name: 'Conversation with Bo' })).toBeVisible();
  expect(fake.callsTo('conversations:setViewed')).toEqual([{ peerId: 1 }, { peerId: 2 }]);
});

test('someone who wrote without a name is shown by their id', async () => {
  await show({ conversations: [aConversation(77)], contacts: [aContact(77, '', { isContact: false })] });
  expect(within(screen.getByRole('list', { name: 'Chats' })).getByText('ID 77')).toBeVisible();
});

test('adding someone opens the conversation with them and says so', async () => {
  const fake = await show();
  fake.answer('contacts:add', ({ userId }) => ok(aContact(userId, '顾清和')));
  await userEvent.click(screen.getAllByRole('button', { name: 'Add contact' })[0]!);
  await userEvent.type(screen.getByRole('textbox', { name: 'User ID' }), '10131{Enter}');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByText('顾清和 added')).toBeVisible();
  expect(screen.getByRole('region', { name: 'Conversation with 顾清和' })).toBeVisible();
});

test('my id and my link can be copied', async () => {
  await show();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'My account' }));
  await user.click(screen.getByRole('menuitem', { name: 'Copy link' }));
  expect(await screen.findByText('Link copied')).toBeVisible();
  expect(await navigator.clipboard.readText()).toBe('kith://add/10025?server=ws%3A%2F%2F192.168.1.20%3A14514');
});

test('a clipboard that does not open is said', async () => {
  await show();
  const user = userEvent.setup();
  vi.spyOn(navigator.clipboard, 'writeText').mockRejectedValue(new Error('denied'));
  await user.click(screen.getByRole('button', { name: 'My account' }));
  await user.click(screen.getByRole('menuitem', { name: 'Copy my ID' }));
  expect(await screen.findByText('Could not copy')).toBeVisible();
});

test('the language and the theme change live', async () => {
  await show();
  await openMenu();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}');
  await userEvent.click(screen.getByRole('menuitemradio', { name: '简体中文' }));
  expect(await screen.findByRole('tab', { name: '聊天' })).toBeVisible();
  expect(document.documentElement).toHaveAttribute('lang', 'zh-CN');
  await userEvent.click(screen.getByRole('button', { name: '我的账号' }));
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}');
  await userEvent.click(screen.getByRole('menuitemradio', { name: '深色' }));
  expect(document.documentElement).toHaveAttribute('data-theme', 'dark');
});

test('an expired session keeps the history on screen and leads to the log-in and back', async () => {
  await show({ ...twoPeople, session: { ...signedIn, phase: 'expired' } });
  expect(screen.getByText('收到')).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
  expect(screen.getByLabelText('Username')).toHaveValue('沈知遥');
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.getByText('收到')).toBeVisible();
});

test('a locked history can be set aside after two questions, and what is in the way is said', async () => {
  const fake = await show({ notices: [{ kind: 'history-locked', detail: 'kwallet5' }] });
  expect(screen.getByText(/--password-store=kwallet5/)).toBeVisible();
  const person = userEvent.setup();
  await person.click(screen.getByRole('button', { name: 'Start a new history…' }));
  await person.click(screen.getByRole('button', { name: 'Continue' }));
  expect(fake.callsTo('history:startNew')).toEqual([]);
  expect(screen.getByRole('button', { name: 'Cancel' })).toHaveFocus();
  fake.answer('history:startNew', () => err(appError('keychain-locked')));
  await person.click(screen.getByRole('button', { name: 'Set aside and start new' }));
  expect(await screen.findByText(/The keychain is locked/)).toBeVisible();
  fake.answer('history:startNew', () => ok({}));
  await person.click(screen.getByRole('button', { name: 'Set aside and start new' }));
  await waitFor(() => expect(screen.queryByRole('alertdialog')).not.toBeInTheDocument());
});

test('a notice stays until it was read', async () => {
  const fake = await show({ notices: [{ kind: 'running-as-root', detail: '' }] });
  expect(screen.getByText(/Kith runs as root/)).toBeVisible();
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(screen.queryByText(/Kith runs as root/)).toBeNull();
  expect(fake.callsTo('app:dismissNotice')).toEqual([{ kind: 'running-as-root' }]);
});

test('Log out logs out', async () => {
  const fake = await show();
  await openMenu();
  await userEvent.click(screen.getByRole('menuitem', { name: 'Log out' }));
  expect(fake.callsTo('session:logOut')).toEqual([{}]);
});

test('the width of the list is kept when it has come to rest', async () => {
  const fake = await show();
  screen.getByRole('separator', { name: 'Width of the list' }).focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(fake.callsTo('settings:update')).toEqual([{ sidebarWidth: 308 }]);
});

test('what was found in one conversation is shown where it was said', async () => {
  const fake = await show(twoPeople);
  const message = aMessage(1, '去植物园', { rowId: rowId(40) });
  fake.answer('messages:getPage', ({ anchor }) =>
    ok({ messages: anchor.kind === 'around' ? [message] : [], hasOlder: true, hasNewer: true, firstUnreadRowId: null }),
  );
  const { rowId: row, peerId, senderId, kind, sizeBytes, atMs } = message;
  const hit = { rowId: row, peerId, senderId, kind, sizeBytes, atMs, excerpt: '去植物园', ranges: [] };
  fake.answer('search:find', () => ok({ people: [], messages: [hit], next: null }));
  await userEvent.click(within(screen.getByRole('list', { name: 'Chats' })).getByRole('button'));
  await userEvent.click(screen.getByRole('button', { name: 'Search in conversation' }));
  expect(screen.getByRole('searchbox', { name: 'Search' })).toHaveFocus();
  expect(screen.getByText('In 林晚')).toBeVisible();
  await userEvent.keyboard('植');
  await screen.findByRole('option');
  expect(fake.callsTo('search:find')).toMatchObject([{ query: '植', peerId: 1 }]);
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() =>
    expect(fake.callsTo('messages:getPage').at(-1)?.anchor).toEqual({ kind: 'around', rowId: 40 }),
  );
  await userEvent.click(screen.getByRole('button', { name: 'Search everywhere' }));
  expect(screen.queryByText('In 林晚')).toBeNull();
  await userEvent.keyboard('{Escape}');
  expect(screen.getByRole('list', { name: 'Chats' })).toBeVisible();
});
