import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures/kith.ts';
import { meet, signUp } from './fixtures/people.ts';

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
    document.body.append(frame);
    await new Promise((resolve) => setTimeout(resolve, 500));
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

test('no password, token or text of a session lies readable in any file of the profile', async ({
  dir,
  server,
  launch,
}) => {
  const { annWindow, boWindow, ann } = await meet(launch, server.url);
  await ann.write('a very particular canary text');
  await expect(ann.message('particular canary')).toHaveAttribute('data-state', 'sent');
  await annWindow.close();
  await boWindow.close();
  const needles = ['correct horse battery', 'a very particular canary text'];
  const found = files(path.join(dir, 'ann')).filter((file) => {
    const content = readFileSync(file);
    return needles.some((needle) => content.includes(needle) || content.includes(Buffer.from(needle, 'utf16le')));
  });
  expect(found).toEqual([]);
});

function files(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(dir, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
