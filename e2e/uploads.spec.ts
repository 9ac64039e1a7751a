import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import type { Bridge } from '../src-shared/ipc/contract.ts';
import { createChaosProxy } from './chaos/proxy.ts';
import { expect, test } from './fixtures/kith.ts';
import { signUp } from './fixtures/people.ts';
import { registerOnWire } from './fixtures/received.ts';
import { MainPage } from './pages/main-page.ts';
import { TrayPage } from './pages/tray-page.ts';

const fileBytes = 60_000_000;

/** How much of the only upload the system has taken so far. */
const takenOf = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { kith } = window as unknown as { kith: Bridge };
    const snapshot = await kith['app:getSnapshot']({});
    return snapshot.ok ? (snapshot.value.transfers[0]?.doneBytes ?? 0) : 0;
  });

test('a file and the text behind it arrive once and whole though the program is killed three times while it is sent', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(240_000);
  const bytes = randomBytes(fileBytes);
  const file = path.join(dir, 'large.bin');
  writeFileSync(file, bytes);
  const proxy = await createChaosProxy({ targetPort: server.port });
  const bo = await registerOnWire(server.url, 'Bo');
  let window = await launch('ann');
  let ann = await signUp(window, `ws://127.0.0.1:${proxy.port}`, 'Ann');
  const annId = Number(await ann.myId());
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  // Slow enough to be caught in the middle.
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 15_000_000 });

  const tray = new TrayPage(window.page);
  await tray.drop(ann.page.getByRole('region', { name: 'Conversation with Bo' }), { files: [file] });
  await tray.caption.fill('behind it');
  await tray.send.click();
  await expect(tray.dialog).toHaveCount(0);
  for (let kills = 1; kills <= 3; kills += 1) {
    await expect.poll(() => takenOf(window.page), { timeout: 60_000 }).toBeGreaterThan(kills * 8_000_000);
    await window.kill();
    window = await launch('ann');
    ann = new MainPage(window.page);
    await expect(ann.status).toHaveText('Connected');
    await ann.openContact('Bo');
  }
  proxy.setFault('up', null);
  await expect(ann.messages.locator('article[data-state="sent"], article[data-state="read"]')).toHaveCount(2, {
    timeout: 60_000,
  });

  const received = await bo.receivedFrom(annId);
  expect(received.map(({ type, name }) => `${type} ${name}`)).toEqual(['file large.bin', 'text behind it']);
  expect(received[0]?.bytes.equals(bytes)).toBe(true);
  await bo.close();
  await proxy.close();
});

test('what waits behind an upload says so, and a file that waits can be sent before the others', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const files = ['first.bin', 'a.bin', 'b.bin'].map((name) => path.join(dir, name));
  for (const file of files) writeFileSync(file, randomBytes(4_000_000));
  const proxy = await createChaosProxy({ targetPort: server.port });
  const bo = await registerOnWire(server.url, 'Bo');
  const window = await launch('ann');
  const { page } = window;
  const ann = await signUp(window, `ws://127.0.0.1:${proxy.port}`, 'Ann');
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  // Slow enough that nothing is through before it is let go.
  proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 100_000 });

  const tray = new TrayPage(page);
  await tray.drop(page.getByRole('region', { name: 'Conversation with Bo' }), { files });
  await tray.send.click();
  await expect(tray.dialog).toHaveCount(0);
  await expect.poll(() => takenOf(page)).toBeGreaterThan(0);
  await ann.write('typed meanwhile');
  const articles = ann.messages.locator('article');
  await expect(articles.last().getByRole('img', { name: 'Waiting for the upload' })).toBeVisible();
  await page.getByRole('tab', { name: 'Chats' }).click();
  await expect(ann.chats).toContainText('Waiting for the upload');

  const said = async (): Promise<string[]> =>
    (await articles.allTextContents()).map((text) => /first|a\.bin|b\.bin|typed/.exec(text)?.[0] ?? text);
  const last = articles.filter({ hasText: 'b.bin' });
  await last.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Send first' }).click();
  await expect(page.getByText('b.bin is sent before the other files')).toBeVisible();
  await expect.poll(said).toEqual(['first', 'b.bin', 'a.bin', 'typed']);
  proxy.setFault('up', null);
  await expect(ann.messages.locator('article[data-state="sent"]')).toHaveCount(4, { timeout: 60_000 });
  expect(await said()).toEqual(['first', 'b.bin', 'a.bin', 'typed']);
  const received = await bo.receivedFrom(Number(await ann.myId()));
  expect(received.map(({ name }) => name)).toEqual(['first.bin', 'b.bin', 'a.bin', 'typed meanwhile']);
  await bo.close();
  await proxy.close();
});
