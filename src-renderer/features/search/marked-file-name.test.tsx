import { render } from '@testing-library/react';
import { expect, it } from 'vitest';
import { MarkedFileName } from './marked-file-name.tsx';

function show(excerpt: string, ...ranges: { start: number; end: number }[]): string[] {
  const { container } = render(<MarkedFileName excerpt={excerpt} ranges={ranges} />);
  return [...container.querySelectorAll('.file-name > bdi')].map((part) => part.innerHTML);
}

it('marks what was found in each part of the name, also across them', () => {
  expect(show('contact-sheet-roll-07.tif', { start: 0, end: 7 })).toEqual([
    '<mark>contact</mark>-sheet-r',
    'oll-07',
    '.tif',
  ]);
  expect(show('contact-sheet-roll-07.tif', { start: 14, end: 23 })).toEqual([
    'contact-sheet-<mark>r</mark>',
    '<mark>oll-07</mark>',
    '<mark>.t</mark>if',
  ]);
});

it('has the true extension apart, which is never cut', () => {
  const [start, end, extension] = show(`…${'very '.repeat(30)}harmless.pdf.exe`);
  expect(start).toMatch(/^…very /);
  expect([end, extension]).toEqual(['ss.pdf', '.exe']);
});

it('lets no letter order reach beyond its part', () => {
  expect(show('عطلة.pdf')).toEqual(['', 'عطلة', '.pdf']);
});
