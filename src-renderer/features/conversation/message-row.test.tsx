import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { aMessage, me } from '../../testing/views.ts';
import { UploadUnderWay } from '../../ui/upload-under-way.ts';
import { MessageDetails } from './message-details.tsx';
import { MessageRow } from './message-row.tsx';

const mine = (rest: Partial<MessageView>): MessageView => aMessage(2, 'a.png', { senderId: me.userId, ...rest });
const cancelled = mine({ kind: 'image', state: 'failed', failure: 'cancelled' });

function show(message: MessageView, isTabStop = true) {
  const actions = { retry: vi.fn(), askToDelete: vi.fn() };
  render(
    <MessageRow
      message={message}
      isMine
      isFirstOfRun
      isLastOfRun
      isBeforeLine={false}
      showsState
      senderName={me.username}
      senderAvatar=""
      isTabStop={isTabStop}
      actions={actions}
      media={{ draw: () => <span>the picture</span>, menuOf: () => [], open: () => {}, copyImage: () => {} }}
    />,
  );
  return { actions, row: screen.getByRole('article') };
}

it('says of what was cancelled just that, without alarm, and offers to send or to delete it', async () => {
  const { actions, row } = show(cancelled);
  expect(row).toHaveAttribute('data-state', 'failed');
  expect(row).toHaveClass('cancelled');
  expect(row).not.toHaveClass('failed');
  expect(within(row).getByText('Cancelled')).toBeInTheDocument();
  expect(within(row).getByRole('img', { name: 'Cancelled' })).not.toHaveClass('failed');
  expect(within(row).queryByText('Not sent')).toBeNull();
  await userEvent.click(within(row).getByRole('button', { name: 'Retry a.png' }));
  expect(actions.retry).toHaveBeenCalledExactlyOnceWith(cancelled);
  await userEvent.click(within(row).getByRole('button', { name: 'Delete' }));
  expect(actions.askToDelete).toHaveBeenCalledExactlyOnceWith(cancelled);
});

it('says of what failed that it was not sent, and why', () => {
  const { row } = show(mine({ kind: 'image', state: 'failed', failure: 'too-large' }));
  expect(row).toHaveClass('failed');
  expect(within(row).getByText('Not sent')).toBeInTheDocument();
  expect(within(row).getByRole('img', { name: 'Too large for this server.' })).toHaveClass('failed');
});

it('says of a text behind an upload that it waits for that, not for the network', () => {
  const text = mine({ kind: 'text', state: 'queued' });
  const { rerender } = render(
    <UploadUnderWay value>
      <MessageDetails message={text} senderName={me.username} isMine onClose={() => {}} />
    </UploadUnderWay>,
  );
  expect(screen.getByRole('dialog')).toHaveTextContent('StateWaiting for the upload');
  rerender(
    <UploadUnderWay value={false}>
      <MessageDetails message={text} senderName={me.username} isMine onClose={() => {}} />
    </UploadUnderWay>,
  );
  expect(screen.getByRole('dialog')).toHaveTextContent('StateWaiting to send');
});

it.each([
  [true, 0],
  [false, -1],
])('has its tools among the tab stops where it is one itself: %s', (isTabStop, tabIndex) => {
  const { row } = show(mine({ kind: 'image', state: 'failed', failure: 'too-large' }), isTabStop);
  expect([row, ...within(row).getAllByRole('button')].map((stop) => stop.tabIndex)).toEqual(Array(3).fill(tabIndex));
});

it('gives "cancelled" as the state in the details, which needs no reason', () => {
  render(<MessageDetails message={cancelled} senderName={me.username} isMine onClose={() => {}} />);
  const details = screen.getByRole('dialog', { name: 'Message details' });
  expect(details).toHaveTextContent('StateCancelled');
  expect(details).not.toHaveTextContent('Reason');
});
