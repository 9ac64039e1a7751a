import type { Page } from '@playwright/test';
import { connectWire } from './conformance/wire-client.ts';
import { expect, test } from './fixtures/kith.ts';
import { inspect } from './fixtures/inspect.ts';
import { meet, signUp } from './fixtures/people.ts';
import { MainPage } from './pages/main-page.ts';

const timing = { timeoutMs: 10_000, graceMs: 100 };

/** Someone whom nobody has as a contact, and who writes. @returns their id, and the way to write again. */
async function stranger(serverUrl: string, receiverId: number) {
  const wire = await connectWire(serverUrl, timing);
  wire.send('REGISTER', { username: 'Mallory', password: 'a long password', email: 'mallory@example.org' });
  const { payload } = await wire.next('REGISTER_SUCCESS', ({ type }) => type === 'REGISTER_SUCCESS');
  const { userId } = payload as { userId: number };
  let messageId = 1_000;
  return {
    id: userId,
    say: async (content: string) => {
      messageId += 1;
      wire.send('SEND_MESSAGE', { messageId, senderId: userId, receiverId, content });
      await wire.next('its ack', ({ type }) => type === 'MESSAGE_RECEIVED_SELF');
    },
    close: () => wire.close(),
  };
}
const details = (page: Page) => page.getByRole('complementary', { name: 'Conversation details' });
const inDetails = (page: Page, name: string | RegExp) => details(page).getByRole('button', { name });
/** Asks for something in the details pane and says yes. */
async function doAndConfirm(page: Page, name: string): Promise<void> {
  await inDetails(page, name).click();
  const dialog = page.getByRole('alertdialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await dialog.getByRole('button', { name }).click();
  await expect(dialog).toBeHidden();
}

test('a stranger writes, is blocked, goes on writing out of sight, and is unblocked', async ({ server, launch }) => {
  test.setTimeout(240_000);
  let window = await launch('ann');
  let ann = await signUp(window, server.url, 'Ann');
  const mallory = await stranger(server.url, Number(await ann.myId()));
  const name = `ID ${mallory.id}`;
  await mallory.say('Do you know me?');
  await ann.openChat(name);
  await expect(ann.message('Do you know me?')).toBeVisible();
  await expect(ann.page.getByText(`${name} is not in your contacts.`)).toBeVisible();
  await expect(ann.composer).toBeVisible();
  await inspect(ann.page, '12-stranger');
  await ann.page.getByRole('button', { name: 'Block' }).click();
  await inspect(ann.page, '12b-block');
  await ann.page.getByRole('alertdialog').getByRole('button', { name: 'Block' }).click();

  await expect(ann.page.getByText(`You blocked ${name}.`)).toBeVisible();
  await expect(ann.composer).toBeHidden();
  await expect(ann.page.getByRole('heading', { name: 'No conversations yet' })).toBeVisible();
  await ann.page.getByRole('tab', { name: 'Contacts' }).click();
  await expect(ann.contacts.getByRole('listitem')).toContainText(['Blocked']);
  await inspect(ann.page, '13-blocked');
  await mallory.say('Answer me');
  await window.close();
  await mallory.say('I am still here');

  window = await launch('ann');
  ann = new MainPage(window.page);
  await expect(ann.status).toHaveText('Connected', { timeout: 45_000 });
  await expect(ann.page.getByRole('heading', { name: 'No conversations yet' })).toBeVisible();
  await ann.openContact(name);
  await expect(ann.message('I am still here')).toBeVisible();
  await ann.page.getByRole('button', { name: 'Unblock' }).click();
  await expect(ann.composer).toBeVisible();
  await ann.openChat(name);
  for (const text of ['Do you know me?', 'Answer me', 'I am still here'])
    await expect(ann.message(text)).toHaveCount(1);
  await mallory.close();
});

test('what was deleted or cleared comes back, and a deleted contact keeps the history', async ({ server, launch }) => {
  test.setTimeout(240_000);
  let { annWindow, ann, bo } = await meet(launch, server.url);
  const { page } = annWindow;
  await ann.write('one');
  await ann.write('two');
  await bo.openContact('Ann');
  await bo.write('three');
  await expect(ann.message('three')).toBeVisible();
  await expect(ann.message('two')).toHaveAttribute('data-state', /sent|read/);

  await ann.message('two').focus();
  await page.keyboard.press('Delete');
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for me' }).click();
  await expect(ann.message('two')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(ann.messages.getByRole('article')).toHaveText([/one/, /two/, /three/]);

  await page.getByRole('button', { name: 'Conversation details' }).click();
  await expect(details(page)).toBeFocused();
  await inspect(page, '14-details');
  await inDetails(page, 'Clear history').click();
  await inspect(page, '14b-clear-history');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alertdialog')).toBeHidden();
  await expect(ann.message('two')).toHaveCount(1);
  await doAndConfirm(page, 'Clear history');
  await expect(ann.messages).toHaveCount(0);
  await expect(bo.message('two')).toHaveCount(1);

  await annWindow.close();
  annWindow = await launch('ann');
  ann = new MainPage(annWindow.page);
  await expect(ann.status).toHaveText('Connected', { timeout: 45_000 });
  await ann.openChat('Bo');
  await bo.write('four');
  await expect(ann.messages.getByRole('article')).toHaveText([/four/]);
  // The pane is remembered.
  await inDetails(ann.page, 'Deleted messages (3)').click();
  const dialog = ann.page.getByRole('dialog', { name: 'Deleted messages' });
  await expect(dialog.getByRole('listitem')).toHaveText([/three/, /two/, /one/]);
  await inspect(ann.page, '15-deleted-messages');
  await dialog.getByRole('listitem').filter({ hasText: 'two' }).getByRole('button', { name: 'Bring back' }).click();
  await expect(dialog.getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Bring back all' }).click();
  await expect(ann.messages.getByRole('article')).toHaveText([/one/, /two/, /three/, /four/]);
  await expect(inDetails(ann.page, /Deleted messages/)).toHaveCount(0);

  await doAndConfirm(ann.page, 'Delete contact');
  await expect(ann.page.getByText('Bo is not in your contacts.')).toBeVisible();
  await expect(ann.messages.getByRole('article')).toHaveCount(4);
  await inspect(ann.page, '16-no-contact-any-more');

  await server.kill();
  await expect(ann.page.getByRole('button', { name: 'Try now' })).toBeVisible();
  await doAndConfirm(ann.page, 'Clear history');
  await expect(ann.page.getByRole('alert')).toContainText('Not connected.');
  await expect(ann.messages.getByRole('article')).toHaveCount(4);
});

test('the details pane is used by keyboard alone, lies over a small window, and holds the longest name', async ({
  server,
  launch,
}) => {
  test.setTimeout(240_000);
  const window = await launch('ann');
  const ann = await signUp(window, server.url, 'Ann');
  const bo = await signUp(await launch('bo'), server.url, 'Donaudampfschifffahrtsgesellsch欧阳若溪');
  await ann.addContact(await bo.myId());
  await expect(ann.composer).toBeVisible();
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await ann.page.getByRole('button', { name: 'Conversation details' }).focus();
  await ann.page.keyboard.press('Enter');
  await expect(details(ann.page)).toBeFocused();
  await inspect(ann.page, '17-details-small-window');
  for (const name of ['Close details', 'Copy ID', 'Clear history', 'Delete contact', 'Block']) {
    await ann.page.keyboard.press('Tab');
    // A list that scrolls may take the focus on the way.
    if (!(await inDetails(ann.page, name).evaluate((one) => one === document.activeElement)))
      await ann.page.keyboard.press('Tab');
    await expect(inDetails(ann.page, name)).toBeFocused();
  }
  await ann.page.keyboard.press('Enter');
  const dialog = ann.page.getByRole('alertdialog');
  await expect(dialog.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await inspect(ann.page, '17b-block-small-window');
  await ann.page.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(inDetails(ann.page, 'Block')).toBeFocused();
  await ann.page.keyboard.press('Escape');
  await expect(details(ann.page)).toBeHidden();
  await expect(ann.page.getByRole('button', { name: 'Conversation details' })).toBeFocused();
});
