import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAppProtocol, listBundle, type BundleManifest } from './app-protocol.ts';

let dir: string;
let manifest: BundleManifest;
let get: (url: string, method?: string) => Promise<Response>;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'kith-bundle-'));
  await mkdir(path.join(dir, 'renderer', 'assets'), { recursive: true });
  await writeFile(path.join(dir, 'secret.json'), 'secret');
  await writeFile(path.join(dir, 'renderer', 'index.html'), '<!doctype html>');
  await writeFile(path.join(dir, 'renderer', 'assets', 'a b.js'), 'let a');
  await writeFile(path.join(dir, 'renderer', 'assets', 'run.exe'), 'MZ');
  manifest = listBundle(path.join(dir, 'renderer'));
  const { answer } = createAppProtocol(manifest);
  get = (url, method = 'GET') => answer(new Request(url, { method }));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the manifest has the files of known kinds and nothing else', () => {
  expect([...manifest.keys()].sort()).toEqual(['/assets/a%20b.js', '/index.html']);
});

test.each(['app://bundle/', 'app://bundle/index.html', 'app://bundle/index.html?x=1#y'])(
  '%s is the page, with its policy',
  async (url) => {
    const response = await get(url);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('<!doctype html>');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toContain("script-src 'self';");
  },
);

test('scripts come as scripts', async () => {
  const response = await get('app://bundle/assets/a%20b.js');
  expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
});

test.each([
  'app://bundle/secret.json',
  'app://bundle/../secret.json',
  'app://bundle/%2e%2e/secret.json',
  'app://bundle/..%2fsecret.json',
  'app://bundle/assets/..%5c..%5csecret.json',
  'app://bundle/assets/run.exe',
  'app://bundle/assets/',
  'app://bundle//index.html',
  'app://other/index.html',
  'app://bundle.evil/index.html',
])('%s does not exist', async (url) => {
  expect((await get(url)).status).toBe(404);
});

test.each(['POST', 'PUT', 'HEAD', 'DELETE'])('%s is refused', async (method) => {
  expect((await get('app://bundle/index.html', method)).status).toBe(405);
});

test('it tells of its first answer, also where that is a refusal', async () => {
  const { answer, firstAnswer } = createAppProtocol(manifest);
  await answer(new Request('app://bundle/gone.js'));
  await expect(firstAnswer).resolves.toBeUndefined();
});
