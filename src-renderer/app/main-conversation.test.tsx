import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { rowId } from '../../src-shared/kernel/ids.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import type { TransferView } from '../../src-shared/ipc/attachment-views.ts';
import type { ContactView, MessageView, Settings } from '../../src-shared/ipc/views.ts';
import { installFakeLayout } from '../features/conversation/fake-layout.ts';
import { createFakeBridge, type FakeBridge } from '../testing/fake-bridge.ts';
import { aContact, aConversation, aMessage, aSnapshot, me } from '../testing/views.ts';
import { AppWindow } from './app.tsx';
import { createApp } from './create-app.ts';

const bo = aContact(2, 'Bo');
const hello = aMessage(2, 'hello', { rowId: rowId(7) });

const aTransfer: TransferView = {
  rowId: rowId(1),
  peerId: bo.userId,
  direction: 'up',
  phase: 'running',
  doneBytes: 1,
  totalBytes: 2,
  bytesPerSecond: null,
  error: null,
};

type Shown = { fake: FakeBridge; user: ReturnType<typeof userEvent.setup> };

/** The main window with the conversation with Bo open. */
async function show(peer: ContactView = bo, removed: MessageView[] = []): Promise<Shown> {
  let settings: Settings = aSnapshot().settings;
  let gone = removed;
  const fake = createFakeBridge({
    'app:getSnapshot': () =>
      ok(aSnapshot({ contacts: [peer], conversations: [aConversation(2, { lastMessage: hello })] })),
    'conversations:setViewed': () => ok({}),
    'messages:getPage': () => ok({ messages: [hello], hasOlder: false, hasNewer: false, firstUnreadRowId: null }),
    'messages:markRead': () => ok({}),
    'messages:delete': () => ok({}),
    'messages:listRemoved': ({ after, limit }) => {
      const from = after === null ? 0 : gone.findIndex((one) => one.position === after.position) + 1;
      const page = gone.slice(from, from + Math.min(limit, 2));
      return ok({ removed: page.map((message) => ({ message, removedAtMs: 9_000 })), total: gone.length });
    },
    'messages:bringBack': ({ rowIds }) => {
      gone = rowIds === null ? [] : gone.filter((one) => !rowIds.includes(one.rowId));
      return ok({});
    },
    'settings:update': (change) => ok((settings = { ...settings, ...(change as Partial<Settings>) })),
    'contacts:delete': () => ok({}),
    'contacts:setBlocked': () => ok({}),
    'conversations:clear': () => ok({}),
  });
  const app = await createApp(fake.bridge);
  if (!app.ok) throw new Error('no app');
  render(<AppWindow app={app.value} />);
  const user = userEvent.setup();
  await user.click(within(screen.getByRole('list', { name: 'Chats' })).getByRole('button'));
  return { fake, user };
}
const toggle = (): HTMLElement => screen.getByRole('button', { name: 'Conversation details' });
const pane = (): HTMLElement => screen.getByRole('complementary', { name: 'Conversation details' });
const action = (name: string | RegExp): HTMLElement => within(pane()).getByRole('button', { name });

describe('a text that is written while a file goes out', () => {
  beforeAll(installFakeLayout);

  it('says in the conversation and in the list that it waits for the upload, as long as that is so', async () => {
    const { fake } = await show();
    const text = aMessage(2, 'behind it', { rowId: rowId(8), senderId: me.userId, state: 'queued', position: 8 });
    const transfer = { ...aTransfer, peerId: aContact(3, 'Cai').userId, rowId: rowId(9) };
    await act(async () => {
      fake.emit('messages:upserted', [text]);
      fake.emit('conversations:upserted', [aConversation(2, { lastMessage: text })]);
      fake.emit('transfers:progressed', [transfer]);
    });
    const log = within(screen.getByRole('region', { name: 'Conversation with Bo' }));
    const list = screen.getByRole('list', { name: 'Chats' });
    expect(log.getByRole('img', { name: 'Waiting for the upload' })).toBeInTheDocument();
    expect(list).toHaveTextContent('Waiting for the upload');
    await act(async () => fake.emit('transfers:progressed', [{ ...transfer, phase: 'done' }]));
    expect(log.getByRole('img', { name: 'Waiting to send' })).toBeInTheDocument();
    expect(list).toHaveTextContent('Waiting to send');
  });
});

