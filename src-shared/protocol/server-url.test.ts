import { describe, expect, test } from 'vitest';
import { serverUrl, userId } from '../kernel/ids.ts';
import { encodeAddLink, isPlainPublic, parseAddLink, parseServerAddress } from './server-url.ts';

describe('an address', () => {
  const good: readonly (readonly [string, string])[] = [
    ['chat.example.org:14514', 'ws://chat.example.org:14514'],
    ['  chat.example.org ', 'ws://chat.example.org'],
    ['localhost:14514', 'ws://localhost:14514'],
    ['127.0.0.1:14514', 'ws://127.0.0.1:14514'],
    ['127.1', 'ws://127.0.0.1'],
    ['ws://Chat.Example.org:80/', 'ws://chat.example.org'],
    ['WSS://chat.example.org:443', 'wss://chat.example.org'],
    ['wss://chat.example.org:8443/kith/socket?room=1', 'wss://chat.example.org:8443/kith/socket?room=1'],
    ['http://chat.example.org/a', 'ws://chat.example.org/a'],
    ['https://chat.example.org', 'wss://chat.example.org'],
    ['chat.example.org/kith', 'ws://chat.example.org/kith'],
    ['[::1]:14514', 'ws://[::1]:14514'],
    ['::1', 'ws://[::1]'],
    ['fe80::0001', 'ws://[fe80::1]'],
    ['wss://[2001:DB8::1]', 'wss://[2001:db8::1]'],
    ['聊天.example:14514', 'ws://xn--rss932g.example:14514'],
    ['bücher.example', 'ws://xn--bcher-kva.example'],
  ];
  test.each(good)('%j means %s', (input, expected) => {
    expect(parseServerAddress(input)).toEqual({ ok: true, value: expected });
  });

  test.each(good)('%j in normal form stays as it is', (_input, expected) => {
    expect(parseServerAddress(expected)).toEqual({ ok: true, value: expected });
  });

  const bad = [
    '',
    '   ',
    ':14514',
    'ws://',
    'ws:///path',
    'http:/example.org',
    'wss:example.org',
    'ftp://example.org',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'mailto:ann@example.org',
    'ws://ann:secret@example.org',
    'ann@example.org',
    'ws://example.org/#top',
    'example.org:99999',
    'example.org:0',
    'example.org:port',
    'two words',
    'exa\nmple.org',
    'example.org\\path',
    '[::1',
    'ws://[::g]',
    '256.256.256.256',
    'ws://ws://example.org',
    'ws://exa%mple.org',
    'exam\u0000ple.org',
  ];
  test.each(bad)('%j is none', (input) => {
    expect(parseServerAddress(input)).toEqual({ ok: false, error: 'address-invalid' });
  });
});

test('an address or a link of megabytes is none', () => {
  const long = 'a'.repeat(5_000_000);
  expect(parseServerAddress(long).ok).toBe(false);
  expect(parseAddLink(`kith://add/42?server=${long}`).ok).toBe(false);
});

describe('an unencrypted address', () => {
  const parsed = (address: string) => {
    const result = parseServerAddress(address);
    return result.ok ? result.value : serverUrl('');
  };

  test.each([
    'localhost',
    '127.0.0.1',
    '127.9.9.9',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.1.1',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[febf::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[::ffff:192.168.0.1]',
    'printer',
    'printer.local',
    'PRINTER.LOCAL.',
    'a.localhost',
  ])('%s is private', (host) => {
    expect(isPlainPublic(parsed(`ws://${host}:14514`))).toBe(false);
  });

  test.each([
    'example.org',
    '8.8.8.8',
    '11.0.0.1',
    '172.15.0.1',
    '172.32.0.1',
    '192.169.0.1',
    '169.253.1.1',
    '0.0.0.1',

    '[2001:db8::1]',
    '[fec0::1]',
    '[fe00::1]',
    '[::ffff:8.8.8.8]',
    'local.example',
    'example.local.org',
    '100.64.0.1',
  ])('%s is public', (host) => {
    expect(isPlainPublic(parsed(`ws://${host}:14514`))).toBe(true);
    expect(isPlainPublic(parsed(`wss://${host}:14514`))).toBe(false);
  });
});

describe('a link to add someone', () => {
  const link = { userId: userId(42), server: serverUrl('wss://chat.example.org:8443/kith?a=1') };

  test('comes back as it went', () => {
    const text = encodeAddLink(link);
    expect(text).toBe('kith://add/42?server=wss%3A%2F%2Fchat.example.org%3A8443%2Fkith%3Fa%3D1');
    expect(parseAddLink(text)).toEqual({ ok: true, value: link });
  });

  test('is read in the forms that systems and people make of it', () => {
    for (const text of [' KITH://add/42?server=ws://a.example ', 'kith://add/42/?server=a.example']) {
      expect(parseAddLink(text)).toEqual({ ok: true, value: { userId: 42, server: 'ws://a.example' } });
    }
  });

  test.each([
    '',
    'kith://add/42',
    'kith://add/0?server=ws://a',
    'kith://add/-1?server=ws://a',
    'kith://add/1.5?server=ws://a',

    'kith://add/2147483648?server=ws://a',
    'kith://remove/42?server=ws://a',
    'kith://add/42?server=file:///etc',

    'kith://add/42?server=%ff',
    'kith://add/42?server=',
    'http://add/42?server=ws://a',
    'kith://add/42?server=ws://a&x=1',
  ])('is not %j', (text) => {
    expect(parseAddLink(text)).toEqual({ ok: false, error: 'link-invalid' });
  });
});
