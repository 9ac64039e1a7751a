import { expect, test } from './fixtures/kith.ts';
import { inspect } from './fixtures/inspect.ts';
import { seedProfile } from './fixtures/seeded-profile.ts';
import { MainPage } from './pages/main-page.ts';

test('finds a word of one character far back and jumps to it, by keyboard alone', async ({ server, launch, dir }) => {
  test.setTimeout(240_000);
  await seedProfile(dir, 'ann', server.url, { contactCount: 30, messageCounts: [5_000, 300, 20] });
  const window = await launch('ann');
  const { page } = window;
  const ann = new MainPage(page);
  await expect(ann.status).toHaveText('Connected');
  const dismiss = page.getByRole('button', { name: 'Dismiss' });
  for (const button of await dismiss.all()) await button.click();
  const box = page.getByRole('searchbox', { name: 'Search' });
  const results = page.getByRole('listbox', { name: 'Search results' });
  const option = results.getByRole('option');
  const article = (text: string) => ann.messages.getByRole('article').filter({ hasText: text });

  await page.keyboard.press('Control+K');
  await expect(box).toBeFocused();
  await page.keyboard.type('门');
  await expect(page.getByText('Nothing found for “门”')).toBeVisible();
  await inspect(page, '12-search-nothing');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('（12）');
  await expect(option).toHaveCount(3);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('End');
  await expect(option.last()).toHaveAttribute('aria-selected', 'true');
  await expect(box).toBeFocused();
  // The oldest: far beyond the page that a conversation opens with.
  await page.keyboard.press('Enter');
  await expect(article('(12)')).toBeInViewport();
  await expect(page.getByRole('button', { name: /jump to newest/i })).toBeVisible();

  await page.keyboard.press('Control+K');
  await page.keyboard.type('周');
  await expect(option.first()).toContainText('周');
  expect(await option.count()).toBeGreaterThanOrEqual(20);
  await page.keyboard.press('End');
  await expect.poll(() => option.count()).toBeGreaterThan(20);
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.locator('.log-line.flash')).toBeVisible();
  await inspect(page, '12-search');

  await page.keyboard.press('Control+K');
  await page.keyboard.type('person 00');
  await expect(results.getByRole('group', { name: 'People' })).toBeVisible();
  await inspect(page, '12-search-people');
  await page.keyboard.press('Escape');
  await expect(ann.chats).toBeVisible();
  await page.getByRole('button', { name: 'Search in conversation' }).click();
  await page.keyboard.type('相机');
  await expect(option.first()).toContainText('相机');
  await window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await inspect(page, '12-search-in-conversation');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /jump to newest/i }).click();
  await expect(article('last of')).toBeInViewport();
});
