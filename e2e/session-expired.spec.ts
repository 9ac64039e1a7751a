import path from 'node:path';
import { connect } from '../src-server/testing/client.ts';
import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';
import { startServer } from './fixtures/server.ts';
import { AccountPage } from './pages/account-page.ts';

const newPassword = 'another horse battery';

test('a session that expired is said, keeps what is written, and sends it once after the log-in', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  await bo.openContact('Ann');
  await ann.write('before');
  await expect(bo.message('before')).toBeVisible();

  // A new password elsewhere takes every other token away.
  const elsewhere = await connect(server.url);
  const me = await elsewhere.ask('LOGIN', { username: 'Ann', password: 'correct horse battery' }, 'LOGIN_SUCCESS');
  const { userId, username, email, avatar } = me;
  const profile = { userId, username, email, avatar, password: newPassword };
  await elsewhere.ask('UPDATE_PROFILE', profile, 'PROFILE_UPDATED_SUCCESS');
  elsewhere.socket.close();
  await server.stop();
  await expect(ann.status).toHaveText('Offline');
  await ann.write('while away');
  const again = await startServer(path.join(dir, 'server'), server.port);

  const expired = annWindow.page.getByText('Session expired, log in again.');
  await expect(expired).toBeVisible({ timeout: 45_000 });
  await ann.write('while expired');
  for (const text of ['while away', 'while expired'])
    await expect(ann.message(text)).toHaveAttribute('data-state', 'queued');
  await annWindow.page.screenshot({ path: 'test-results/screens/session-expired.png' });

  await annWindow.page.locator('.bar').getByRole('button', { name: 'Log in' }).click();
  const account = new AccountPage(annWindow.page);
  await expect(account.username).toHaveValue('Ann');
  await account.logIn('Ann', newPassword);
  await expect(ann.status).toHaveText('Connected');
  await expect(expired).toBeHidden();
  await ann.openChat('Bo');
  const texts = ['before', 'while away', 'while expired'];
  for (const text of texts) {
    await expect(ann.message(text)).toHaveAttribute('data-state', /sent|read/);
    await expect(bo.message(text)).toHaveCount(1);
  }
  const order = await bo.messages.getByRole('article').allInnerTexts();
  expect(order.map((shown) => texts.findIndex((text) => shown.includes(text)))).toEqual([0, 1, 2]);
  await again.stop();
});
