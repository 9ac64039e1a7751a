import { tailOf } from '../../../src-shared/domain/file-name-parts.ts';
import type { MessageHit } from '../../../src-shared/ipc/views.ts';
import { MarkedText } from './marked-text.tsx';
import '../../ui/file-name.css';

type MarkedFileNameProps = Pick<MessageHit, 'excerpt' | 'ranges'>;

/** A file's name, or what is left of it behind a cut, with the found parts marked; its true extension is never cut. */
export function MarkedFileName({ excerpt, ranges }: MarkedFileNameProps) {
  const { end, extension } = tailOf(excerpt);
  const part = (from: number, to: number) => (
    <MarkedText text={excerpt.slice(from, to)} ranges={rangesWithin(ranges, from, to)} />
  );
  return (
    <span className="file-name">
      <bdi className="file-name-start">{part(0, end)}</bdi>
      <bdi>{part(end, extension)}</bdi>
      <bdi className="file-extension">{part(extension, excerpt.length)}</bdi>
    </span>
  );
}

function rangesWithin(ranges: MessageHit['ranges'], from: number, to: number): MessageHit['ranges'] {
  return ranges
    .map(({ start, end }) => ({ start: Math.max(start, from) - from, end: Math.min(end, to) - from }))
    .filter(({ start, end }) => start < end);
}