describe('the details pane', () => {
  beforeAll(installFakeLayout);

  it('is opened and closed by its button, keeps the focus where the eye is, and is remembered', async () => {
    const { fake, user } = await show();
    await user.click(toggle());
    expect(toggle()).toHaveAttribute('aria-pressed', 'true');
    expect(within(pane()).getByText('Bo')).toBeVisible();
    expect(pane()).toHaveFocus();
    await user.keyboard('{Escape}');
    expect(screen.queryByRole('complementary')).toBeNull();
    expect(toggle()).toHaveFocus();
    expect(fake.callsTo('settings:update')).toEqual([{ showsDetails: true }, { showsDetails: false }]);
  });

  it('copies the id', async () => {
    const { user } = await show();
    await user.click(toggle());
    await user.click(action('Copy ID'));
    expect(await navigator.clipboard.readText()).toBe('2');
    expect(screen.getByText('ID copied')).toBeVisible();
  });

  it.each([
    ['Clear history', 'conversations:clear', { peerId: 2 }],
    ['Delete contact', 'contacts:delete', { userId: 2 }],
    ['Block', 'contacts:setBlocked', { userId: 2, isBlocked: true }],
  ] as const)('asks before "%s", and Enter is not the yes', async (name, channel, request) => {
    const { fake, user } = await show();
    await user.click(toggle());
    await user.click(action(name));
    const dialog = screen.getByRole('alertdialog', { name: /Bo\?$/ });
    expect(within(dialog).getByRole('button', { name: 'Cancel' })).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(fake.callsTo(channel)).toEqual([]);
    await user.click(action(name));
    await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name }));
    expect(screen.queryByRole('alertdialog')).toBeNull();
    expect(fake.callsTo(channel)).toEqual([request]);
  });

  it('says what did not work, with this person only', async () => {
    const { fake, user } = await show();
    fake.answer('conversations:clear', () => err(appError('offline')));
    await user.click(toggle());
    const clear = async (): Promise<void> => {
      await user.click(action('Clear history'));
      await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Clear history' }));
      expect(await screen.findByRole('alert')).toHaveTextContent('Not connected.');
    };
    await clear();
    await user.click(screen.getByRole('button', { name: 'Dismiss' }));
    expect(screen.queryByRole('alert')).toBeNull();
    expect(screen.getByRole('textbox', { name: 'Message' })).toHaveFocus();
    await clear();
    await act(async () => fake.emit('contacts:changed', [bo, aContact(3, 'Cleo')]));
    await user.click(screen.getByRole('tab', { name: 'Contacts' }));
    await user.click(within(screen.getByRole('list', { name: 'Contacts' })).getByText('Cleo'));
    expect(screen.queryByRole('alert')).toBeNull();
  });

  it('offers to delete contacts only, and to add strangers only', async () => {
    const { fake, user } = await show(aContact(2, 'Bo', { isContact: false }));
    await user.click(toggle());
    expect(within(pane()).queryByRole('button', { name: 'Delete contact' })).toBeNull();
    expect(action('Add contact')).toBeVisible();
    await act(async () => fake.emit('contacts:changed', [bo]));
    expect(within(pane()).queryByRole('button', { name: 'Add contact' })).toBeNull();
    expect(action('Delete contact')).toBeVisible();
  });
});

describe('somebody who is no contact', () => {
  it('can be added or blocked from above the composer, and written to', async () => {
    const { fake, user } = await show(aContact(2, '', { isContact: false }));
    expect(screen.getByText('ID 2 is not in your contacts.')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Message' })).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Block' }));
    await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Block' }));
    expect(fake.callsTo('contacts:setBlocked')).toEqual([{ userId: 2, isBlocked: true }]);
    await act(async () => fake.emit('contacts:changed', [aContact(2, '', { isContact: false, isBlocked: true })]));
    await user.click(screen.getAllByRole('button', { name: 'Unblock' })[0]!);
    expect(fake.callsTo('contacts:setBlocked')).toEqual([
      { userId: 2, isBlocked: true },
      { userId: 2, isBlocked: false },
    ]);
  });
});

