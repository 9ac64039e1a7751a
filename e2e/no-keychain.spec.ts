import { readdirSync } from 'node:fs';
import path from 'node:path';
import en from '../src-shared/i18n/en.json' with { type: 'json' };
import { inspect } from './fixtures/inspect.ts';
import { expect, test } from './fixtures/kith.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';

/** Linux's stand-in for a keychain, whose key everybody knows. */
const withoutKeychain = { args: ['--password-store=basic'] };

test('without a real keychain Kith says so, and keeps neither token nor history unasked', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const window = await launch('ann', withoutKeychain);
  const account = new AccountPage(window.page);
  await account.connectToServer(server.url);
  await expect(window.page.getByText(en.auth.vaultNone)).toBeVisible();
  await inspect(window.page, '12-no-keychain');
  await account.register('Ann');
  await expect(new MainPage(window.page).status).toHaveText('Connected');
  await window.close();
  const kept = readdirSync(path.join(dir, 'ann', 'storage'), { recursive: true, encoding: 'utf8' });
  expect(kept.filter((name) => /token|key|history/.test(name))).toEqual([]);

  const again = new AccountPage((await launch('ann', withoutKeychain)).page);
  await expect(again.username).toHaveValue('Ann');
});
