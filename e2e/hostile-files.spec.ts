import { deflateSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import type { Bridge } from '../src-shared/ipc/contract.ts';
import { join, latin, pngChunk, u32be } from '../src-shared/media/testing/sample-images.ts';
import { userId } from '../src-shared/kernel/ids.ts';
import { register } from '../src-server/testing/client.ts';
import { imageBombs } from './chaos/image-bombs.ts';
import { polyglots } from './chaos/polyglot-files.ts';
import { startOtherServer, type OtherServer } from './doubles/other-server.ts';
import { realPng } from './doubles/sent-forms.ts';
import { expect, test as base } from './fixtures/kith.ts';
import type { Window } from './fixtures/launch.ts';
import { meet, signUp } from './fixtures/people.ts';
import { logInOnWire } from './fixtures/received.ts';
import { MainPage } from './pages/main-page.ts';

const test = base.extend<{ readonly other: OtherServer }>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright wants the empty pattern where a fixture uses no other
  other: async ({}, provide) => {
    const other = await startOtherServer();
    await provide(other);
    await other.stop();
  },
});

type Bridged = typeof globalThis & { readonly kith: Bridge };

test('a file that the page makes is what it made, whatever path its name says (T30)', async ({ server, launch }) => {
  const { annWindow, ann, bo, boWindow } = await meet(launch, server.url);
  const peerId = Number(await bo.myId());
  await boWindow.close();
  const sent = await annWindow.page.evaluate(async (to) => {
    const { kith } = window as unknown as Bridged;
    const named = new File(['x'], '/etc/passwd');
    const withPath = Object.assign(new File(['y'], '../../.ssh/id_ed25519'), { path: '/etc/passwd' });
    const copied = new File([new File(['z'], '/etc/hostname')], 'C:\\Windows\\win.ini');
    const staged = await kith['attachments:stage']({ peerId: to, files: [named, withPath, copied] });
    if (!staged.ok) return staged;
    const stagedIds = staged.value.tray.staged.map(({ stagedId }) => stagedId);
    const request = { commandId: crypto.randomUUID() as never, peerId: to as never, stagedIds, caption: '' };
    return kith['attachments:send'](request);
  }, userId(peerId));
  expect(sent).toMatchObject({ ok: true, value: { sentCount: 3 } });
  await expect(ann.messages.locator('article[data-state="sent"]')).toHaveCount(3);
  const onWire = await logInOnWire(server.url, 'Bo');
  const received = await onWire.receivedFrom(Number(await ann.myId()));
  expect(received.map(({ bytes }) => bytes.toString())).toEqual(['x', 'y', 'z']);
  // Nor is any of the names a path.
  for (const { name } of received) expect(name).not.toMatch(/[/\\:]|^\.\./);
  await onWire.close();
});

/** A picture of one colour that any program can read, and that takes far more than its bytes: a bit for each dot. */
function vastPng(side: number): Uint8Array {
  const head = pngChunk('IHDR', [...u32be(side), ...u32be(side), 1, 0, 0, 0, 0]);
  const lines = deflateSync(Buffer.alloc(side * (1 + Math.ceil(side / 8))), { level: 1 });
  return join(latin('\x89PNG\r\n\x1a\n'), head, pngChunk('IDAT', lines), pngChunk('IEND'));
}

const html = '<!doctype html><script>top.__pwned=1</script>';
const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="top.__pwned=1"/>';
type Hostile = { readonly name: string; readonly bytes: Uint8Array; readonly isShown: boolean };
/** Pictures that can be drawn, each with something else in it. */
const drawable: readonly Hostile[] = [
  { name: 'behind.html', bytes: join(realPng(64, 48, 1), latin(html)), isShown: true },
  { name: 'behind.svg', bytes: join(realPng(64, 48, 2), latin(svg)), isShown: true },
  {
    name: 'archive.jar',
    bytes: join(realPng(64, 48, 3), latin('PK\x03\x04\x14\0META-INF/MANIFEST.MF')),
    isShown: true,
  },
  { name: 'program.png.exe', bytes: join(realPng(64, 48, 4), latin('MZ\x90\0')), isShown: true },
];
const endings = ['png', 'html', 'svg', 'js', 'mht', 'pdf'];
const hostile: readonly Hostile[] = [
  ...polyglots.map(({ bytes, hidden }, at) => ({
    name: `polyglot ${at}.${endings[at % endings.length]}`,
    bytes,
    isShown: hidden !== null,
  })),
  ...imageBombs
    .filter(({ bytes, sizeBytes }) => bytes.length === sizeBytes)
    .map(({ bytes }, at) => ({ name: `bomb ${at}.png`, bytes, isShown: false })),
  ...[16_385, 30_000].map((side) => ({ name: `vast ${side}.png`, bytes: vastPng(side), isShown: false })),
  ...drawable,
];

