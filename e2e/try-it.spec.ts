import { expect, test } from './fixtures/kith.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';

test('the built-in server is one click away, serves a second window, and survives the first one leaving', async ({
  launch,
}) => {
  test.setTimeout(120_000);
  const annWindow = await launch('ann');
  await new AccountPage(annWindow.page).tryHere.click();
  await new AccountPage(annWindow.page).register('Ann');
  const ann = new MainPage(annWindow.page);
  await expect(ann.status).toHaveText('Connected');

  const boWindow = await launch('bo');
  await new AccountPage(boWindow.page).tryHere.click();
  await new AccountPage(boWindow.page).register('Bo');
  const bo = new MainPage(boWindow.page);
  await expect(bo.status).toHaveText('Connected');
  await bo.addContact(await ann.myId());
  await bo.openContact('Ann');
  await bo.write('hello over the built-in server');
  await ann.openChat('Bo');
  await expect(ann.message('hello over the built-in server')).toBeVisible();

  // The window that runs the server goes; the other one takes the server over.
  await annWindow.close();
  await bo.write('written while nobody serves');
  await expect(bo.message('written while nobody serves')).toHaveAttribute('data-state', 'sent', { timeout: 45_000 });

  const back = await launch('ann');
  const annAgain = new MainPage(back.page);
  await annAgain.openChat('Bo');
  await expect(annAgain.message('written while nobody serves')).toBeVisible({ timeout: 45_000 });
});
