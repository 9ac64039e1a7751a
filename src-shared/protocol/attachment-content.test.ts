import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { readAttachmentContent, type AttachmentContent } from './attachment-content.ts';

const sha256 = 'ab'.repeat(32);
const jpeg = '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkS';

const cases: readonly (readonly [string, AttachmentContent])[] = [
  [
    'data:image/png;name=my%20sky.png;base64,QUJD',
    { kind: 'data-url', name: 'my sky.png', mime: 'image/png', encoding: 'base64', data: 'QUJD' },
  ],
  [
    'DATA:Text/Plain;charset=utf-8;name="../a.txt",hello%20you',
    { kind: 'data-url', name: 'a.txt', mime: 'text/plain', encoding: 'percent', data: 'hello%20you' },
  ],
  ['data:,', { kind: 'data-url', name: null, mime: '', encoding: 'percent', data: '' }],
  ['data:no comma', { kind: 'name', name: 'data_no comma' }],
  [
    ' https://files.example.org/a/b%20c.pdf?x=1 ',
    { kind: 'http-url', name: 'b c.pdf', url: 'https://files.example.org/a/b%20c.pdf?x=1' },
  ],
  ['http://files.example.org', { kind: 'http-url', name: null, url: 'http://files.example.org/' }],
  ['https://ann:secret@example.org/a.png', { kind: 'name', name: 'a.png' }],
  ['https://two words', { kind: 'name', name: 'two words' }],
  ['ftp://example.org/a.png', { kind: 'name', name: 'a.png' }],
  ['/uploads/%E4%BD%A0.txt?v=2', { kind: 'server-path', name: '你.txt', path: '/uploads/%E4%BD%A0.txt?v=2' }],
  ['/files/%ff', { kind: 'server-path', name: '%ff', path: '/files/%ff' }],
  ['//evil.example/a.png', { kind: 'name', name: 'a.png' }],
  ['/\\evil.example/a.png', { kind: 'name', name: 'a.png' }],
  [
    `{"name":"a.txt","size":3,"mime":"text/plain","sha256":"${sha256.toUpperCase()}","url":"/files/abc"}`,
    { kind: 'descriptor', name: 'a.txt', size: 3, mime: 'text/plain', sha256, url: '/files/abc' },
  ],
  [
    '{"name":"a.txt","size":-3,"mime":"<b>","sha256":"x","url":"javascript:alert(1)","data":"QUJD"}',
    { kind: 'descriptor', name: 'a.txt', size: null, mime: '', data: 'QUJD' },
  ],
  [
    '{"url":"https://example.org/x.png"}',
    { kind: 'descriptor', name: 'x.png', size: null, mime: '', url: 'https://example.org/x.png' },
  ],
  [
    '{"name":"x.png","width":640,"height":65535}',
    { kind: 'descriptor', name: 'x.png', size: null, mime: '', width: 640, height: 65_535 },
  ],
  ['{"name":"x","width":640,"height":65536}', { kind: 'descriptor', name: 'x', size: null, mime: '' }],
  ['{"name":"x","width":0,"height":1.5}', { kind: 'descriptor', name: 'x', size: null, mime: '' }],
  ['{"name":"x","width":"640","height":480}', { kind: 'descriptor', name: 'x', size: null, mime: '' }],
  ['{"name":"../x"}', { kind: 'descriptor', name: 'x', size: null, mime: '' }],
  ['{"__proto__":{"name":"x"}}', { kind: 'name', name: '{___proto____{_name___x_}}' }],
  ['["QUJD","RA=="]', { kind: 'slices', slices: ['QUJD', 'RA=='] }],
  ['[]', { kind: 'slices', slices: [] }],
  ['[""]', { kind: 'slices', slices: [''] }],
  ['["no base64"]', { kind: 'damaged' }],
  ['["QUJD",null]', { kind: 'damaged' }],
  ['["QUJD\\r\\n","RA__"]', { kind: 'slices', slices: ['QUJD', 'RA//'] }],
  ['[1,2]', { kind: 'name', name: '[1,2]' }],
  ['QUJD'.repeat(16), { kind: 'base64', data: 'QUJD'.repeat(16) }],
  ['SGVsbG8gd29ybGQ=', { kind: 'base64', data: 'SGVsbG8gd29ybGQ=' }],
  [jpeg, { kind: 'base64', data: jpeg }],
  ['photo.jpg', { kind: 'name', name: 'photo.jpg' }],
  ['C:\\fakepath\\photo.jpg', { kind: 'name', name: 'photo.jpg' }],
  ['README', { kind: 'name', name: 'README' }],
  ['', { kind: 'name', name: 'file' }],
];

