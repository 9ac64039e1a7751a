import { existsSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import en from '../src-shared/i18n/en.json' with { type: 'json' };
import { inspect } from './fixtures/inspect.ts';
import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';
import { storePid } from './fixtures/processes.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';

test('the store killed while someone types and sends: the text stays, it goes out once, history pages', async ({
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const before = await storePid(annWindow);
  await ann.write('before');
  await ann.composer.pressSequentially('typed while ');
  process.kill(before, 'SIGKILL');
  await ann.composer.pressSequentially('it died');
  await expect(ann.composer).toHaveValue('typed while it died');
  await ann.composer.press('Enter');
  await expect(ann.message('typed while it died')).toHaveAttribute('data-state', 'sent');
  await bo.openChat('Ann');
  await expect(bo.message('typed while it died')).toHaveCount(1);
  await expect(bo.message('before')).toHaveCount(1);
  expect(await storePid(annWindow)).not.toBe(before);
  await expect(ann.message('before')).toHaveCount(1);
  for (const kind of ['store-set-aside', 'store-unavailable'] as const)
    await expect(ann.page.getByText(en.notice[kind])).toHaveCount(0);
});

test('a store that is stopped is found out, ended for good and replaced; window and connection stay', async ({
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const before = await storePid(annWindow);
  process.kill(before, 'SIGSTOP');
  await ann.write('while it hangs');
  await expect(ann.message('while it hangs')).toHaveAttribute('data-state', 'sent', { timeout: 30_000 });
  await expect(ann.status).toHaveText('Connected');
  await bo.openChat('Ann');
  await expect(bo.message('while it hangs')).toHaveCount(1);
  expect(await storePid(annWindow)).not.toBe(before);
  expect(() => process.kill(before, 0)).toThrow();
});

test('what was typed 50 ms before quitting is there at the next start', async ({ server, launch }) => {
  const { annWindow, ann } = await meet(launch, server.url);
  await ann.composer.fill('almost said');
  await ann.page.waitForTimeout(50);
  const startedMs = Date.now();
  const gone = new Promise((resolve) => annWindow.app.process().once('exit', resolve));
  await annWindow.app.evaluate(({ app }) => app.quit());
  await gone;
  expect(Date.now() - startedMs).toBeLessThan(4_000);
  const again = new MainPage((await launch('ann')).page);
  await again.openChat('Bo');
  await expect(again.composer).toHaveValue('almost said');
});

test('a lost key is explained, the old file is left alone, and both come together when the key is back', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(180_000);
  const { annWindow, ann } = await meet(launch, server.url);
  await ann.write('before the key was lost');
  await expect(ann.message('before the key was lost')).toHaveAttribute('data-state', 'sent');
  await annWindow.close();
  const accounts = path.join(dir, 'ann', 'storage', 'accounts');
  const folder = path.join(accounts, readdirSync(accounts)[0] ?? '');
  const key = path.join(folder, 'history-key.json');
  const database = readFileSync(path.join(folder, 'history.db'));
  renameSync(key, `${key}.kept`);

  const window = await launch('ann');
  const again = new MainPage(window.page);
  await expect(window.page.getByText(en.notice['history-locked'])).toBeVisible();
  await expect(again.status).toHaveText('Connected');
  await inspect(window.page, '14-history-locked');
  await again.openContact('Bo');
  await again.write('written without it');
  await expect(again.message('written without it')).toHaveAttribute('data-state', 'sent');
  expect(existsSync(key)).toBe(false);
  expect(readFileSync(path.join(folder, 'history.db')).equals(database)).toBe(true);

  renameSync(`${key}.kept`, key);
  await window.page.getByRole('button', { name: en.common.retry, exact: true }).click();
  await expect(window.page.getByText(en.notice['history-locked'])).toHaveCount(0);
  await expect(again.message('before the key was lost')).toHaveCount(1);
  await expect(again.message('written without it')).toHaveCount(1);
  expect(await new AccountPage(window.page).username.count()).toBe(0);
});
