import type { ReactNode } from 'react';

type MarkedTextProps = {
  text: string;
  /** UTF-16 indices into `text`, in order, the end excluded. */
  ranges: readonly { readonly start: number; readonly end: number }[];
};

/** A text with the parts marked that were found. */
export function MarkedText({ text, ranges }: MarkedTextProps): ReactNode {
  let shown = 0;
  const parts: ReactNode[] = [];
  for (const { start, end } of ranges) {
    parts.push(text.slice(shown, start), <mark key={start}>{text.slice(start, end)}</mark>);
    shown = end;
  }
  return (
    <>
      {parts}
      {text.slice(shown)}
    </>
  );
}
