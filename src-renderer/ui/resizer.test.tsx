import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Resizer } from './resizer.tsx';

function Pane({ onCommit }: { onCommit: (width: number) => void }) {
  const [width, setWidth] = useState(300);
  const range = { min: 240, max: 420 };
  return <Resizer label="Width" controls="pane" width={width} {...range} onChange={setWidth} onCommit={onCommit} />;
}

test.each([
  ['{ArrowLeft}', 292],
  ['{ArrowRight}', 308],
  ['{Home}', 240],
  ['{End}', 420],
  ['{Home}{ArrowLeft}', 240],
])('%s sets the width and keeps it', async (keys, width) => {
  const onCommit = vi.fn();
  render(<Pane onCommit={onCommit} />);
  await userEvent.tab();
  await userEvent.keyboard(keys);
  expect(screen.getByRole('separator', { name: 'Width' })).toHaveAttribute('aria-valuenow', String(width));
  expect(onCommit).toHaveBeenLastCalledWith(width);
});

test('a drag is kept once, where it ends, within the range', () => {
  const onCommit = vi.fn();
  render(<Pane onCommit={onCommit} />);
  const edge = screen.getByRole('separator');
  fireEvent.pointerDown(edge, { clientX: 300 });
  fireEvent.pointerMove(edge, { clientX: 350 });
  expect(edge).toHaveAttribute('aria-valuenow', '350');
  fireEvent.pointerMove(edge, { clientX: 900 });
  fireEvent.pointerUp(edge);
  fireEvent.pointerMove(edge, { clientX: 310 });
  expect(edge).toHaveAttribute('aria-valuenow', '420');
  expect(onCommit).toHaveBeenCalledExactlyOnceWith(420);
});
