import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAppProtocol, listBundle, type BundleAnswer, type BundleManifest } from './app-protocol.ts';

let dir: string;
let manifest: BundleManifest;
let get: (url: string, method?: string) => BundleAnswer;
beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'kith-bundle-'));
  await mkdir(path.join(dir, 'renderer', 'assets'), { recursive: true });
  await writeFile(path.join(dir, 'secret.json'), 'secret');
  await writeFile(path.join(dir, 'renderer', 'index.html'), '<!doctype html>');
  await writeFile(path.join(dir, 'renderer', 'assets', 'a b.js'), 'let a');
  await writeFile(path.join(dir, 'renderer', 'assets', 'run.exe'), 'MZ');
  manifest = listBundle(path.join(dir, 'renderer'));
  const answer = createAppProtocol(manifest);
  get = (url, method = 'GET') => answer({ url, method });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test('the manifest has the files of known kinds and nothing else', () => {
  expect([...manifest.keys()].sort()).toEqual(['/assets/a%20b.js', '/index.html']);
});

test.each(['app://bundle/', 'app://bundle/index.html', 'app://bundle/index.html?x=1#y'])(
  '%s is the page, with its policy',
  (url) => {
    const response = get(url);
    expect(response.statusCode).toBe(200);
    expect(response.data.toString()).toBe('<!doctype html>');
    expect(response.headers['Content-Type']).toBe('text/html; charset=utf-8');
    expect(response.headers['X-Content-Type-Options']).toBe('nosniff');
    expect(response.headers['Content-Security-Policy']).toContain("script-src 'self';");
  },
);

test('scripts come as scripts', () => {
  const response = get('app://bundle/assets/a%20b.js');
  expect(response.headers['Content-Type']).toBe('text/javascript; charset=utf-8');
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
])('%s does not exist', (url) => {
  expect(get(url).statusCode).toBe(404);
});

test.each(['POST', 'PUT', 'HEAD', 'DELETE'])('%s is refused', (method) => {
  expect(get('app://bundle/index.html', method).statusCode).toBe(405);
});

test('a file that has gone meanwhile does not exist', async () => {
  const gone = path.join(dir, 'renderer', 'gone.js');
  await writeFile(gone, '');
  const answer = createAppProtocol(listBundle(path.join(dir, 'renderer')));
  await rm(gone);
  expect(answer({ url: 'app://bundle/gone.js', method: 'GET' }).statusCode).toBe(404);
});
