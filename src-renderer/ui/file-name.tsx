import { splitFileName } from './file-text.ts';
import './file-name.css';

/**
 * A file's name on one line, cut in the middle. The true extension is an element of its own that is never cut, and no
 * letter order in the name reaches beyond its part (safety T5).
 */
export function FileName({ name }: { name: string }) {
  const { start, end, extension } = splitFileName(name);
  return (
    <span className="file-name" title={name}>
      <bdi className="file-name-start">{start}</bdi>
      <bdi>{end}</bdi>
      <bdi className="file-extension">{extension}</bdi>
    </span>
  );
}
