import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { Toast, useToast } from './toast.tsx';

function Window() {
  const { say, ...shown } = useToast();
  return (
    <>
      <button type="button" onClick={() => say('Saved')}>
        save
      </button>
      <button type="button" onClick={() => say('Not saved', { tone: 'failed' })}>
        fail
      </button>
      <Toast {...shown} />
    </>
  );
}

it('shows what failed as failed, and what was done as done', async () => {
  render(<Window />);
  await userEvent.click(screen.getByRole('button', { name: 'save' }));
  expect(screen.getByText('Saved')).toHaveAttribute('data-tone', 'done');
  await userEvent.click(screen.getByRole('button', { name: 'fail' }));
  expect(screen.getByText('Not saved')).toHaveAttribute('data-tone', 'failed');
  expect(screen.queryByText('Saved')).not.toBeInTheDocument();
});