describe('somebody who is blocked', () => {
  it('has no composer, and is found under Contacts', async () => {
    const { user } = await show(aContact(2, 'Bo', { isBlocked: true }));
    expect(screen.getByText('You blocked Bo.')).toBeVisible();
    expect(screen.queryByRole('textbox', { name: 'Message' })).toBeNull();
    await user.click(screen.getByRole('tab', { name: 'Contacts' }));
    const row = within(screen.getByRole('list', { name: 'Contacts' })).getByRole('listitem');
    expect(within(row).getByRole('heading', { name: 'Blocked' })).toBeVisible();
  });
});

describe('what was deleted', () => {
  const three = [3, 2, 1].map((id) => aMessage(2, `gone ${id}`, { rowId: rowId(id), position: id }));

  it('is back at once with Undo', async () => {
    const { fake, user } = await show();
    screen.getByRole('article').focus();
    await user.keyboard('{Delete}');
    await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete for me' }));
    expect(await screen.findByText('Message deleted')).toBeVisible();
    await user.click(screen.getByRole('button', { name: 'Undo' }));
    expect(fake.callsTo('messages:bringBack')).toEqual([{ peerId: 2, rowIds: [7] }]);
    expect(screen.queryByText('Message deleted')).toBeNull();
  });

  it('says so where Undo does not work', async () => {
    const { fake, user } = await show();
    fake.answer('messages:bringBack', () => err(appError('disk-full')));
    screen.getByRole('article').focus();
    await user.keyboard('{Delete}');
    await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Delete for me' }));
    await user.click(await screen.findByRole('button', { name: 'Undo' }));
    expect(await screen.findByText(/^This did not work: .*disk is full/i)).toBeVisible();
  });

  it('is offered only where there is something', async () => {
    const { user } = await show();
    await user.click(toggle());
    expect(within(pane()).queryByRole('button', { name: /Deleted messages/ })).toBeNull();
  });

  it('is listed page by page and brought back one by one', async () => {
    const { fake, user } = await show(bo, three);
    await user.click(toggle());
    await user.click(action('Deleted messages (3)'));
    const dialog = screen.getByRole('dialog', { name: 'Deleted messages' });
    const list = within(await within(dialog).findByRole('list', { name: 'Deleted messages' }));
    expect(list.getByText('gone 3')).toBeVisible();
    expect(list.queryByText('gone 1')).toBeNull();
    await user.click(list.getByRole('button', { name: 'Show more' }));
    expect(list.getByText('gone 1')).toBeVisible();
    await user.click(list.getAllByRole('button', { name: 'Bring back' })[1]!);
    expect(list.queryByText('gone 2')).toBeNull();
    expect(fake.callsTo('messages:bringBack')).toEqual([{ peerId: 2, rowIds: [2] }]);
    await act(async () => fake.emit('messages:upserted', [three[1]!]));
    expect(screen.getByRole('button', { name: 'Deleted messages (2)' })).toBeInTheDocument();
  });

  it('is told apart from a text where it was a file, its extension never cut', async () => {
    const name = `${'invoice-'.repeat(12)}2026.pdf.exe`;
    const { user } = await show(bo, [aMessage(2, name, { kind: 'file', rowId: rowId(1) })]);
    await user.click(toggle());
    await user.click(action('Deleted messages (1)'));
    const list = within(await screen.findByRole('list', { name: 'Deleted messages' }));
    expect(list.getByTitle(name)).toHaveTextContent(/….*\.pdf\.exe$/);
    expect(list.getByText('.exe')).toHaveClass('file-extension');
  });

  it('is brought back all at once', async () => {
    const { fake, user } = await show(bo, three);
    await user.click(toggle());
    await user.click(action('Deleted messages (3)'));
    await user.click(await screen.findByRole('button', { name: 'Bring back all' }));
    expect(fake.callsTo('messages:bringBack')).toEqual([{ peerId: 2, rowIds: null }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(screen.getByText('Messages are back')).toBeVisible();
  });
});
