import { describe, expect, it } from 'vitest';
import { serverUrl } from '../../src-shared/kernel/ids.ts';
import { foreignFileUrl, ownFileUrl, redirectTarget } from './file-address.ts';

describe('an address on the server itself', () => {
  it.each([
    ['ws://chat.example:14514', '/files/a?b=c', 'http://chat.example:14514/files/a?b=c'],
    ['wss://chat.example', '/files/a', 'https://chat.example/files/a'],
    ['wss://chat.example/socket?x=1', '/a/../b', 'https://chat.example/b'],
    ['ws://[::1]:14514', '/a', 'http://[::1]:14514/a'],
    ['ws://chat.example:80', 'http://chat.example/a', 'http://chat.example/a'],
    ['wss://chat.example', 'HTTPS://CHAT.EXAMPLE:443/a', 'https://chat.example/a'],
  ])('of %s: %s', (server, address, url) => {
    expect(ownFileUrl(serverUrl(server), address)?.href).toBe(url);
  });

  it.each([
    'http://chat.example/a',
    'https://chat.example:444/a',
    'https://chat.example.evil/a',
    'https://chat.example@evil/a',
    'https://me:secret@chat.example/a',
    'https://sub.chat.example/a',
    '//evil/a',
    '/\\evil/a',
    '\\\\evil\\a',
    'wss://chat.example/a',
    'file:///etc/passwd',
    'files/a',
    '@evil/a',
    '',
  ])('is not %s', (address) => {
    expect(ownFileUrl(serverUrl('wss://chat.example'), address)).toBeNull();
  });
});

it('only the web is a foreign address, without a name and password in it', () => {
  expect(foreignFileUrl('https://cdn.example/a.png')?.href).toBe('https://cdn.example/a.png');
  for (const address of ['file:///a', 'smb://a/b', 'ftp://a/b', 'javascript:1', 'https://a:b@c/', '\\\\a\\b', 'a.png'])
    expect(foreignFileUrl(address), address).toBeNull();
});

it('a redirect is followed within the web, and never out of encryption', () => {
  const from = new URL('https://cdn.example/a/b');
  expect(redirectTarget(from, '../c')?.href).toBe('https://cdn.example/c');
  expect(redirectTarget(from, '//other.example/c')?.href).toBe('https://other.example/c');
  expect(redirectTarget(new URL('http://cdn.example/'), 'https://cdn.example/')?.protocol).toBe('https:');
  for (const location of ['http://cdn.example/a', 'file:///a', 'http://', 'data:,a', 'https://a:b@c/'])
    expect(redirectTarget(from, location), location).toBeNull();
});

it('a redirect from outside does not lead into the network around this computer', () => {
  const outside = new URL('http://cdn.example/a');
  for (const host of [
    '127.0.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '[::1]',
    '[::ffff:10.0.0.1]',
    'router',
    'nas.local',
  ])
    expect(redirectTarget(outside, `http://${host}/reboot`), host).toBeNull();
  expect(redirectTarget(new URL('http://nas.local/a'), 'http://192.168.0.2/a')?.hostname).toBe('192.168.0.2');
});