/** Bytes of memory that the process of the page has. */
const pageBytes = ({ app }: Window): Promise<number> =>
  app.evaluate(
    ({ app: program }) =>
      (program.getAppMetrics().find(({ type }) => type === 'Tab')?.memory.workingSetSize ?? 0) * 1024,
  );

/** Fetches the bytes of every message, as a press on each would. @returns the blob of each, by its name. */
const fetchAll = (page: Page, peerId: number): Promise<Record<string, string>> =>
  page.evaluate(async (from) => {
    const { kith } = window as unknown as Bridged;
    const ask = { peerId: from as never, anchor: { kind: 'newest' as const }, limit: 100 };
    const before = await kith['messages:getPage'](ask);
    if (!before.ok) return {};
    for (const { rowId } of before.value.messages) await kith['attachments:download']({ rowId });
    const after = await kith['messages:getPage'](ask);
    if (!after.ok) return {};
    return Object.fromEntries(after.value.messages.map(({ text, attachment }) => [text, attachment?.blobId ?? '']));
  }, peerId);

/** Has the page try to run, or to show as a document, what a message holds. @returns what the page gets to read of it. */
const abuse = (page: Page, blobIds: readonly string[]): Promise<string[]> =>
  page.evaluate(async (ids) => {
    const told: string[] = [];
    const added: Element[] = [];
    for (const id of ids) {
      const url = `app-media://blob/${id}`;
      for (const [tag, attribute] of [
        ['iframe', 'src'],
        ['object', 'data'],
        ['embed', 'src'],
        ['script', 'src'],
      ] as const) {
        const element = document.createElement(tag);
        try {
          element.setAttribute(attribute, url);
          document.body.append(element);
          added.push(element);
        } catch {
          // Trusted types take no address that was not made by our own policy.
        }
      }
      // A way there and back: whatever was to happen to the others has begun by then.
      const { status, headers } = await fetch(url);
      told.push(
        status === 200 ? `${headers.get('content-type')} ${headers.get('x-content-type-options')}` : `${status}`,
      );
    }
    for (const element of added) element.remove();
    return told;
  }, blobIds);

test('files that are two things at once run nowhere, and image bombs are not drawn (T2, T3)', async ({
  other,
  launch,
}) => {
  test.setTimeout(240_000);
  const window = await launch('ann');
  const { page, app } = window;
  const outside: string[] = [];
  page.on('request', (request) => {
    if (!/^(?:app|app-media|blob|devtools):/.test(request.url())) outside.push(request.url());
  });
  let isCrashed = false;
  page.on('crash', () => (isCrashed = true));
  const ann = await signUp(window, other.url, 'Ann');
  const me = Number(await ann.myId());
  const bo = await register(other.url, 'Bo');
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  const before = await pageBytes(window);

  for (const { name, bytes } of hostile) {
    const data = Buffer.from(bytes).toString('base64');
    const content = JSON.stringify({ name, size: bytes.length, mime: 'image/svg+xml', data });
    other.deliver({ senderId: bo.id, receiverId: me, type: 'image', content });
  }
  await expect(ann.messages.locator('article').last()).toBeVisible();
  await expect
    .poll(async () => Object.values(await fetchAll(page, bo.id)).filter((id) => id !== '').length, { timeout: 60_000 })
    .toBe(hostile.length);
  const blobs = await fetchAll(page, bo.id);

  // Each comes into view, as for a person who looks through them.
  for (const { name } of drawable) {
    const picture = ann.messages.getByRole('button', { name: `Open ${name}`, exact: true }).getByRole('img');
    await expect(picture).toHaveAttribute('data-source', /./);
    await expect(picture).toHaveJSProperty('width', 64);
  }
  await ann.messages.getByRole('article').last().focus();
  for (let at = 0; at < hostile.length; at += 1) {
    await page.keyboard.press('ArrowUp');
    await expect(ann.messages.locator('article:focus')).toBeInViewport();
  }

  const told = await abuse(
    page,
    hostile.map(({ name }) => blobs[name] ?? ''),
  );
  const expected = hostile.map(({ isShown }) => (isShown ? expect.stringMatching(/^image\/\w+ nosniff$/) : '404'));
  expect(told).toEqual(expected);
  expect(
    await page.evaluate(() => [
      '__pwned' in globalThis,
      document.querySelectorAll('iframe, object, embed').length,
      location.href.slice(0, 13),
    ]),
  ).toEqual([false, 0, 'app://bundle/']);
  expect(outside).toEqual([]);
  expect(app.windows()).toHaveLength(1);

  // The page lives, and none of it was ever drawn.
  expect(isCrashed).toBe(false);
  expect((await pageBytes(window)) - before).toBeLessThan(150 * 2 ** 20);
  await new MainPage(page).write('still here');
  await expect(ann.message('still here')).toBeVisible();
});
