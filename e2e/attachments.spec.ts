import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { gif, jpeg, png, webp, vp8 } from '../src-shared/media/testing/sample-images.ts';
import { expect, test } from './fixtures/kith.ts';
import { inspect } from './fixtures/inspect.ts';
import { meet } from './fixtures/people.ts';
import { logInOnWire, registerOnWire, type Received } from './fixtures/received.ts';
import type { Window } from './fixtures/launch.ts';
import { MainPage } from './pages/main-page.ts';
import { TrayPage } from './pages/tray-page.ts';

/** Names as people and attackers choose them, and how they arrive. Bytes that no other file has. */
const twelve: readonly (readonly [name: string, bytes: Uint8Array, arrivesAs?: string])[] = [
  ['plain.txt', bytesOf('plain')],
  ['昆明湖倒影.png', png(64, 48)],
  ['photo (1).jpeg', jpeg(32, 24)],
  ['dance 💃🏽.gif', gif(8, 8)],
  ['Straße – café.webp', webp(vp8(40, 20))],
  ['合同（终版）.docx', bytesOf('PK\u0003\u0004 contract')],
  ['report.pdf\u202Efdp.exe', bytesOf('MZ program'), 'report.pdf\uFFFDfdp.exe'],
  ['<img src=x onerror=alert(1)>.txt', bytesOf('markup'), '_img src=x onerror=alert(1)_.txt'],
  ['CON.txt', bytesOf('device'), '_CON.txt'],
  [' spaced and dotted. . ', bytesOf('edges'), 'spaced and dotted'],
  ['no-extension', bytesOf('\u0000\u0001\u0002'.repeat(40_000))],
  [`${'长'.repeat(70)}.zip`, bytesOf('long name'), `${'长'.repeat(58)}.zip`],
];

function bytesOf(text: string): Uint8Array {
  return Buffer.from(text);
}
function write(dir: string, name: string, bytes: Uint8Array | string = name): string {
  mkdirSync(dir, { recursive: true });
  const file = path.join(dir, name);
  writeFileSync(file, bytes);
  return file;
}
const told = (received: readonly Received[]): string[] => received.map(({ type, name }) => `${type} ${name}`);
/** Copying and sending dozens of files takes its time on a busy computer. */
const patient = expect.configure({ timeout: 30_000 });
const allSent = (main: MainPage, count: number) =>
  patient(main.messages.locator('article[data-state="sent"], article[data-state="read"]')).toHaveCount(count);

test('twelve files of every kind and name go to a person, and to another by their row, as they are', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(180_000);
  const { annWindow, ann, boWindow } = await meet(launch, server.url);
  await boWindow.close();
  const bo = await logInOnWire(server.url, 'Bo');
  const cleo = await registerOnWire(server.url, 'Cleo');
  await ann.addContact(String(cleo.id));
  await ann.openContact('Bo');
  const me = Number(await ann.myId());
  const files = twelve.map(([name, bytes]) => write(path.join(dir, 'files'), name, bytes));
  const types = ['file', 'image', 'image', 'image', 'image', ...Array.from({ length: 7 }, () => 'file')];
  const names = twelve.map(([name, , arrivesAs]) => arrivesAs ?? name);
  const tray = new TrayPage(annWindow.page);
  const conversation = ann.page.getByRole('region', { name: 'Conversation with Bo' });

  await tray.dragOver(conversation, { files });
  await expect(ann.page.getByText('Drop files for Bo')).toBeVisible();
  await expect(ann.page.getByText('12 items. Nothing is sent until you press Send.')).toBeVisible();
  await tray.drop(conversation, { files });
  await expect(tray.heading).toHaveText('Send 12 files to Bo');
  await expect(tray.rows.first()).toHaveAttribute('aria-setsize', '12');
  await tray.caption.fill('看看');
  await tray.caption.press('Enter');
  await patient(tray.dialog).toHaveCount(0);
  await expect(ann.composer).toBeFocused();
  await allSent(ann, 13);

  // The conversation on screen stays the one with Bo.
  const row = ann.contacts.getByRole('listitem').filter({ hasText: 'Cleo' });
  await tray.drop(row, { files });
  await expect(tray.heading).toHaveText('Send 12 files to Cleo');
  await tray.send.click();
  await patient(tray.dialog).toHaveCount(0);
  await expect(conversation).toBeVisible();

  for (const [person, words] of [
    [bo, ['text 看看']],
    [cleo, []],
  ] as const) {
    await expect.poll(async () => (await person.receivedFrom(me)).length, { timeout: 60_000 }).toBe(12 + words.length);
    const received = await person.receivedFrom(me);
    expect(told(received)).toEqual([...names.map((name, at) => `${types[at]} ${name}`), ...words]);
    for (const [at, [name, bytes]] of twelve.entries()) {
      expect(Buffer.compare(received[at]!.bytes, bytes), name).toBe(0);
    }
    await person.close();
  }
});

