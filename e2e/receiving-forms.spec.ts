import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startFileServer, type FileServer } from '../src-main/transfers/testing/file-server.ts';
import { register } from '../src-server/testing/client.ts';
import { createMediaHost, type MediaHost } from './doubles/media-host.ts';
import { startOtherServer, type OtherServer } from './doubles/other-server.ts';
import { sentForms } from './doubles/sent-forms.ts';
import { expect, test as base } from './fixtures/kith.ts';
import { signUp } from './fixtures/people.ts';

type Fixtures = {
  readonly host: MediaHost;
  readonly other: OtherServer;
  readonly decoyHost: MediaHost;
  readonly decoy: FileServer;
};
/* oxlint-disable no-empty-pattern -- Playwright wants the empty pattern where a fixture uses no other */
const test = base.extend<Fixtures>({
  host: async ({}, provide) => provide(createMediaHost()),
  other: async ({ host }, provide) => {
    const other = await startOtherServer({ answerHttp: host.answer });
    await provide(other);
    await other.stop();
  },
  decoyHost: async ({}, provide) => provide(createMediaHost()),
  decoy: async ({ decoyHost }, provide) => {
    const decoy = await startFileServer(decoyHost.answer);
    await provide(decoy);
    await decoy.stop();
  },
});
/* oxlint-enable no-empty-pattern */

test('files and images in every form are shown right, and nothing is fetched uninvited', async ({
  dir,
  host,
  other,
  decoyHost,
  decoy,
  launch,
}) => {
  test.setTimeout(180_000);
  const window = await launch('ann');
  const outside: string[] = [];
  window.page.on('request', (request) => {
    if (!/^(?:app|app-media|blob|devtools):/.test(request.url())) outside.push(request.url());
  });
  const ann = await signUp(window, other.url, 'Ann');
  const me = Number(await ann.myId());
  const bo = await register(other.url, 'Bo');
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  const { forms, hosted, foreign } = sentForms(other.url.replace('ws', 'http'), decoy.origin);
  host.put(hosted);
  decoyHost.put(foreign);

  for (const { label, type, name, comes, content, bytes } of forms) {
    await test.step(label, async () => {
      const before = decoyHost.asked().length;
      other.deliver({ senderId: bo.id, receiverId: me, type, content });
      const id = other.stored().at(-1)?.id;
      const article = ann.messages.locator(`article[data-message-id="${id}"]`);
      await expect(article).toBeVisible();
      const picture = article.locator('canvas[data-source^="app-media://blob/"]');
      const expectPicture = async (): Promise<void> => {
        await expect(picture).toBeVisible();
        await expect
          .poll(() => picture.evaluate((element: HTMLCanvasElement) => [element.width, element.height]))
          .toEqual([60, 40]);
      };
      const press = (what: RegExp) => article.getByRole('button', { name: what }).click();
      /** As a person does, who says where in the system's dialog. */
      const save = async (): Promise<string> => {
        const filePath = path.join(dir, `saved ${id}`);
        await window.app.evaluate(({ dialog }, chosen) => {
          dialog.showSaveDialog = async () => ({ canceled: false, filePath: chosen });
        }, filePath);
        await article.click({ button: 'right' });
        await window.page.getByRole('menuitem', { name: 'Save as…' }).click();
        return filePath;
      };
      const here = article.getByRole('button', { name: /in folder$/ });
      if (name !== null && (type === 'file' || comes !== 'by-itself'))
        await expect(article).toContainText(name.slice(0, 3));

      if (comes === 'never') {
        await expect(article).toContainText('Nothing to download');
        await expect(article.getByRole('button', { name: /^(?:Get|Download|Retry)/ })).toHaveCount(0);
      } else if (comes === 'foreign') {
        await expect(article).toContainText(new URL(decoy.origin).host);
        await expect(picture).toHaveCount(0);
        expect(decoyHost.asked()).toHaveLength(before);
        await press(/^Get .* from /);
        if (type === 'image') await expectPicture();
        else await expect(here).toBeVisible();
        expect(decoyHost.asked()).toHaveLength(before + 1);
      } else if (comes === 'damaged') {
        // An image was tried by itself.
        if (type === 'file') await save();
        await expect(article.getByRole('button', { name: /^Retry/ })).toBeVisible();
        await expect(article).toContainText('What came is not the file that was sent');
        await expect(picture).toHaveCount(0);
      } else if (type === 'image') {
        await expectPicture();
      } else {
        await expect(here).toHaveCount(0);
        const file = await save();
        await expect(here).toBeVisible();
        await expect.poll(() => existsSync(file) && Buffer.compare(readFileSync(file), bytes) === 0).toBe(true);
      }
    });
  }
  expect(decoyHost.asked().every((line) => line.startsWith('GET ') && !line.includes(' as '))).toBe(true);
  expect(outside).toEqual([]);
});
