import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import en from '../src-shared/i18n/en.json' with { type: 'json' };
import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';
import { MainPage } from './pages/main-page.ts';

test('a damaged history is set aside and said, the app opens, and the messages come back from the server', async ({
  dir,
  server,
  launch,
}) => {
  const { annWindow, ann } = await meet(launch, server.url);
  await ann.write('kept by the server');
  await expect(ann.message('kept by the server')).toHaveAttribute('data-state', 'sent');
  await annWindow.close();
  const accounts = path.join(dir, 'ann', 'storage', 'accounts');
  const [account] = readdirSync(accounts);
  const folder = path.join(accounts, account ?? '');
  writeFileSync(path.join(folder, 'history.db'), 'this is no database any more'.repeat(1_000));

  const again = new MainPage((await launch('ann')).page);
  await expect(again.page.getByText(en.notice['store-set-aside'])).toBeVisible();
  await again.openChat('Bo');
  await expect(again.message('kept by the server')).toBeVisible();
  expect(readdirSync(folder).filter((name) => name.includes('.bad-'))).not.toEqual([]);
});