test('a screenshot, copied files, and a text with a picture of it are pasted each in its way', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann } = await meet(launch, server.url);
  const { page } = annWindow;
  const tray = new TrayPage(page);
  await copyInPage(page, {});
  await ann.composer.click();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(tray.rows).toHaveCount(1);
  await expect(tray.rows).toContainText(/Pasted .*\.png/);
  await expect(tray.dialog.getByRole('checkbox', { name: 'Send as file' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove these files' }).click();
  await expect(page.getByText('1 file waiting')).toHaveCount(0);

  const copied = ['一.txt', 'two.png', '3.zip'].map((name) => write(path.join(dir, 'files'), name));
  await copyFiles(annWindow, copied);
  await ann.composer.click();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(tray.heading).toHaveText('Send 3 files to Bo');
  await expect(tray.rows.locator('.file-name')).toHaveText(['一.txt', 'two.png', '3.zip']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove these files' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove these files' }).click();

  await copyInPage(page, { text: '1\t2' });
  await ann.composer.click();
  await page.keyboard.press('ControlOrMeta+V');
  await expect(ann.composer).toHaveValue('1\t2');
  await expect(tray.dialog).toHaveCount(0);
  await page.getByRole('button', { name: 'Attach picture' }).click();
  await expect(tray.heading).toHaveText('Send 1 file to Bo');
  await expect(tray.caption).toHaveValue('1\t2');
});

/** Puts a picture on the clipboard as the system's own tools do, with a text beside it where one is given. */
async function copyInPage(page: Page, { text }: { text?: string }): Promise<void> {
  await page.evaluate(async (words) => {
    const canvas = new OffscreenCanvas(30, 20);
    canvas.getContext('2d')?.fillRect(0, 0, 10, 10);
    const items: Record<string, Blob> = { 'image/png': await canvas.convertToBlob({ type: 'image/png' }) };
    if (words !== undefined) items['text/plain'] = new Blob([words], { type: 'text/plain' });
    await navigator.clipboard.write([new ClipboardItem(items)]);
  }, text);
}

/** Copies files as a file manager does. */
async function copyFiles({ app }: Window, files: readonly string[]): Promise<void> {
  const list = files.map((file) => `file://${encodeURI(file)}\r\n`).join('');
  await app.evaluate(({ clipboard }, uris) => {
    const { writeBuffer } = clipboard as unknown as { writeBuffer: (format: string, data: Buffer) => void };
    writeBuffer('text/uri-list', Buffer.from(uris));
  }, list);
}

for (const end of ['closed', 'killed'] as const) {
  test(`files that wait are there again after the program was ${end}, and go once`, async ({ dir, server, launch }) => {
    test.setTimeout(120_000);
    const { annWindow, ann, boWindow } = await meet(launch, server.url);
    await boWindow.close();
    const me = Number(await ann.myId());
    const files = ['a.txt', 'b.txt', 'gone.txt'].map((name) => write(path.join(dir, 'files'), name));
    const tray = new TrayPage(annWindow.page);
    await tray.drop(ann.page.getByRole('region', { name: 'Conversation with Bo' }), { files });
    await tray.caption.fill('look');
    await tray.dialog.getByRole('button', { name: 'Move b.txt up' }).click();
    await expect(tray.rows.locator('.file-name')).toHaveText(['b.txt', 'a.txt', 'gone.txt']);
    await expect.poll(() => draftOf(annWindow.page)).toBe('look');
    await (end === 'closed' ? annWindow.close() : annWindow.kill());
    writeFileSync(files[2]!, '');

    const again = await launch('ann');
    const main = new MainPage(again.page);
    await expect(main.status).toHaveText('Connected');
    await expect(main.chats.getByRole('listitem').filter({ hasText: 'Bo' })).toContainText('Draft: look');
    await main.openChat('Bo');
    await expect(main.page.getByText('3 files waiting')).toBeVisible();
    const trayAgain = new TrayPage(again.page);
    await trayAgain.show.click();
    await expect(trayAgain.heading).toHaveText('Send 2 files to Bo');
    await expect(trayAgain.rows.locator('.file-name')).toHaveText(['b.txt', 'a.txt', 'gone.txt']);
    await expect(trayAgain.dialog.getByText('This file is empty')).toBeVisible();
    await expect(trayAgain.caption).toHaveValue('look');
    await trayAgain.send.click();
    await allSent(main, 3);
    // What did not go is still there to be seen.
    await patient(trayAgain.rows).toHaveCount(1);
    const bo = await logInOnWire(server.url, 'Bo');
    expect(told(await bo.receivedFrom(me))).toEqual(['file b.txt', 'file a.txt', 'text look']);
    await bo.close();
  });
}

type Asked = { value: { conversations: { draft: { text: string } | null }[] } };

