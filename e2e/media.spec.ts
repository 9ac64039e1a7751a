import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { exifSegment, pngChunk, tiff } from '../src-shared/media/testing/sample-images.ts';
import { inspect } from './fixtures/inspect.ts';
import { expect, test } from './fixtures/kith.ts';
import { sendFilesAs } from './fixtures/file-sender.ts';
import type { Window } from './fixtures/launch.ts';
import { meet } from './fixtures/people.ts';
import { drawPicture } from './fixtures/pictures.ts';
import { heightsOfPictures, watchPictures } from './fixtures/picture-heights.ts';

const boHimself = { name: 'Bo', password: 'correct horse battery' };

/** A picture of four colours: red, lime / blue, yellow. 1280 × 640. */
async function drawCorners(page: Page, type: 'jpeg' | 'png'): Promise<Buffer> {
  const bytes = await page.evaluate(async (wanted) => {
    const canvas = new OffscreenCanvas(1_280, 640);
    const context = canvas.getContext('2d');
    for (const [at, colour] of ['red', 'lime', 'blue', 'yellow'].entries()) {
      if (context !== null) context.fillStyle = colour;
      context?.fillRect((at % 2) * 640, Math.floor(at / 2) * 320, 640, 320);
    }
    const drawn = await canvas.convertToBlob({ type: `image/${wanted}` });
    return [...new Uint8Array(await drawn.arrayBuffer())];
  }, type);
  return Buffer.from(bytes);
}

/** What an image on screen is made of, its size, and its colours from the top left to the bottom right. */
async function cornersOf(picture: Locator): Promise<string> {
  await expect(picture).toHaveAttribute('data-source', /^app-media:/);
  return picture.evaluate(async (drawn: HTMLElement) => {
    const blob = await (await fetch(drawn.dataset['source'] ?? '')).blob();
    const bitmap = await createImageBitmap(blob);
    const { width, height } = bitmap;
    const context = new OffscreenCanvas(width, height).getContext('2d');
    context?.drawImage(bitmap, 0, 0);
    const colours = [0.25, 0.75].flatMap((y) =>
      [0.25, 0.75].map((x) => {
        const [red = 0, green = 0] = context?.getImageData(width * x, height * y, 1, 1).data ?? [];
        return red > 128 ? (green > 128 ? 'yellow' : 'red') : green > 128 ? 'lime' : 'blue';
      }),
    );
    return `${blob.type} ${width}×${height} ${colours.join(' ')}`;
  });
}

/** What the system was asked to do with files, instead of doing it. */
type Asked = { readonly opened: string[]; readonly shown: string[] };

/** The system's dialogs and programs play along: what is saved goes to `saveTo`, what is opened is noted. */
async function playSystem({ app }: Window, saveTo: string, downloads: string): Promise<() => Promise<Asked>> {
  await app.evaluate(
    ({ app: electronApp, dialog, shell }, places) => {
      const asked: Asked = { opened: [], shown: [] };
      Object.assign(globalThis, { asked });
      electronApp.setPath('downloads', places.downloads);
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath: places.saveTo });
      shell.openPath = (file) => {
        asked.opened.push(file);
        return Promise.resolve('');
      };
      shell.showItemInFolder = (file) => void asked.shown.push(file);
    },
    { saveTo, downloads },
  );
  return () => app.evaluate(() => (globalThis as unknown as { asked: Asked }).asked);
}

const pictureNamed = (page: Page, name: string) =>
  page.getByRole('log').getByRole('button', { name: `Open ${name}`, exact: true });

