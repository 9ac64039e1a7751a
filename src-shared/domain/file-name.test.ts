import path from 'node:path';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { maxFileNameBytes, sanitizeFileName } from './file-name.ts';

const examples: readonly (readonly [string, string])[] = [
  ['report.pdf', 'report.pdf'],
  ['你好 世界.png', '你好 世界.png'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\Users\\me\\photo.jpg', 'photo.jpg'],
  ['\\\\host\\share\\x.doc', 'x.doc'],
  ['folder/', 'file'],
  ['', 'file'],
  ['..', 'file'],
  [' . name . ', 'name'],
  ['a.txt::$DATA', 'a.txt__$DATA'],
  ['invoice\u202efdp.exe', 'invoice\ufffdfdp.exe'],
  ['a\0b\u007f\u0085.txt', 'a\ufffdb\ufffd\ufffd.txt'],
  ['what?<*>|".txt', 'what______.txt'],
  ['con', '_con'],
  ['CON.tar.gz', '_CON.tar.gz'],
  ['nul .txt', '_nul .txt'],
  ['com\u00b9.log', '_com\u00b9.log'],
  ['conout$', '_conout$'],
  ['console.log', 'console.log'],
  ['Desktop.ini', '_Desktop.ini'],
  ['.DS_Store', '_DS_Store'],
  ['autorun.inf', '_autorun.inf'],
  ['cafe\u0301.txt', 'caf\u00e9.txt'],
  ['\ud800.txt', '\ufffd.txt'],
];

describe('a file name', () => {
  test.each(examples)('%j becomes %j', (name, expected) => {
    expect(sanitizeFileName(name)).toBe(expected);
  });

  test('keeps its extension when it is cut to 180 bytes', () => {
    expect(sanitizeFileName(`${'a'.repeat(300)}.tar`)).toBe(`${'a'.repeat(176)}.tar`);
    expect(sanitizeFileName(`${'好'.repeat(100)}.png`)).toBe(`${'好'.repeat(58)}.png`);
    expect(sanitizeFileName(`${'😀'.repeat(100)}.x`)).toBe(`${'😀'.repeat(44)}.x`);
  });

  test('is cut through an extension that is too long to keep', () => {
    expect(sanitizeFileName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(178)}`);
  });

  test('is safe to create whatever it is made of', () => {
    const nasty = fc.constantFrom(
      '.',
      '..',
      '/',
      '\\',
      ':',
      ' ',
      '\0',
      '\u202e',
      '\ufeff',
      '\u0301',
      '.txt',
      'con',
      'NUL',
      'é',
      '😀',
      '\ud800',
    );
    const names = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(nasty, { maxLength: 80 }).map((parts) => parts.join('')),
      fc
        .tuple(fc.string({ unit: 'grapheme', maxLength: 120 }), fc.string({ maxLength: 24 }))
        .map(([stem, extension]) => `${stem}.${extension}`),
    );
    fc.assert(
      fc.property(names, (name) => {
        const safe = sanitizeFileName(name);
        expect(safe).not.toBe('');
        expect(sanitizeFileName(safe)).toBe(safe);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(maxFileNameBytes);
        expect(path.win32.basename(safe)).toBe(safe);
        expect(path.posix.basename(safe)).toBe(safe);
        expect(path.relative('/downloads', path.join('/downloads', safe))).toBe(safe);
        // eslint-disable-next-line no-control-regex -- control characters are what is looked for
        expect(safe).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069<>:"|?*/\\]|^[\s.]|[\s.]$/);
      }),
      { numRuns: 5_000, seed: 14_514 },
    );
  });
});
