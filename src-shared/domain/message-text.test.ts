import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isEmojiOnly, linksOf, tokenizeMessageText, type Token } from './message-text.ts';

const source = (token: Token): string =>
  token.kind === 'text' ? token.text : token.kind === 'link' ? token.label : token.text;
const joined = (text: string): string => tokenizeMessageText(text).map(source).join('');
const labels = (text: string): string[] =>
  tokenizeMessageText(text).flatMap((token) => (token.kind === 'link' ? [token.label] : []));
const withoutFences = (text: string): string => text.replaceAll(/[`\r\n]/g, '');

/** Texts made of the pieces that matter, in every order. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        'http://',
        'https://',
        'HTTP://',
        'mailto:',
        'javascript:',
        'file:///',
        'a.cn',
        'a@b.cn',
        '/x',
        '?q=1',
        '#f',
        '(',
        ')',
        '[',
        ']',
        '`',
        '```',
        '\n',
        ' ',
        '.',
        ',',
        '。',
        '，',
        '中文',
        '“',
        '\u202e',
        '\u200b',
        '@',
        ':',
        '%',
        'xn--',
        '👏',
        '\ud800',
      ),
      fc.string({ maxLength: 4, unit: 'grapheme' }),
    ),
    { maxLength: 40 },
  )
  .map((pieces) => pieces.join(''));

describe('tokenizeMessageText', () => {
  it('keeps every character of a text without backticks', () => {
    fc.assert(
      fc.property(
        hostileText.map((text) => text.replaceAll('`', '')),
        (text) => joined(text) === text,
      ),
      {
        numRuns: 2_000,
      },
    );
  });

  it('loses nothing but fences and the breaks at them', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(withoutFences(joined(text))).toBe(withoutFences(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it('links only to web and mail addresses without credentials, in normal form', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        for (const href of linksOf(text)) {
          const url = new URL(href);
          expect(['http:', 'https:', 'mailto:']).toContain(url.protocol);
          expect(url.username + url.password).toBe('');
          expect(url.href).toBe(href);
          expect(href).not.toMatch(/[\s\u202e\u200b]/);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['看https://a.cn/b?c=1然后', ['https://a.cn/b?c=1']],
    ['（https://a.cn）', ['https://a.cn']],
    ['https://a.cn，https://b.cn。', ['https://a.cn', 'https://b.cn']],
    ['see http://a.cn.', ['http://a.cn']],
    ['is it http://a.cn/x?!', ['http://a.cn/x']],
    ['(http://a.cn/x_(y))', ['http://a.cn/x_(y)']],
    ['http://a.cn/x_(y)', ['http://a.cn/x_(y)']],
    ['[http://a.cn/x]', ['http://a.cn/x']],
    ['http://[::1]:80/x', ['http://[::1]:80/x']],
    ['"http://a.cn"', ['http://a.cn']],
    ['<http://a.cn>', ['http://a.cn']],
    ['mailto:a@b.cn.', ['mailto:a@b.cn']],
    ['https://münchen.de/straße', ['https://münchen.de/straße']],
    ['HTTPS://A.CN/B', ['HTTPS://A.CN/B']],
    ['http://a.cn/%E4%BD%A0', ['http://a.cn/%E4%BD%A0']],
    ['http://a.cn\u202e/moc', ['http://a.cn']],
  ])('finds the addresses of %j', (text, expected) => {
    expect(labels(text)).toEqual(expected);
  });

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'ftp://a.cn',
    'xhttp://a.cn',
    'http://',
    'http:// a',
    'mailto:',
    'mailto:a',
    'http://user:pass@a.cn',
    'http://user@a.cn',
    `http://a.cn/${'x'.repeat(2_048)}`,
    'www.a.cn',
    'http:a.cn',
  ])('shows %j as text', (text) => {
    expect(labels(text)).toEqual([]);
  });

  it('shows the real host of an address written with look-alike letters', () => {
    expect(linksOf('https://аррӏе.com')[0]).toMatch(/^https:\/\/xn--/);
  });

  it('takes backticks for code, on one line or fenced', () => {
    expect(tokenizeMessageText('Run `a --b` and ```\nc\n  d\n``` `')).toEqual([
      { kind: 'text', text: 'Run ' },
      { kind: 'code', text: 'a --b', isBlock: false },
      { kind: 'text', text: ' and ' },
      { kind: 'code', text: 'c\n  d', isBlock: true },
      { kind: 'text', text: ' `' },
    ]);
  });

  it('interprets nothing inside code, and no code over a line break or without content', () => {
    for (const text of ['a ` b\nc ` d', '``', '` `', '``` ```'])
      expect(tokenizeMessageText(text).every((token) => token.kind === 'text')).toBe(true);
    expect(labels('`http://a.cn`')).toEqual([]);
  });

  it.each([
    ['schemes', 'http://'],
    ['credentials', 'http://@'],
    ['backticks', '`'],
    ['pairs', '` '],
    ['fences', '```'],
    ['half fences', '``` `'],
    ['brackets', 'http://a('],
    ['dots', 'http://a.'],
    ['long hosts', 'https://a'],
    ['mail', 'mailto:'],
  ])('takes linear time on a hostile repetition of %s', (_name, piece) => {
    const cost = (length: number): number => {
      const text = piece.repeat(length / piece.length);
      let best = Infinity;
      for (let round = 0; round < 5; round += 1) {
        const startMs = performance.now();
        tokenizeMessageText(text);
        best = Math.min(best, performance.now() - startMs);
      }
      return best;
    };
    cost(20_000);
    // Ten times the text may take ten times as long; a hundred would be quadratic. A millisecond covers the noise.
    expect(cost(200_000)).toBeLessThan(40 * (cost(20_000) + 1));
  });
});

describe('isEmojiOnly', () => {
  it.each(['👏', '👏🏔️', '👨‍👩‍👧‍👦', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇨🇳🇩🇪', '1️⃣', ' 😀 😁 😂 ', '👩🏻‍❤️‍💋‍👩🏿'])('is true of %j', (text) => {
    expect(isEmojiOnly(text)).toBe(true);
  });

  it.each(['', ' ', '1', '123', '#', 'a', '👏a', '😀😀😀😀', '你好', '\u200d', '👏.', '👏'.repeat(100)])(
    'is false of %j',
    (text) => {
      expect(isEmojiOnly(text)).toBe(false);
    },
  );

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof isEmojiOnly(text) === 'boolean'));
  });
});