test('a picture shows in place without a jump, and in the viewer by keyboard', async ({ server, launch, dir }) => {
  test.setTimeout(180_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const { page } = annWindow;
  await bo.openContact('Ann');
  for (let number = 1; number <= 25; number += 1) await bo.write(`line ${number}.`);
  await expect(ann.message('line 25.')).toBeVisible();
  await page.getByRole('tab', { name: 'Chats' }).click();
  // Somebody who reads further up is not moved by what comes.
  await ann.messages.hover();
  await page.mouse.wheel(0, -300);
  const anchor = ann.message('line 12.');
  await expect(anchor).toBeInViewport();
  await expect.poll(() => isStill(page)).toBe(true);
  const before = await anchor.boundingBox();
  await watchPictures(page);
  await sendFilesAs(server.url, boHimself, Number(await ann.myId()), [
    drawPicture(path.join(dir, 'hills.png'), 1600, 1000, 1),
    drawPicture(path.join(dir, 'tower.png'), 700, 1400, 2),
    drawPicture(path.join(dir, 'dot.png'), 20, 20, 3),
  ]);
  await expect(ann.chats).toContainText('Photo');
  expect(await anchor.boundingBox()).toEqual(before);

  await page.getByRole('button', { name: /jump to newest/i }).click();
  for (const name of ['hills.png', 'tower.png', 'dot.png'])
    await expect(pictureNamed(page, name).getByRole('img')).toHaveAttribute('data-source', /^app-media:/);
  // Each had its final place from its first frame on.
  expect(await heightsOfPictures(page)).toEqual({ 'hills.png': [200], 'tower.png': [280], 'dot.png': [64] });

  const last = ann.messages.getByRole('article').last();
  await last.focus();
  await page.keyboard.press('Tab');
  await expect(pictureNamed(page, 'dot.png')).toBeFocused();
  await page.keyboard.press('Shift+Tab');
  await expect(last).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  const viewer = page.getByRole('dialog', { name: 'Image viewer' });
  await expect(viewer.getByRole('img', { name: 'tower.png' })).toBeVisible();
  await page.keyboard.press('ArrowLeft');
  await expect(viewer.getByRole('img', { name: 'hills.png' })).toBeVisible();
  await expect(viewer.getByText('1 / 3')).toBeVisible();
  await page.keyboard.press('+');
  await page.keyboard.press('Control+c');
  await expect(viewer.getByText('Image copied')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(viewer).toHaveCount(0);
  await expect(ann.messages.getByRole('article').nth(-2)).toBeFocused();

  await page.reload();
  await expect(pictureNamed(page, 'hills.png').getByRole('img')).toHaveAttribute('data-source', /^app-media:/);
});

test('the small copy of a photograph stands as the photograph itself does', async ({ server, launch, dir }) => {
  const { annWindow, ann } = await meet(launch, server.url);
  const { page } = annWindow;
  const turns = [1, 3, 6, 8];
  for (const type of ['jpeg', 'png'] as const) {
    const plain = await drawCorners(page, type);
    // Behind the start of a JPEG, or behind the first part of a PNG.
    const at = type === 'jpeg' ? 2 : 33;
    const turned = turns.map((turn) => {
      const mark = type === 'jpeg' ? exifSegment(turn) : pngChunk('eXIf', tiff(turn));
      const file = path.join(dir, `turn-${turn}.${type === 'jpeg' ? 'jpg' : type}`);
      writeFileSync(file, Buffer.concat([plain.subarray(0, at), mark, plain.subarray(at)]));
      return file;
    });
    await sendFilesAs(server.url, boHimself, Number(await ann.myId()), turned);
    const corners = [];
    for (const file of turned) {
      const picture = pictureNamed(page, path.basename(file)).getByRole('img');
      await picture.scrollIntoViewIfNeeded();
      corners.push(await cornersOf(picture));
    }
    expect(corners).toEqual([
      'image/webp 480×240 red lime blue yellow',
      'image/webp 480×240 yellow blue lime red',
      'image/webp 480×960 blue red yellow lime',
      'image/webp 480×960 lime yellow red blue',
    ]);
  }
});

test('a file is saved as it was sent, opened where it can do no harm, and never where it can', async ({
  server,
  launch,
  dir,
}) => {
  test.setTimeout(180_000);
  const { annWindow, ann } = await meet(launch, server.url);
  const { page } = annWindow;
  const saveTo = path.join(dir, 'mine.pdf');
  const downloads = path.join(dir, 'downloads');
  const asked = await playSystem(annWindow, saveTo, downloads);
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3_000_000, 'page ')]);
  const pdf = path.join(dir, 'route 路线.pdf');
  // One word, as wide as three of the question.
  const long = 'Rechnungsbestaetigung'.repeat(6);
  const program = path.join(dir, `${long}.pdf.exe`);
  writeFileSync(pdf, bytes);
  writeFileSync(program, Buffer.concat([Buffer.from('MZ'), Buffer.alloc(1_000)]));
  await sendFilesAs(server.url, boHimself, Number(await ann.myId()), [pdf, program]);

  const card = ann.messages.getByRole('button', { name: 'Open route 路线.pdf' });
  await card.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Save as…' }).click();
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
  expect(readFileSync(saveTo).equals(bytes)).toBe(true);

  await card.click();
  await expect.poll(async () => (await asked()).opened.map((file) => path.basename(file))).toEqual(['route 路线.pdf']);
  const [opened = ''] = (await asked()).opened;
  expect(readFileSync(opened).equals(bytes)).toBe(true);

  const trap = ann.messages.getByRole('button', { name: `Open ${long}.pdf.exe` });
  await expect(trap.locator('.file-extension')).toHaveText('.exe');
  await trap.click();
  const question = page.getByRole('alertdialog');
  await expect(question.getByRole('button', { name: 'Cancel' })).toBeFocused();
  // Its true extension is in sight before the person decides.
  await expect(question.locator('.file-extension')).toHaveText('.exe');
  await expect(question.locator('.file-extension')).toBeInViewport({ ratio: 1 });
  expect(await question.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  await question.getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(async () => (await asked()).shown).toEqual([path.join(downloads, `${long}.pdf.exe`)]);
  await trap.click();
  await question.getByRole('button', { name: 'Show in folder' }).click();
  await expect.poll(async () => (await asked()).shown.length).toBe(2);
  expect(readdirSync(downloads)).toEqual([`${long}.pdf.exe`]);
  expect((await asked()).opened).toHaveLength(1);

  await annWindow.close();
  expect(existsSync(opened)).toBe(false);
});

