import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { register } from '../src-server/testing/client.ts';
import { createMediaHost } from './doubles/media-host.ts';
import { startOtherServer } from './doubles/other-server.ts';
import { expect, test } from './fixtures/kith.ts';
import type { Window } from './fixtures/launch.ts';
import { meet, signUp } from './fixtures/people.ts';
import { drawPicture } from './fixtures/pictures.ts';
import { TrayPage } from './pages/tray-page.ts';

/** Ways in which a text may hope to run: markup, handlers, schemes, template syntax, bidi tricks. */
const hostileTexts = [
  '<img src=x onerror="window.__pwned=1">',
  '<script>window.__pwned=1</script>',
  '<svg/onload=window.__pwned=1>',
  '"><iframe srcdoc="<script>parent.__pwned=1</script>">',
  'javascript:window.__pwned=1',
  '[x](javascript:window.__pwned=1)',
  '`<img src=x onerror=window.__pwned=1>`',
  'https://example.org/"onmouseover="window.__pwned=1',
  '{{constructor.constructor("window.__pwned=1")()}}',
  '\u202Etxt.exe\u2066',
  'data:text/html,<script>window.__pwned=1</script>',
  '<style>@import "http://127.0.0.1:9/x"</style>',
];

test('the page is locked in: no Node, no way out, no foreign request, and hostile texts stay texts', async ({
  server,
  launch,
}) => {
  test.setTimeout(120_000);
  const { annWindow, ann, bo } = await meet(launch, server.url);
  const { page } = annWindow;
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!/^(app|app-media|blob|devtools):/.test(request.url())) foreign.push(request.url());
  });
  await page.evaluate(() => {
    (window as unknown as { violations: string[] }).violations = [];
    document.addEventListener('securitypolicyviolation', (event) =>
      (window as unknown as { violations: string[] }).violations.push(event.violatedDirective),
    );
  });
  await bo.openContact('Ann');
  for (const text of hostileTexts) await bo.write(text);
  for (const text of hostileTexts)
    await expect(ann.messages.getByText(text.replaceAll('`', ''), { exact: true })).toBeVisible();

  const outside = await page.evaluate(() => ({
    pwned: '__pwned' in window,
    violations: (window as unknown as { violations: string[] }).violations,
    node: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window),
    origin: location.origin,
  }));
  expect(outside).toEqual({ pwned: false, violations: [], node: [], origin: 'app://bundle' });
  expect(foreign).toEqual([]);

  await page.evaluate(() => location.assign('https://example.org/'));
  expect(await page.evaluate(() => window.open('https://example.org/'))).toBeNull();
  expect(await page.evaluate(() => location.href)).toMatch(/^app:\/\/bundle\//);
});

test('main answers nobody but the top frame of its window on its own page', async ({ server, launch }) => {
  const window = await launch('ann');
  await signUp(window, server.url, 'Ann');
  const ask = `'kith' in window
    ? window.kith['app:getSnapshot']({}).then((reply) => (reply.ok ? 'answered' : reply.error.code))
    : 'no bridge'`;
  expect(await window.page.evaluate(ask)).toBe('answered');
  // A frame inside the page has no bridge, and no content of its own.
  const inside = await window.page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.src = 'app://bundle/index.html';
    // Also told of what was put there instead.
    const isLoaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    document.body.append(frame);
    await isLoaded;
    const bridges = [frame.contentWindow].map((inner) => {
      try {
        return inner !== null && 'kith' in inner;
      } catch {
        return 'out of reach';
      }
    });
    frame.remove();
    return bridges[0];
  });
  expect([false, 'out of reach']).toContain(inside);

  // Another window with the same preload, on our page and on pages of other origins; then ours on another origin.
  const preload = path.resolve(import.meta.dirname, '../dist/preload/preload.cjs');
  const answers = await window.app.evaluate(
    async ({ BrowserWindow }, { script, preload }) => {
      const ours = BrowserWindow.getAllWindows()[0];
      if (ours === undefined) throw new Error('no window');
      const { session } = ours.webContents;
      const stranger = new BrowserWindow({ show: false, webPreferences: { preload, session, sandbox: true } });
      const said: Record<string, string> = {};
      for (const url of ['app://bundle/index.html', 'about:blank']) {
        await stranger.loadURL(url);
        said[`stranger ${url}`] = await stranger.webContents.executeJavaScript(script);
      }
      stranger.destroy();
      for (const url of ['about:blank']) {
        await ours.loadURL(url);
        said[`ours ${url}`] = await ours.webContents.executeJavaScript(script);
      }
      await ours.loadURL('app://bundle/index.html');
      said['ours again'] = await ours.webContents.executeJavaScript(script);
      return said;
    },
    { script: ask, preload },
  );
  const { 'ours again': again, ...strangers } = answers;
  expect(again).toBe('answered');
  expect(Object.keys(strangers)).toHaveLength(3);
  // The preload says so of a call that main refuses.
  expect(strangers['stranger app://bundle/index.html']).toBe('unexpected');
  expect(['unexpected', 'no bridge']).toEqual(expect.arrayContaining(Object.values(strangers)));
});

