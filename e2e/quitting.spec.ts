import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createChaosProxy } from './chaos/proxy.ts';
import { expect, test } from './fixtures/kith.ts';
import type { Window } from './fixtures/launch.ts';
import { signUp } from './fixtures/people.ts';
import { registerOnWire } from './fixtures/received.ts';
import { MainPage } from './pages/main-page.ts';
import { TrayPage } from './pages/tray-page.ts';

const closeWindow = ({ app }: Window): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
/** As Ctrl+Q and the menu do. */
const quit = ({ app }: Window): Promise<void> => app.evaluate(({ app: program }) => program.quit());

test('who quits while a file is being sent is asked first, and it arrives once either way', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  // More than what the system itself takes ahead of the line.
  const [first, second] = [randomBytes(30_000_000), randomBytes(1_000_000)];
  const files = [path.join(dir, 'first.bin'), path.join(dir, 'second.bin')];
  writeFileSync(files[0]!, first);
  writeFileSync(files[1]!, second);
  const proxy = await createChaosProxy({ targetPort: server.port });
  const bo = await registerOnWire(server.url, 'Bo');
  let window = await launch('ann');
  let ann = await signUp(window, `ws://127.0.0.1:${proxy.port}`, 'Ann');
  const annId = Number(await ann.myId());
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');

  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 4_000_000 });
  const tray = new TrayPage(window.page);
  await tray.drop(window.page.getByRole('region', { name: 'Conversation with Bo' }), { files });
  await tray.send.click();
  await expect(tray.dialog).toHaveCount(0);

  const question = window.page.getByRole('alertdialog', { name: 'Quit while 2 files are on their way?' });
  const keepOpen = question.getByRole('button', { name: 'Keep open' });
  await closeWindow(window);
  await expect(question.getByRole('listitem').filter({ hasText: 'first.bin' })).toContainText('to Bo');
  await expect(question.getByRole('listitem').filter({ hasText: 'second.bin' })).toContainText('waiting');
  await expect(keepOpen).toBeFocused();
  // It goes on meanwhile.
  const progress = question.getByRole('progressbar', { name: 'first.bin' });
  const before = Number(await progress.getAttribute('value'));
  await expect.poll(async () => Number(await progress.getAttribute('value'))).toBeGreaterThan(before);
  await window.page.keyboard.press('Escape');
  await expect(question).toHaveCount(0);

  await quit(window);
  await expect(keepOpen).toBeFocused();
  await keepOpen.click();
  proxy.setFault('up', null);
  await expect(ann.message('first.bin')).toHaveAttribute('data-state', /sent|read/);
  await expect(ann.message('second.bin')).toHaveAttribute('data-state', /sent|read/);

  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 4_000_000 });
  const third = randomBytes(20_000_000);
  files.push(path.join(dir, 'third.bin'));
  writeFileSync(files[2]!, third);
  await tray.drop(window.page.getByRole('region', { name: 'Conversation with Bo' }), { files: [files[2]!] });
  await tray.send.click();
  await expect(tray.dialog).toHaveCount(0);
  await quit(window);
  const gone = once(window.app.process(), 'exit');
  await window.page
    .getByRole('alertdialog', { name: 'Quit while 1 file is on its way?' })
    .getByRole('button', { name: 'Quit', exact: true })
    .click();
  expect(await gone).toEqual([0, null]);

  proxy.setFault('up', null);
  window = await launch('ann');
  ann = new MainPage(window.page);
  await expect(ann.message('third.bin')).toHaveAttribute('data-state', /sent|read/, { timeout: 30_000 });
  const received = await bo.receivedFrom(annId);
  expect(received.map(({ name }) => name)).toEqual(['first.bin', 'second.bin', 'third.bin']);
  expect([first, second, third].map((bytes, at) => received[at]?.bytes.equals(bytes))).toEqual([true, true, true]);

  // Nothing is under way any more.
  await window.close();
  await bo.close();
  await proxy.close();
});

test('neither a page that hangs nor a system that ends waits for an answer', async ({ dir, server, launch }) => {
  const proxy = await createChaosProxy({ targetPort: server.port });
  const bo = await registerOnWire(server.url, 'Bo');
  const file = path.join(dir, 'large.bin');
  writeFileSync(file, randomBytes(3_000_000));
  let window = await launch('ann');
  const ann = await signUp(window, `ws://127.0.0.1:${proxy.port}`, 'Ann');
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  proxy.setFault('up', { kind: 'stall' });
  const tray = new TrayPage(window.page);
  await tray.drop(window.page.getByRole('region', { name: 'Conversation with Bo' }), { files: [file] });
  await tray.send.click();
  await expect(tray.dialog).toHaveCount(0);

  const hung = once(window.app.process(), 'exit');
  // It never comes back from this.
  void window.page
    .evaluate(() => {
      for (;;);
    })
    .catch(() => undefined);
  await quit(window);
  await hung;

  window = await launch('ann');
  await expect(new MainPage(window.page).message('large.bin')).toBeVisible();
  const ended = once(window.app.process(), 'exit');
  window.app.process().kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  await bo.close();
  await proxy.close();
});
