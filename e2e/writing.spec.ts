import { expect, test } from './fixtures/kith.ts';
import { MainPage } from './pages/main-page.ts';
import { meet } from './fixtures/people.ts';
import { startServer } from './fixtures/server.ts';

test('an Enter that confirms an input-method candidate sends nothing', async ({ server, launch }) => {
  const { annWindow: window, ann } = await meet(launch, server.url);
  const input = await window.page.context().newCDPSession(window.page);
  await ann.composer.click();
  await input.send('Input.imeSetComposition', { text: 'ni hao', selectionStart: 6, selectionEnd: 6 });
  await input.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  await input.send('Input.insertText', { text: '你好' });
  await input.send('Input.dispatchKeyEvent', { type: 'keyUp', key: 'Enter', code: 'Enter', windowsVirtualKeyCode: 13 });
  await expect(ann.composer).toHaveValue('你好');
  await expect(ann.messages.getByRole('article')).toHaveCount(0);
  // A later Enter, the person's own, sends it.
  await ann.composer.press('Enter');
  await expect(ann.message('你好')).toHaveAttribute('data-state', 'sent');
});

test('what is written offline waits, and goes out once when the server is back', async ({ dir, server, launch }) => {
  test.setTimeout(120_000);
  const { ann, bo } = await meet(launch, server.url);
  await server.kill();
  await expect(ann.status).toHaveText('Offline');
  await ann.write('first while away');
  await ann.write('second while away');
  await expect(ann.message('second while away')).toHaveAttribute('data-state', 'queued');
  const again = await startServer(`${dir}/server`, server.port);
  await expect(ann.message('second while away')).toHaveAttribute('data-state', 'sent', { timeout: 45_000 });
  await bo.openChat('Ann');
  await expect(bo.messages.getByRole('article')).toHaveCount(2, { timeout: 45_000 });
  await expect(bo.messages.getByRole('article').first()).toContainText('first while away');
  await again.stop();
});

test('a draft survives a kill of the whole program', async ({ server, launch }) => {
  const { annWindow: window, ann } = await meet(launch, server.url);
  await ann.composer.fill('half a thought');
  await ann.page.getByRole('tab', { name: 'Chats' }).click();
  await expect(ann.chats.getByText('half a thought')).toBeVisible();
  await window.kill();
  const again = new MainPage((await launch('ann')).page);
  await again.openChat('Bo');
  await expect(again.composer).toHaveValue('half a thought');
});
