import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { sanitizeFileName } from '../../src-shared/domain/file-name.ts';
import { FileName } from './file-name.tsx';

const disguises = [
  'invoice\u202Efdp.',
  'photo.jpg.',
  `holiday.png${' '.repeat(120)}.`,
  '\u200Breport.pdf\u200B.',
  `${'very-'.repeat(60)}long.`,
  'путешествие.jpg.',
  'عطلة.pdf.',
  'C:\\Users\\me\\letter.txt.',
  '../../etc/passwd.txt.',
  '照片.png．.',
];
const extensions = ['exe', 'scr', 'lnk', 'js', 'desktop'];
const names = disguises.flatMap((disguise) =>
  extensions.map((extension) => [disguise + extension, extension] as const),
);

describe('the name of a file on a card', () => {
  it.each(names)('%j has its true extension .%s, whole and apart', (name, extension) => {
    const { container } = render(<FileName name={sanitizeFileName(name)} />);
    const [words, shown] = container.querySelectorAll('.file-name > bdi');
    expect(shown).toHaveClass('file-extension');
    expect(shown).toHaveTextContent(`.${extension}`);
    expect(words?.textContent).not.toContain(shown?.textContent);
    // Nothing of it can change the order of letters elsewhere.
    expect(words?.textContent).not.toMatch(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/);
  });

  it('reads from its start to its end in the direction of its letters, with the extension apart', () => {
    const { container } = render(<FileName name="חוזה שכירות סופי גרסה אחרונה.docx" />);
    const [words, extension] = container.querySelectorAll('.file-name > bdi');
    const parts = [...(words?.children ?? [])].map(({ className, textContent }) => [className, textContent]);
    // Side by side in one element that takes its direction from them: the second stands left of the first.
    expect(parts).toEqual([
      ['file-name-start', 'חוזה שכירות סופי…'],
      ['file-name-end', 'אחרונה'],
    ]);
    expect(extension).toHaveTextContent(/^.docx$/);
  });
});