test('nothing of a session lies readable in a file of the profile or its name, in the logs, or in what the program says', async ({
  dir,
  launch,
}) => {
  test.setTimeout(180_000);
  const host = createMediaHost();
  const other = await startOtherServer({ answerHttp: host.answer });
  const window = await launch('ann');
  const said = listenTo(window);
  const ann = await signUp(window, other.url, 'Ann');
  const { page } = window;
  const me = Number(await ann.myId());
  const bo = await register(other.url, 'Bo');
  await ann.addContact(String(bo.id));
  await ann.openContact('Bo');
  const tray = new TrayPage(page);
  const conversation = page.getByRole('region', { name: 'Conversation with Bo' });

  const outbox = path.join(dir, 'canary-folder');
  mkdirSync(outbox);
  const document = path.join(outbox, 'canary-plan 金丝雀.txt');
  writeFileSync(document, 'the canary bytes of a plan. '.repeat(10_000));
  const picture = drawPicture(path.join(outbox, 'canary-hills.png'), 900, 600, 1);
  const staged = path.join(outbox, 'canary-waiting.txt');
  writeFileSync(staged, 'canary bytes that wait in the tray');
  await ann.write('a very particular canary text');
  await tray.drop(conversation, { files: [document, picture] });
  await tray.caption.fill('a canary caption');
  await tray.send.click();
  await expect(ann.messages.locator('article[data-state="sent"]')).toHaveCount(4);

  const received = Buffer.from(`%PDF-1.7\n${'the canary bytes that came. '.repeat(10_000)}`);
  host.put(new Map([['/media/canary-received.pdf', received]]));
  const message = { senderId: bo.id, receiverId: me };
  other.deliver({ ...message, type: 'file', content: '/media/canary-received.pdf' });
  const portrait = readFileSync(drawPicture(path.join(outbox, 'portrait.png'), 700, 500, 2));
  other.deliver({
    ...message,
    type: 'image',
    content: `data:image/png;name=canary-portrait.png;base64,${portrait.toString('base64')}`,
  });
  await window.app.evaluate(({ shell }) => {
    Object.assign(globalThis, { opened: '' });
    shell.openPath = (file) => {
      Object.assign(globalThis, { opened: file });
      return Promise.resolve('');
    };
  });
  await ann.messages.getByRole('button', { name: 'Open canary-received.pdf' }).click();
  const opened = (): Promise<string> => window.app.evaluate(() => (globalThis as unknown as { opened: string }).opened);
  await expect.poll(opened).toContain('canary-received.pdf');
  const small = ann.messages.getByRole('button', { name: 'Open canary-portrait.png' }).getByRole('img');
  await expect(small).toHaveAttribute('data-source', /./);

  await tray.drop(conversation, { files: [staged] });
  await expect(tray.rows).toHaveCount(1);
  await page.keyboard.press('Escape');
  await ann.composer.fill('a canary draft');
  await page.getByRole('searchbox').first().fill('canary query');
  const token = host.asked().map((line) => / as (.+)$/.exec(line)?.[1] ?? '')[0] ?? '';
  expect(token).toMatch(/^[0-9a-f]{36}$/);

  const needles = [
    'correct horse battery',
    token,
    'a very particular canary text',
    'a canary caption',
    'a canary draft',
    'canary query',
    'canary-folder',
    'canary-plan',
    '金丝雀',
    'canary-hills',
    'canary-waiting',
    'canary-received',
    'canary-portrait',
    'canary bytes of a plan',
    'canary bytes that wait',
    'canary bytes that came',
  ].map((words) => Buffer.from(words));
  // Pictures hold no words: a part of what they are made of.
  needles.push(portrait.subarray(2_000, 2_032), readFileSync(picture).subarray(2_000, 2_032));
  const profile = path.join(dir, 'ann');
  // What another program has open is readable, so that the search is seen to find something.
  expect(readableIn(profile, needles).map(({ file }) => path.basename(file))).toContain('canary-received.pdf');
  await window.close();
  await other.stop();
  expect(readableIn(profile, needles)).toEqual([]);
  expect(files(path.join(profile, 'logs')).map((file) => path.basename(file))).toContain('main.log');
  expect(needles.filter((needle) => said().includes(needle)).map(String)).toEqual([]);
});

/** What the program writes to its standard output and error. */
function listenTo(window: Window): () => Buffer {
  const pieces: Buffer[] = [];
  const { stdout, stderr } = window.app.process();
  for (const stream of [stdout, stderr])
    stream?.on('data', (piece: Buffer | string) => pieces.push(Buffer.from(piece)));
  return () => Buffer.concat(pieces);
}

/** Where any of these lies as it is, as UTF-16, or as base64 does; also in the name of a file. */
function readableIn(dir: string, needles: readonly Buffer[]): { file: string; found: string }[] {
  const forms = needles.flatMap((needle) => [
    needle,
    Buffer.from(needle.toString('utf8'), 'utf16le'),
    // Whatever stands before it: the letters in the middle are the same at one of three distances.
    ...[0, 1, 2].map((before) =>
      Buffer.from(
        Buffer.concat([Buffer.alloc(before), needle])
          .toString('base64')
          .slice(4, -4),
      ),
    ),
  ]);
  return files(dir).flatMap((file) => {
    const content = Buffer.concat([Buffer.from(`${path.relative(dir, file)}\n`), readFileSync(file)]);
    const found = forms.find((form) => content.includes(form));
    return found === undefined ? [] : [{ file: path.relative(dir, file), found: found.toString() }];
  });
}

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(dir, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
