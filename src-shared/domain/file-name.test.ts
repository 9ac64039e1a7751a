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

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const unsafe = /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069<>:"|?*/\\]|^[\s.]|[\s.]$/;

/** What is wrong with a sanitised name, or null. */
function faultOf(name: string): string | null {
  if (name === '' || unsafe.test(name)) return 'a character or an edge';
  if (sanitizeFileName(name) !== name) return 'changes when sanitised again';
  if (Buffer.byteLength(name) > maxFileNameBytes) return 'too long';
  if (path.win32.basename(name) !== name || path.posix.basename(name) !== name) return 'more than one segment';
  return path.relative('/downloads', path.join('/downloads', name)) === name ? null : 'leaves its folder';
}

describe('a file name', () => {
  test.each(examples)('%j becomes %j', (name, expected) => {
    expect(sanitizeFileName(name)).toBe(expected);
    expect(faultOf(expected)).toBeNull();
  });

  test('keeps its extension when it is cut to 180 bytes', () => {
    expect(sanitizeFileName(`${'a'.repeat(300)}.tar`)).toBe(`${'a'.repeat(176)}.tar`);
    expect(sanitizeFileName(`${'好'.repeat(100)}.png`)).toBe(`${'好'.repeat(58)}.png`);
    expect(sanitizeFileName(`${'😀'.repeat(100)}.x`)).toBe(`${'😀'.repeat(44)}.x`);
  });

  test('is cut through an extension that is too long to keep', () => {
    expect(sanitizeFileName(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(178)}`);
  });

  test('is safe to create whatever it is made of, 100,000 times', () => {
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
    const short = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(nasty).map((parts) => parts.join('')),
    );
    // Long enough to be cut, with an extension that is short enough to stay or not.
    const long = fc
      .tuple(
        fc.array(fc.oneof(nasty, fc.string({ unit: 'binary' })), { minLength: 30, maxLength: 60, size: 'max' }),
        short,
      )
      .map(([parts, extension]) => `${parts.join('')}.${extension}`);
    const isSafe = (name: string) => faultOf(sanitizeFileName(name)) === null;
    fc.assert(fc.property(short, isSafe), { numRuns: 90_000, seed: 14_514 });
    fc.assert(fc.property(long, isSafe), { numRuns: 10_000, seed: 14_515 });
  }, 60_000);
});
