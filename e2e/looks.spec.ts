import type { Page } from '@playwright/test';
import type { EventChannel, EventOf } from '../src-shared/ipc/contract.ts';
import { rowId } from '../src-shared/kernel/ids.ts';
import { expect, test } from './fixtures/kith.ts';
import { inspect } from './fixtures/inspect.ts';
import { meet } from './fixtures/people.ts';
import { seedProfile } from './fixtures/seeded-profile.ts';
import { AccountPage } from './pages/account-page.ts';
import { MainPage } from './pages/main-page.ts';

test('the screens before the main window are accessible in both themes and languages', async ({ server, launch }) => {
  test.setTimeout(240_000);
  const { page } = await launch('ann');
  const account = new AccountPage(page);
  await expect(account.tryHere).toBeVisible();
  await dismissNotices(page);
  await inspect(page, '01-first-start');
  await account.connectToServer('127.0.0.1:9');
  await expect(account.alerts.first()).toBeVisible();
  await inspect(page, '02-address-refused');
  await account.address.fill(server.url);
  await account.connect.click();
  await page.getByRole('tab', { name: 'Register' }).click();
  await page.getByRole('button', { name: 'Register', exact: true }).click();
  await expect(account.alerts.first()).toBeVisible();
  await inspect(page, '03-register-errors');
  await account.logIn('Nobody');
  await expect(account.alerts.first()).toBeVisible();
  await inspect(page, '04-log-in-refused');
});

test('the main window is accessible in both themes and languages, connected and offline, large and small', async ({
  server,
  launch,
}) => {
  test.setTimeout(300_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const { page } = annWindow;
  // Where there is one (running as root is worth one), it is looked at too.
  await inspect(page, '05-notice');
  await dismissNotices(page);
  await inspect(page, '05-conversation-empty');
  await bo.openContact('Ann');
  await bo.write('早！昨天雾散之后的山，手机随便拍的 https://example.org/darkroom/scan-settings?rev=14#portra');
  await bo.write('Run `scan --dpi 3200` first.\n1. 西直门 10:00\n2. 香山东门 11:10');
  await ann.write('👏🏔️');
  await ann.write('Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung'.repeat(3));
  await ann.write('Sounds fair. 正好试试全开');
  await expect(bo.message('Sounds fair')).toBeVisible();
  await bo.write('OK <b>not bold</b> & "quoted"');
  await expect(ann.message('not bold')).toBeVisible();
  await ann.composer.fill('half a thought');
  await inspect(page, '06-conversation');
  await page.getByRole('button', { name: 'Emoji' }).click();
  await expect(page.getByRole('gridcell').first()).toBeVisible();
  await inspect(page, '06b-emoji');
  await page.keyboard.press('Escape');
  await ann.message('Sounds fair').click({ button: 'right' });
  await inspect(page, '06c-message-menu');
  await page.getByRole('menuitem', { name: 'Message details' }).click();
  await inspect(page, '06d-message-details');
  await page.keyboard.press('Escape');
  await ann.message('Sounds fair').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Delete for me' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await inspect(page, '06e-delete-message');
  await page.keyboard.press('Escape');
  await ann.me.click();
  await inspect(page, '07-my-account');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Add contact' }).first().click();
  await inspect(page, '08-add-contact');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Contacts' }).click();
  await inspect(page, '09-contacts');
  await page.getByRole('tab', { name: 'Chats' }).click();
  await server.kill();
  await expect(page.getByRole('button', { name: 'Try now' })).toBeVisible();
  await ann.write('written offline');
  await inspect(page, '10-offline');
  await annWindow.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await inspect(page, '11-small-window');
});

/** Presses "Dismiss" on every notice there is. */
async function dismissNotices(page: Page): Promise<void> {
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  for (const button of (await dismiss.all()).toReversed()) await button.click();
  await expect(dismiss).toHaveCount(0);
}

test('what can be told at any time is accessible and fits, large and small', async ({ server, launch, dir }) => {
  test.setTimeout(300_000);
  const { peers } = await seedProfile(dir, 'ann', server.url, { contactCount: 8, messageCounts: [400, 30, 20] });
  const { app, page } = await launch('ann');
  const ann = new MainPage(page);
  await expect(ann.status).toHaveText('Connected');
  await dismissNotices(page);
  await ann.openChat('Person 001');
  await expect(ann.message('last of Person 001')).toBeInViewport();
  // The page cannot tell such news from the true ones.
  const tell = <E extends EventChannel>(channel: E, event: EventOf<E>): Promise<void> =>
    app.evaluate(({ BrowserWindow }, [to, news]) => BrowserWindow.getAllWindows()[0]?.webContents.send(to, news), [
      channel,
      event,
    ] as const);
  const bars = page.locator('.bar');

  for (const { userId: peerId } of peers.slice(0, 2))
    await tell('conversations:historyProgress', { peerId, done: 37_000, total: 100_000 });
  await expect(page.getByText('Loading history… 37%').first()).toBeVisible();
  for (const [kind, detail] of [
    ['store-unavailable', ''],
    ['disk-full', ''],
  ] as const)
    await tell('app:noticed', { kind, detail });
  await expect(bars).toHaveCount(2);
  await inspect(page, '18-told');
  await dismissNotices(page);
  await tell('app:noticed', { kind: 'history-locked', detail: '' });
  await tell('connection:changed', { phase: 'paused', nextAttemptAtMs: null, cause: null });
  await expect(bars).toHaveCount(2);
  await inspect(page, '18b-told-paused');
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await expect(ann.message('last of Person 001')).toBeInViewport();
  await inspect(page, '18c-told-small');
  const onTheWay = { bytesPerSecond: 2_000_000, doneBytes: 12_000_000, totalBytes: 60_000_000, error: null } as const;
  const transfers = peers.slice(0, 2).map(({ userId: peerId }, at) => {
    const direction = at === 0 ? ('up' as const) : ('down' as const);
    return { ...onTheWay, peerId, rowId: rowId(9_001 + at), direction, phase: 'running' as const };
  });
  const names = ['年度总结报告（最终版，请勿再改，打印前请核对页码）.final.key', `${'long name '.repeat(12)}.tar.gz`];
  await tell('transfers:progressed', transfers);
  await tell(
    'app:quitAsked',
    transfers.map((transfer, at) => ({ transfer, name: names[at] ?? '' })),
  );
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await inspect(page, '18d-quit-small');
});
