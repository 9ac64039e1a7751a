import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from './fixtures/kith.ts';
import { meet } from './fixtures/people.ts';

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
