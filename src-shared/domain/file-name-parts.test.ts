import { expect, it } from 'vitest';
import { tailOf } from './file-name-parts.ts';

const partsOf = (name: string): readonly string[] => {
  const { end, extension } = tailOf(name);
  return [name.slice(0, end), name.slice(end, extension), name.slice(extension)];
};

it.each([
  ['contact-sheet-26-roll-07.tif', ['contact-sheet-26-r', 'oll-07', '.tif']],
  ['a.pdf', ['', 'a', '.pdf']],
  ['photo.jpg.exe', ['pho', 'to.jpg', '.exe']],
  ['😀😀😀😀😀😀😀.png', ['😀', '😀😀😀😀😀😀', '.png']],
  ['.bashrc-of-mine', ['.bashrc-o', 'f-mine', '']],
  ['what.this is no extension at all', ['what.this is no extension ', 'at all', '']],
  ['', ['', '', '']],
])('the tail of %j is whole characters and the true extension', (name, parts) => {
  expect(partsOf(name)).toEqual(parts);
});

it('the tail is the same of a name that was cut before it', () => {
  const name = 'contact-sheet-26-roll-07.tif';
  for (let cut = 1; cut <= tailOf(name).end; cut += 1)
    expect(partsOf(`…${name.slice(cut)}`).slice(1)).toEqual(['oll-07', '.tif']);
});