describe('the content of a file', () => {
  test.each(cases)('%j', (content, expected) => {
    expect(readAttachmentContent(content)).toStrictEqual(expected);
  });

  test('that nests too deep is a name', () => {
    expect(readAttachmentContent('['.repeat(50_000) + ']'.repeat(50_000)).kind).toBe('name');
  });

  test('that is megabytes long is read without a stack of its size', () => {
    const base64 = 'QUJD'.repeat(2_000_000);
    expect(readAttachmentContent(base64).kind).toBe('base64');
    expect(readAttachmentContent(`${base64}!`).kind).toBe('damaged');
    expect(readAttachmentContent(`["${base64}!"]`).kind).toBe('damaged');
    expect(readAttachmentContent(`${'\n '.repeat(4_000_000)}"`).kind).toBe('name');
    expect(readAttachmentContent(`"${' '.repeat(8_000_000)}"`).kind).toBe('name');
    expect(readAttachmentContent(`["${base64}"]`).kind).toBe('slices');
    expect(readAttachmentContent(`data:image/png;base64,${base64}`).kind).toBe('data-url');
  });

  const bytes = Uint8Array.from({ length: 600 }, (_, index) => (index * 37 + (index >> 3)) & 255);
  const whole = btoa(String.fromCharCode(...bytes.subarray(0, 598)));
  const data = whole.replaceAll('=', '');

  test.each([
    ['in lines', whole.replaceAll(/.{76}/g, '$&\r\n')],
    ['without padding', data],
    ['in the letters of URLs', data.replaceAll('+', '-').replaceAll('/', '_')],
  ])('that is base64 %s is its bytes, wherever it stands', (_how, written) => {
    const lettersOf = (read: AttachmentContent): string[] =>
      read.kind === 'slices' ? [...read.slices] : 'data' in read && read.data !== undefined ? [read.data] : [read.kind];
    expect(whole).toMatch(/\+.*\/.*==$/);
    for (const content of [
      written,
      JSON.stringify([written]),
      JSON.stringify({ name: 'a.bin', data: written }),
      `data:;base64,${written}`,
      `data:;base64,${encodeURIComponent(written)}`,
    ])
      expect(lettersOf(readAttachmentContent(content)).map((letters) => letters.replaceAll('=', ''))).toEqual([data]);
  });

  test('that is base64 of several slices, joined, is left to who decodes it', () => {
    expect(readAttachmentContent(`${whole}${whole}`)).toEqual({ kind: 'base64', data: `${whole}${whole}` });
  });

  test.each([
    ['with a letter that is none', `${whole.slice(0, 100)}*${whole.slice(101)}`],
    ['as slices of which one is wrong', JSON.stringify([whole, `${whole.slice(1)}*`])],
    ['as slices that were cut off', JSON.stringify([whole.slice(0, 400), whole]).slice(0, 500)],
    ['in small slices that were cut off', JSON.stringify(whole.match(/.{4}/g)).slice(0, 500)],
    ['as a description that was cut off', JSON.stringify({ name: 'a.bin', data: whole }).slice(0, 500)],
  ])('that is base64 %s is damaged, and no name', (_how, content) => {
    expect(readAttachmentContent(content)).toEqual({ kind: 'damaged' });
  });

  test.each([
    'Minutes of the meeting '.repeat(20),
    '这是一个很长的名字'.repeat(40),
    `ftp://example.org/${'a'.repeat(300)}`,
    'a_name-with-dashes_and_without_an_extension_'.repeat(3),
  ])('that is long and no base64 is a name: %s', (content) => {
    expect(readAttachmentContent(content).kind).toBe('name');
  });

  test('never throws and never names a file unsafely', () => {
    const pieces = fc.constantFrom(
      'data:',
      'http://',
      'https://',
      '/',
      '\\',
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      ';',
      'name=',
      'base64',
      '%',
      '%2F',
      '..',
      'QUJD',
      '=',
      '"name"',
      '"url"',
      '"data"',
      'example.org',
      '\0',
      '\u202e',
      '\ud800',
      ' ',
      '1',
      'null',
    );
    const contents = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces, { maxLength: 30 }).map((parts) => parts.join('')),
      fc.json(),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(contents, (content) => {
        const read = readAttachmentContent(content);
        if ('name' in read && read.name !== null) expect(read.name).toMatch(/^[^/\\\0\u202e]+$/);
        if (read.kind === 'server-path') expect(new URL(read.path, 'http://here.example').host).toBe('here.example');
        if (read.kind === 'descriptor' && read.url?.startsWith('/') === true) {
          expect(new URL(read.url, 'http://here.example').host).toBe('here.example');
        }
      }),
      { seed: 5, numRuns: 5_000 },
    );
  });
});
