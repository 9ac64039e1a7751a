import path from 'node:path';
import { expect, test } from './fixtures/kith.ts';
import { launchAgain } from './fixtures/launch.ts';
import { meet, signUp } from './fixtures/people.ts';
import { MainPage } from './pages/main-page.ts';

test('a second start of one profile ends, brings the first window to the front and touches nothing', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  await bo.openContact('Ann');
  await ann.write('before');
  const isVisible = (): Promise<boolean> =>
    annWindow.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible() ?? false);
  await annWindow.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
  expect(await isVisible()).toBe(false);

  // Two at once as well, as an impatient person clicks.
  const codes = await Promise.all([launchAgain(dir, 'ann'), launchAgain(dir, 'ann')]);
  expect(codes).toEqual([0, 0]);
  await expect.poll(isVisible).toBe(true);
  await ann.write('after');
  for (const text of ['before', 'after']) {
    await expect(bo.message(text)).toHaveCount(1);
    await expect(ann.message(text)).toHaveAttribute('data-state', /sent|read/);
  }
  await annWindow.close();
  const again = new MainPage((await launch('ann')).page);
  await again.openChat('Bo');
  await expect(again.messages.getByRole('article')).toHaveCount(2);
});

test('--profile is another person on the same computer, with a lock of its own', async ({ dir, server, launch }) => {
  test.setTimeout(120_000);
  // The usual places of the system, below this test's folder.
  const env = { KITH_USER_DATA: '', XDG_CONFIG_HOME: path.join(dir, 'config') };
  const home = await launch('usual', { env });
  const work = await launch('usual', { env, args: ['--profile=work'] });
  await signUp(home, server.url, 'Ann at home');
  await signUp(work, server.url, 'Ann at work');
  await expect(new MainPage(home.page).me).toContainText('Ann at home');
  expect(await launchAgain(dir, 'usual', { env, args: ['--profile=work'] })).toBe(0);
  const folders = await Promise.all([home, work].map(({ app }) => app.evaluate(({ app }) => app.getPath('userData'))));
  expect(folders.map((folder) => path.basename(folder))).toEqual(['Kith', 'Kith-work']);
});
