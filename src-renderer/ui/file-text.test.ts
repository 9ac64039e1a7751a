import { describe, expect, it } from 'vitest';
import { formatByteProgress, formatByteSize, splitFileName } from './file-text.ts';

describe('formatByteSize', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [2_400_000, '2.4 MB'],
    [48_000_000, '48.0 MB'],
    [99_960_000, '100 MB'],
    [999_600_000, '1.0 GB'],
    [5e15, '5,000 TB'],
  ])('shows %i bytes as %s', (bytes, expected) => {
    expect(formatByteSize(bytes, 'en')).toBe(expected);
  });
});

describe('formatByteProgress', () => {
  it.each([
    [0, 48_000_000, '0.0 / 48.0 MB'],
    [29_800_000, 48_000_000, '29.8 / 48.0 MB'],
    [500, 900, '500 / 900 B'],
    [1_200_000, 240_000_000, '1 / 240 MB'],
    [50, 40, '40 / 40 B'],
  ])('shows %i of %i bytes as %s', (done, total, expected) => {
    expect(formatByteProgress(done, total, 'en')).toBe(expected);
  });
});

describe('splitFileName', () => {
  it.each([
    ['contact-sheet-2026-11-19-portra400-roll-07.tif', 'contact-sheet-202…', 'oll-07', '.tif'],
    ['contact-sheet-26-roll-07.tif', 'contact-sheet-26-r', 'oll-07', '.tif'],
    ['contact-sheet-2026-roll-07.tif', 'contact-sheet-202…', 'oll-07', '.tif'],
    ['香山-植物园-徒步路线与集合时间-final-v3.pdf', '香山-植物园-徒步…', 'nal-v3', '.pdf'],
    ['a.pdf', '', 'a', '.pdf'],
    ['香山-植物园-徒步路线.pdf', '香山-植物', '园-徒步路线', '.pdf'],
    ['.bashrc-of-mine', '.bashrc-o', 'f-mine', ''],
    ['no extension', 'no ext', 'ension', ''],
    ['what.this is no extension at all', 'what.this is no exten…', 'at all', ''],
    ['😀😀😀😀😀😀😀.png', '😀', '😀😀😀😀😀😀', '.png'],
    ['photo.jpg.exe', 'pho', 'to.jpg', '.exe'],
    ['', '', '', ''],
  ])('keeps the end of %j together', (name, start, end, extension) => {
    expect(splitFileName(name)).toEqual({ start, end, extension });
  });

  it('keeps more of the name where there is more room', () => {
    const name = 'contact-sheet-2026-portra-7-07.tif';
    expect(splitFileName(name, 34)).toEqual({ start: 'contact-sheet-2026-portr', end: 'a-7-07', extension: '.tif' });
  });
});
