import { screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { button, elsewhere, pdf, running, show } from '../../testing/media-rig.tsx';
import { me } from '../../testing/views.ts';

describe('the card of a file', () => {
  it('has the name with its true extension in an element of its own, and the size', () => {
    show(pdf({ text: 'holiday-photo-of-all-of-us.jpg.exe' }));
    expect(screen.getByText('.exe')).toHaveClass('file-extension');
    expect(screen.getByText('us.jpg')).toBeInTheDocument();
    expect(screen.getByText('2.4 MB')).toBeInTheDocument();
  });

  it('opens the file, and shows it in its folder', async () => {
    const { done, user } = show(pdf());
    await user.click(button('Open route-2026-final-v3.pdf'));
    await user.click(button('Show in folder'));
    expect(done).toEqual(['open route-2026-final-v3.pdf', 'showInFolder route-2026-final-v3.pdf']);
  });

  it('shows how far, how fast and how long, and can be cancelled', async () => {
    const { done, moves, user } = show(pdf({ attachment: elsewhere }));
    moves(running);
    const ring = screen.getByRole('progressbar', { name: 'route-2026-final-v3.pdf' });
    expect(ring).toHaveAttribute('aria-valuenow', '50');
    expect(screen.getByText('1.2 / 2.4 MB · 600 kB/s · 2 s')).toBeInTheDocument();
    await user.click(button('Cancel route-2026-final-v3.pdf'));
    expect(done).toEqual(['cancel 1']);
    moves({ ...running, phase: 'cancelled' });
    expect(screen.queryByRole('progressbar')).toBeNull();
    expect(button('Open route-2026-final-v3.pdf')).toBeInTheDocument();
  });

  it('says in full what went wrong to who points at it', () => {
    show(pdf({ senderId: me.userId, state: 'failed', failure: 'no-answer' }));
    const line = document.querySelector('.file-line');
    expect(line).toHaveAttribute('title', line?.textContent);
    expect(line).toHaveTextContent(/./);
  });

  it('leaves the focus to its message where the button that had it gives way to another', async () => {
    const { moves, user } = show(pdf({ attachment: elsewhere }));
    await user.tab();
    expect(button('Open route-2026-final-v3.pdf')).toHaveFocus();
    moves(running);
    expect(screen.getByRole('article')).toHaveFocus();
    button('Cancel route-2026-final-v3.pdf').focus();
    moves({ ...running, doneBytes: 2_000_000 });
    expect(button('Cancel route-2026-final-v3.pdf')).toHaveFocus();
    moves({ ...running, phase: 'cancelled' });
    expect(screen.getByRole('article')).toHaveFocus();
  });

  it('of mine waits behind an upload from the first moment on, and can be cancelled', async () => {
    const { done, moves, user } = show(pdf({ senderId: me.userId, state: 'queued' }));
    expect(screen.getByText('2.4 MB · waiting')).toBeInTheDocument();
    expect(screen.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '0');
    moves({ ...running, direction: 'up', phase: 'waiting', doneBytes: 0 });
    expect(screen.getByText('2.4 MB · waiting')).toBeInTheDocument();
    await user.click(button('Cancel route-2026-final-v3.pdf'));
    expect(done).toEqual(['cancel 1']);
  });

  it('of mine that was written as a whole waits for the server’s word without a ring', () => {
    const { moves, redraw } = show(pdf({ senderId: me.userId, state: 'sending' }));
    moves({ ...running, direction: 'up' });
    expect(screen.getByRole('progressbar')).toBeInTheDocument();
    moves({ ...running, direction: 'up', phase: 'done' });
    expect(screen.queryByRole('progressbar')).toBeNull();
    redraw(pdf({ senderId: me.userId, state: 'sent' }));
    expect(screen.getByText('2.4 MB')).toBeInTheDocument();
  });

  it('says why it failed and tries again: what was to be sent is sent, what was to come is fetched', async () => {
    const { done, moves, redraw, user } = show(pdf({ senderId: me.userId, state: 'failed', failure: 'too-large' }));
    expect(screen.getByText('Too large for this server.')).toBeInTheDocument();
    await user.click(button('Retry route-2026-final-v3.pdf'));
    redraw(pdf({ attachment: elsewhere }));
    moves({ ...running, phase: 'failed', error: 'file-gone' });
    expect(screen.getByText('The server does not have this file any more.')).toBeInTheDocument();
    await user.click(button('Retry route-2026-final-v3.pdf'));
    expect(done).toEqual(['retry route-2026-final-v3.pdf', 'download 1']);
  });

  it('that its sender cancelled says so as a fact, not as a failure, and can be sent after all', async () => {
    const { done, user } = show(pdf({ senderId: me.userId, state: 'failed', failure: 'cancelled' }));
    expect(screen.getByText('Cancelled')).toHaveClass('file-line', { exact: true });
    await user.click(button('Retry route-2026-final-v3.pdf'));
    expect(done).toEqual(['retry route-2026-final-v3.pdf']);
  });

  it('of another host is fetched from there on a click only', async () => {
    const { done, user } = show(
      pdf({ attachment: { ...elsewhere, source: 'foreign', foreignHost: 'files.example.org' } }),
    );
    expect(screen.queryByRole('button', { name: /^Open/ })).toBeNull();
    expect(document.querySelector('.file-line')).toHaveTextContent('2.4 MB · files.example.org');
    // It is cut at its start: whose computer it is, its end says.
    expect(screen.getByTitle('files.example.org').querySelector('.host-name')).toHaveTextContent(/^files.example.org$/);
    await user.click(button('Get route-2026-final-v3.pdf from files.example.org'));
    expect(done).toEqual(['download 1']);
  });

  it('without any bytes offers nothing', () => {
    show(pdf({ attachment: { ...elsewhere, source: 'none' }, sizeBytes: null }));
    expect(screen.getByText('Nothing to download')).toBeInTheDocument();
    expect(screen.queryByRole('button')).toBeNull();
  });
});
