import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sendFilesAs } from './fixtures/file-sender.ts';
import { inspect } from './fixtures/inspect.ts';
import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';
import { drawPicture } from './fixtures/pictures.ts';

const boHimself = { name: 'Bo', password: 'correct horse battery' };
const words = 'This picture is damaged or incomplete.';

test('a picture that was cut off says so where it stands and in the viewer, and is saved as it is', async ({
  server,
  launch,
  dir,
}) => {
  test.setTimeout(180_000);
  const { annWindow, ann } = await meet(launch, server.url);
  const { page, app } = annWindow;
  const jpeg = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(1_280, 640);
    const context = canvas.getContext('2d');
    context?.fillRect(0, 0, 640, 320);
    const drawn = await canvas.convertToBlob({ type: 'image/jpeg' });
    return [...new Uint8Array(await drawn.arrayBuffer())];
  });
  const whole: readonly (readonly [string, Buffer])[] = [
    ['hills.png', readFileSync(drawPicture(path.join(dir, 'hills.png'), 1_600, 1_000, 1))],
    ['small.png', readFileSync(drawPicture(path.join(dir, 'small.png'), 300, 200, 2))],
    ['square.jpg', Buffer.from(jpeg)],
  ];
  const cut = whole.map(([name, bytes]) => {
    const file = path.join(dir, `cut-${name}`);
    writeFileSync(file, bytes.subarray(0, bytes.length * 0.6));
    return file;
  });
  await sendFilesAs(server.url, boHimself, Number(await ann.myId()), [path.join(dir, 'hills.png'), ...cut]);

  for (const file of cut) {
    const name = path.basename(file);
    const article = ann.messages
      .getByRole('article')
      .filter({ has: page.getByRole('button', { name: `Open ${name}` }) });
    await article.scrollIntoViewIfNeeded();
    await expect(article.getByRole('img', { name })).toHaveAttribute('data-source', /^app-media:/);
    await expect(article.getByText(words)).toBeVisible();
    await article.getByRole('button', { name: `Open ${name}` }).click();
    const viewer = page.getByRole('dialog', { name: 'Image viewer' });
    await expect(viewer.getByText(words)).toBeVisible();
    const saved = path.join(dir, `saved-${name}`);
    await app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, saved);
    await viewer.getByRole('button', { name: 'Save as…' }).click();
    await expect.poll(() => existsSync(saved) && readFileSync(saved).equals(readFileSync(file))).toBe(true);
    await page.keyboard.press('Escape');
  }
  const sound = ann.messages.getByRole('article').first();
  await sound.scrollIntoViewIfNeeded();
  await expect(sound.getByRole('img', { name: 'hills.png' })).toHaveAttribute('data-source', /^app-media:/);
  await expect(sound.getByText(words)).toHaveCount(0);
  await ann.composer.focus();
  await inspect(page, '25-damaged-picture');
});
