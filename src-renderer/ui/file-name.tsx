import { splitFileName } from './file-text.ts';
import './file-name.css';

/**
 * A file's name on one line, cut in the middle. The true extension is an element of its own that is never cut, and no
 * letter order in the name reaches beyond its part (safety T5). What comes before it is read in its own direction, from
 * start to end.
 * `maxWidth`: as {@link splitFileName} has it, where there is more room than on a file card.
 */
export function FileName({ name, maxWidth }: { name: string; maxWidth?: number }) {
  const { start, end, extension } = splitFileName(name, maxWidth);
  return (
    <span className="file-name" title={name}>
      <bdi className="file-name-words">
        <span className="file-name-start">{start}</span>
        <span className="file-name-end">{end}</span>
      </bdi>
      <bdi className="file-extension">{extension}</bdi>
    </span>
  );
}
