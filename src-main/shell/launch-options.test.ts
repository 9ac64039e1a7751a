import { expect, test } from 'vitest';
import { parseLaunchOptions } from './launch-options.ts';

const parse = (argv: string[], env: Record<string, string> = {}) => parseLaunchOptions(argv, env, '/data');

test('without a profile the usual folder is taken', () => {
  expect(parse(['kith', '.'])).toEqual({
    ok: true,
    value: { profile: '', userDataDir: '/data/Kith', hostingDir: '/data/Kith/server' },
  });
});

test.each([
  [['--profile=second']],
  [['--profile', 'second']],
  [['--profile=first', '--profile=second', '--no-sandbox']],
])('%j has a folder of its own, and the same server', (argv) => {
  expect(parse(argv)).toEqual({
    ok: true,
    value: { profile: 'second', userDataDir: '/data/Kith-second', hostingDir: '/data/Kith/server' },
  });
});

test.each(['', 'Second', '../x', 'a/b', 'a\\b', 'a b', '.', 'ä', 'x'.repeat(33), 'a\0'])(
  'the profile %j is refused',
  (name) => {
    expect(parse([`--profile=${name}`]).ok).toBe(false);
  },
);

test('a profile without its name is refused', () => {
  expect(parse(['--profile']).ok).toBe(false);
});

test('folders that are given win, and must be absolute', () => {
  expect(parse(['--profile=b'], { KITH_USER_DATA: '/tmp/x/../y' })).toEqual({
    ok: true,
    value: { profile: 'b', userDataDir: '/tmp/y', hostingDir: '/tmp/y/server' },
  });
  expect(parse(['--profile=b'], { KITH_HOSTING_DIR: '/tmp/z' })).toEqual({
    ok: true,
    value: { profile: 'b', userDataDir: '/data/Kith-b', hostingDir: '/tmp/z' },
  });
  expect(parse([], { KITH_USER_DATA: 'relative' }).ok).toBe(false);
  expect(parse([], { KITH_HOSTING_DIR: './relative' }).ok).toBe(false);
});
