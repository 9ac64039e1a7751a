import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { Dialog } from './dialog.tsx';

it('shows what a button is on focus, and leaves Esc to the dialog below', async () => {
  let closed = 0;
  render(
    <Dialog title="Files" closeLabel="Close" onClose={() => (closed += 1)} footer={null}>
      <p>Nothing yet</p>
    </Dialog>,
  );
  const user = userEvent.setup();
  await user.tab();
  expect(screen.getByRole('button', { name: 'Close' })).toHaveFocus();
  expect(await screen.findByRole('tooltip')).toHaveTextContent('Close');

  await user.keyboard('{Escape}');

  expect(closed).toBe(1);
  expect(screen.queryByRole('tooltip')).not.toBeInTheDocument();
});
