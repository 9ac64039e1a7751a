import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLogger } from './logger.ts';
import { errorFacts, redact } from './redaction.ts';

const clock = { nowMs: () => Date.UTC(2026, 10, 22) };
let dir: string;
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-log-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));
const read = (name = 'main.log'): string => fs.readFileSync(path.join(dir, name), 'utf8');

test('an event is one line of JSON that only its owner can read', () => {
  createFileLogger(dir, clock)('link-lost', { code: 1006, cause: 'ECONNRESET', wasReady: true, epoch: null });
  expect(read()).toBe(
    '{"at":"2026-11-22T00:00:00.000Z","event":"link-lost","code":1006,"cause":"ECONNRESET","wasReady":true,"epoch":null}\n',
  );
  expect(fs.statSync(path.join(dir, 'main.log')).mode & 0o777).toBe(0o600);
});

test.each([
  ['a token', { state: 'dGhpcyBpcyBhIHRva2VuIG9mIDMyIHJhbmRvbSBieXRlcyEhISE0' }],
  ['words', { state: 'hello there' }],
  ['Chinese words', { state: '你好' }],
  ['a path', { state: '/home/ann/Kith/main.log' }],
  ['a Windows path', { state: 'C:\\Users\\ann' }],
  ['an e-mail address', { state: 'ann@example.org' }],
  ['an address', { state: 'ws://10.0.0.1:14514' }],
  ['a line break', { state: 'a\n{"event":"forged"}' }],
  ['a name under its key', { userName: 'ann' }],
  ['a password under its key', { password: 'hunter2' }],
  ['a text under its key', { text: 'hi' }],
  ['a file under its key', { fileName: 'plan.txt' }],
])('%s is not written', (_, facts) => {
  createFileLogger(dir, clock)('event', facts);
  const [[, secret] = []] = Object.entries(facts);
  expect(read()).not.toContain(secret);
  expect(read()).toContain('[redacted]');
  expect(read().split('\n')).toHaveLength(2);
});

test.each([
  'ECONNRESET',
  'gnome_libsecret',
  'session:logIn',
  'main.mjs:12:3',
  'store-unavailable',
  'SQLITE_FULL',
  '45.4.1',
])('the code %s is written as it is', (value) => {
  expect(redact({ value })).toEqual({ value });
});

test('words in the place of an event or a key are not written either', () => {
  createFileLogger(dir, clock)('said hello to ann', { 'ann likes': 1 });
  expect(read()).not.toMatch(/ann/);
});

test('of an error its class, code, place and cause are said, never its words', () => {
  const cause = Object.assign(new TypeError('token abc'), { code: 'EACCES' });
  const facts = errorFacts(Object.assign(new Error('password is hunter2', { cause }), { code: 'ENOENT' }));
  expect(facts).toEqual({
    error: 'Error',
    code: 'ENOENT',
    at: expect.stringMatching(/^logger\.test\.ts:\d+:\d+$/),
    cause: 'TypeError',
    causeCode: 'EACCES',
    causeAt: expect.stringMatching(/^logger\.test\.ts:\d+:\d+$/),
  });
  expect(errorFacts('thrown text')).toEqual({ error: 'string' });
});

test('there are three files at most, each of 1 MB at most, and the newest line is in the first', () => {
  const log = createFileLogger(dir, clock);
  const many = Object.fromEntries(Array.from({ length: 2_000 }, (_, index) => [`count${index}`, index]));
  for (let index = 0; index < 130; index += 1) log('filler', many);
  log('last');
  expect(fs.readdirSync(dir).sort()).toEqual(['main.1.log', 'main.2.log', 'main.log']);
  for (const name of fs.readdirSync(dir)) expect(fs.statSync(path.join(dir, name)).size).toBeLessThanOrEqual(1_000_000);
  expect(read().trimEnd().split('\n').at(-1)).toContain('"event":"last"');
});

test('a second start goes on in the same file', () => {
  createFileLogger(dir, clock)('first');
  createFileLogger(dir, clock)('second');
  expect(read().trimEnd().split('\n')).toHaveLength(2);
});

test('a folder that cannot be made does not stop anything', () => {
  fs.writeFileSync(path.join(dir, 'file'), '');
  expect(() => createFileLogger(path.join(dir, 'file', 'logs'), clock)('event')).not.toThrow();
});