/** The text that main has as a draft. */
function draftOf(page: Page): Promise<string | undefined> {
  return page.evaluate(async () => {
    const { kith } = window as unknown as { kith: Record<string, (request: object) => Promise<Asked>> };
    const { value } = await kith['app:getSnapshot']!({});
    return value.conversations.find(({ draft }) => draft !== null)?.draft?.text;
  });
}

test('nothing that is dropped leads the window away, and nothing but a conversation takes files', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann } = await meet(launch, server.url);
  const { page } = annWindow;
  const tray = new TrayPage(page);
  const html = write(
    path.join(dir, 'files'),
    'page.html',
    '<title>elsewhere</title><script>window.__pwned = 1</script>',
  );
  const conversation = page.getByRole('region', { name: 'Conversation with Bo' });
  const search = page.getByRole('searchbox', { name: 'Search' });

  await tray.dragOver(search, { files: [html] });
  await expect(page.getByText('Drop files on a conversation or on a name in the list')).toBeVisible();
  await tray.drop(search, { files: [html] });
  await tray.drop(conversation, { link: 'https://example.org/' });
  await tray.drop(ann.me, { link: 'file:///etc/passwd' });
  await expect(tray.dialog).toHaveCount(0);
  await expect(page.getByText(/^Drop files on/)).toHaveCount(0);

  await tray.drop(conversation, { files: [html, path.join(dir, 'files')] });
  await expect(tray.rows.first()).toContainText('page.html');
  await expect(tray.dialog.getByText('This is a folder. Compress it to send it')).toBeVisible();
  await expect(tray.heading).toHaveText('Send 1 file to Bo');
  // Nor does the page itself name a path.
  const named = await page.evaluate(async (file) => {
    const { kith } = window as unknown as { kith: Record<string, (request: object) => Promise<{ ok: boolean }>> };
    const peerId = Number(document.querySelector<HTMLElement>('[data-drop-place=tray]')?.dataset['peerId']);
    return kith['attachments:stage']!({ peerId, files: [{ path: file }] });
  }, html);
  expect(named.ok).toBe(false);
  await expect(tray.rows).toHaveCount(2);
  expect(await page.evaluate(() => [location.href.slice(0, 13), '__pwned' in window])).toEqual([
    'app://bundle/',
    false,
  ]);
  expect(readFileSync(html, 'utf8')).toContain('elsewhere');
});

test('the tray and the drop targets are accessible in both themes and languages, large and small', async ({
  dir,
  server,
  launch,
}) => {
  test.setTimeout(300_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const { page } = annWindow;
  await bo.openContact('Ann');
  await bo.write('早！昨天雾散之后的山，手机随便拍的');
  await expect(ann.message('昨天雾散')).toBeVisible();
  const files = [
    write(path.join(dir, 'files'), 'IMG_20261120_064112-from-the-fengshan.jpg', await drawn(page, 'image/jpeg')),
    write(path.join(dir, 'files'), '昆明湖倒影.png', await drawn(page, 'image/png')),
    write(path.join(dir, 'files'), '2026 年 11 月胶卷冲扫费用与分摊明细（终版）.xlsx', bytesOf('PK\u0003\u0004')),
    write(path.join(dir, 'files'), 'negatives-roll-07.zip', Buffer.alloc(3_000_000)),
    write(path.join(dir, 'files'), 'empty.txt', ''),
  ];
  const tray = new TrayPage(page);
  const conversation = page.getByRole('region', { name: 'Conversation with Bo' });
  await tray.dragOver(conversation, { files });
  await inspect(page, '20-drop-overlay');
  await page.getByRole('tab', { name: 'Chats' }).click();
  await tray.dragOver(ann.chats.getByRole('listitem').first(), { files });
  await inspect(page, '21-drop-on-row');
  await tray.drop(conversation, { files });
  await expect(tray.heading).toHaveText('Send 4 files to Bo');
  await expect(tray.dialog.locator('canvas[data-source]')).toHaveCount(2);
  await inspect(page, '22-tray');
  await annWindow.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setSize(720, 480));
  await inspect(page, '23-tray-small');
  await page.keyboard.press('Escape');
  await inspect(page, '24-files-waiting-small');
});

/** A picture that can really be shown. */
async function drawn(page: Page, type: string): Promise<Buffer> {
  const url = await page.evaluate(async (wanted) => {
    const canvas = new OffscreenCanvas(1_200, 900);
    const context = canvas.getContext('2d')!;
    const sky = context.createLinearGradient(0, 0, 0, 900);
    for (const [at, colour] of ['#dfe9ea', '#9fb8bc', '#31545b'].entries()) sky.addColorStop(at / 2, colour);
    context.fillStyle = sky;
    context.fillRect(0, 0, 1_200, 900);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: wanted })).arrayBuffer());
    return Array.from(bytes);
  }, type);
  return Buffer.from(url);
}
