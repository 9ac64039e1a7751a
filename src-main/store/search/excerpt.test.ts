import { expect, it } from 'vitest';
import { tailOf } from '../../../src-shared/domain/file-name-parts.ts';
import { excerptOf } from './excerpt.ts';
import { foldText } from './fold.ts';

const x80 = 'x'.repeat(80);

it.each([
  ['at its beginning', 'ann', `annual ${x80}${x80}.pdf.exe`, `annual ${x80}${x80}.pdf.exe`],
  ['in the middle', 'zz', `${x80}zz${x80}.exe`, `…xxxxxxxxzz${x80}.exe`],
  ['in its last characters', 'pdf', `${x80}yy.pdf.exe`, '…xxxxxyy.pdf.exe'],
  ['in its extension', 'h-file', `${x80}last-words.sketch-file`, '…-words.sketch-file'],
  ['of which nothing has to be cut', '路线', '香山 路线.pdf', '香山 路线.pdf'],
])('an excerpt of a file name goes up to its end, where it was found %s', (_where, query, name, excerpt) => {
  const found = excerptOf(name, foldText(query), true);
  expect(found.excerpt).toBe(excerpt);
  expect(found.ranges.map(({ start, end }) => found.excerpt.slice(start, end))).toContain(query);
  const [whole, cut] = [tailOf(name), tailOf(found.excerpt)];
  expect(found.excerpt.slice(cut.end)).toBe(name.slice(whole.end));
  expect(found.excerpt.length - cut.extension).toBe(name.length - whole.extension);
});

it('an excerpt of a text ends where no list shows more', () => {
  expect(excerptOf(`a${'b'.repeat(500)}`, 'a').excerpt).toHaveLength(160);
});