test('files and pictures are accessible in both themes and languages, large and small', async ({
  server,
  launch,
  dir,
}) => {
  test.setTimeout(300_000);
  const { annWindow, ann } = await meet(launch, server.url);
  const { page, app } = annWindow;
  const resize = (width: number, height: number): Promise<void> =>
    app.evaluate(({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]?.setSize(size.width, size.height), {
      width,
      height,
    });
  const pictures = [1, 2, 3, 4, 5, 6, 7].map((seed) =>
    drawPicture(path.join(dir, `IMG_2026112${seed}.png`), 1200, 800, seed),
  );
  const file = path.join(dir, '香山-植物园-徒步路线与集合时间-final-v3.pdf');
  writeFileSync(file, Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(2_400_000, 'x')]));
  await sendFilesAs(server.url, boHimself, Number(await ann.myId()), [...pictures, file]);
  await expect(ann.messages.getByRole('button', { name: /^Open .*final-v3\.pdf$/ })).toBeVisible();
  for (const button of await page.getByRole('button', { name: 'Dismiss' }).all()) await button.click();
  await page.getByRole('button', { name: 'Conversation details' }).click();
  await expect(page.getByRole('region', { name: 'Images' }).getByRole('button', { name: /^Open/ })).toHaveCount(6);
  await inspect(page, '20-shared-media');
  await tellTransfers(annWindow, ann.messages);
  await expect(page.getByRole('progressbar')).toHaveCount(2);
  await inspect(page, '20b-transfers');
  await page.getByRole('button', { name: 'All 7' }).click();
  await page.getByRole('region', { name: 'Images' }).getByRole('button', { name: 'Open IMG_20261123.png' }).click();
  const viewer = page.getByRole('dialog', { name: 'Image viewer' });
  await expect(viewer.getByRole('img', { name: 'IMG_20261123.png' })).toHaveJSProperty('complete', true);
  await inspect(page, '21-viewer');
  await resize(720, 480);
  await inspect(page, '22-viewer-small');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Open IMG_20261123.png' }).last()).toBeFocused();
  await page.getByRole('button', { name: 'Close details' }).click();
  // Away from the button, whose tooltip would be looked at too.
  await ann.composer.focus();
  await inspect(page, '23-media-small');
});

/** What main says while the last two messages of the list are on their way. */
async function tellTransfers({ app }: Window, messages: Locator): Promise<void> {
  const rowIds = await messages
    .getByRole('article')
    .evaluateAll((articles) => articles.slice(-2).map((article) => Number((article as HTMLElement).dataset['rowId'])));
  const transfers = rowIds.map((rowId) => ({
    rowId,
    peerId: 1,
    direction: 'down',
    phase: 'running',
    doneBytes: 1_500_000,
    totalBytes: 2_400_000,
    bytesPerSecond: 300_000,
    error: null,
  }));
  await app.evaluate(
    ({ BrowserWindow }, told) => BrowserWindow.getAllWindows()[0]?.webContents.send('transfers:progressed', told),
    transfers,
  );
}

/** Whether the list has come to rest: nothing moved for two frames. */
function isStill(page: Page): Promise<boolean> {
  return page.getByRole('log').evaluate(async (log) => {
    const first = log.scrollTop;
    for (let frames = 0; frames < 2; frames += 1) await new Promise(requestAnimationFrame);
    return log.scrollTop === first;
  });
}
