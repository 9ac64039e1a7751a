import { act, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttachmentView, TransferView } from '../../../src-shared/ipc/attachment-views.ts';
import { blobId, rowId, userId } from '../../../src-shared/kernel/ids.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { installFakeDrawing } from '../../testing/fake-drawing.ts';
import { aMessage, me } from '../../testing/views.ts';
import { createImageBoxes } from './image-box.ts';
import type { MediaActions, MediaKit } from './media-kit.ts';
import { MessageAttachment } from './message-attachment.tsx';
import { createTransfersStore, withTransfers } from './transfers-store.ts';

const blob = blobId('a'.repeat(64));
const thumb = blobId('b'.repeat(64));
const here: AttachmentView = {
  blobId: blob,
  thumbId: null,
  width: null,
  height: null,
  source: 'here',
  foreignHost: '',
};
const elsewhere: AttachmentView = { ...here, blobId: null, source: 'server' };
const pdf = (rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, 'route-2026-final-v3.pdf', { kind: 'file', sizeBytes: 2_400_000, attachment: here, ...rest });
const photo = (attachment: Partial<AttachmentView> = {}, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, 'hills.jpg', {
    kind: 'image',
    sizeBytes: 5_000_000,
    attachment: { ...here, width: 6000, height: 4000, thumbId: thumb, ...attachment },
    ...rest,
  });
const running: TransferView = {
  rowId: rowId(1),
  peerId: userId(2),
  direction: 'down',
  phase: 'running',
  doneBytes: 1_200_000,
  totalBytes: 2_400_000,
  bytesPerSecond: 600_000,
  error: null,
};

type Rig = {
  done: string[];
  wanted: string[];
  moves: (transfer: TransferView) => void;
  redraw: (next: MessageView) => void;
  leave: () => void;
  user: ReturnType<typeof userEvent.setup>;
};

function show(message: MessageView, isAnimated = false): Rig {
  const done: string[] = [];
  const wanted: string[] = [];
  const note = (name: string) => (target: MessageView | number) =>
    void done.push(`${name} ${typeof target === 'number' ? target : target.text}`);
  const names = ['open', 'saveAs', 'showInFolder', 'copyImage', 'download', 'cancel', 'retry', 'startDrag'];
  const kit: MediaKit = {
    actions: Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as MediaActions,
    transfers: createTransfersStore(),
    boxFor: createImageBoxes(),
    wantThumb: (id) => void wanted.push(id),
    isAnimated: async () => isAnimated,
  };
  const draw = (shown: MessageView) => (
    <article aria-label="message" tabIndex={-1}>
      <MessageAttachment message={shown} canTab kit={kit} />
    </article>
  );
  const { rerender, unmount } = render(draw(message));
  return {
    done,
    wanted,
    moves: (transfer) => act(() => kit.transfers.setState((state) => withTransfers(state, [transfer]))),
    redraw: (next) => rerender(draw(next)),
    leave: unmount,
    user: userEvent.setup(),
  };
}
let drawing: ReturnType<typeof installFakeDrawing>;
beforeEach(() => {
  drawing = installFakeDrawing();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

/** The address of what is drawn or plays in the place of the picture. */
const source = (): string | null => {
  const shown = document.querySelector<HTMLElement>('.picture :is(img, canvas)');
  return shown?.dataset['source'] ?? shown?.getAttribute('src') ?? null;
};
const addressOf = (id: string): string => `app-media://blob/${id}`;
const shows = (id: string): Promise<void> => vi.waitFor(() => expect(source()).toBe(addressOf(id)));
const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const picture = (): HTMLElement => screen.getByRole('button', { name: 'Open hills.jpg' }).parentElement as HTMLElement;

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

describe('a picture in a message', () => {
  it('has its place before any of it is here, and keeps it', () => {
    const { redraw } = show(photo({ blobId: null, thumbId: null, source: 'server', width: null, height: null }));
    const box = document.querySelector<HTMLElement>('.picture');
    expect(box).toHaveStyle({ width: '240px', aspectRatio: '240 / 160' });
    redraw(photo({ width: 4000, height: 6000 }));
    expect(box).toHaveStyle({ width: '240px', aspectRatio: '240 / 160' });
  });

  it('is shown by its small copy, which is made where there is none', async () => {
    const { wanted, redraw } = show(photo({ thumbId: null }));
    expect(wanted).toEqual([blob]);
    expect(within(picture()).queryByRole('img')).toBeNull();
    redraw(photo());
    await shows(thumb);
    expect(within(picture()).getByRole('img')).toHaveAccessibleName('hills.jpg');
    expect(wanted).toEqual([blob]);
  });

  it('is its own small copy where it is small', async () => {
    const { wanted } = show(photo({ thumbId: null, width: 300, height: 200 }, { sizeBytes: 40_000 }));
    await shows(blob);
    expect(wanted).toEqual([]);
  });

  it('is drawn on as many pixels as the screen has in its place, anew where that changes', async () => {
    let tell = (): void => {};
    vi.spyOn(window, 'matchMedia').mockImplementation((media) => {
      const query = Object.assign(new EventTarget(), { media, matches: true });
      tell = () => act(() => void query.dispatchEvent(new Event('change')));
      return query as unknown as MediaQueryList;
    });
    show(photo());
    await vi.waitFor(() => expect(drawing.drawn).toEqual(['320 × 213']));
    vi.stubGlobal('devicePixelRatio', 1.25);
    tell();
    await vi.waitFor(() => expect(drawing.drawn).toEqual(['320 × 213', '400 × 266']));
  });

  it('lets go of its pixels as it leaves the page', async () => {
    const { leave } = show(photo());
    await shows(thumb);
    const canvas = document.querySelector('canvas');
    leave();
    expect([canvas?.width, canvas?.height]).toEqual([0, 0]);
  });

  it('has its small copy made anew where that is smaller than it should be', async () => {
    drawing.pictures.set(addressOf(thumb), { width: 480, height: 40 });
    const { wanted } = show(photo({ width: 6000, height: 500 }));
    await vi.waitFor(() => expect(wanted).toEqual([blob]));
  });

  it('that cannot be shown says so in its place', async () => {
    drawing.pictures.set(addressOf(thumb), null);
    show(photo());
    expect(await screen.findByText('This picture cannot be shown.')).toBeInTheDocument();
    expect(picture()).toHaveStyle({ width: '320px' });
  });

  it('that was damaged is shown once its bytes are here anew', async () => {
    const small = (rest: Partial<AttachmentView>): MessageView =>
      photo({ thumbId: null, width: 300, height: 200, ...rest }, { sizeBytes: 40_000 });
    drawing.pictures.set(addressOf(blob), null);
    const { redraw } = show(small({}));
    await screen.findByText('This picture cannot be shown.');
    expect(source()).toBeNull();
    redraw(small({ blobId: null, source: 'server' }));
    drawing.pictures.delete(addressOf(blob));
    redraw(small({}));
    await shows(blob);
  });

  it('that turns out to be none is a file', () => {
    const { redraw } = show(photo({ blobId: null, source: 'server' }));
    expect(document.querySelector('.picture')).toBeInTheDocument();
    redraw(photo({ width: null, height: null, thumbId: null }));
    expect(document.querySelector('.picture')).toBeNull();
    expect(document.querySelector('.file-card')).toHaveTextContent('hills.jpg');
  });

  it('is opened in the viewer', async () => {
    const { done, user } = show(photo());
    await user.click(button('Open hills.jpg'));
    expect(done).toEqual(['open hills.jpg']);
  });

  it('of another host is fetched from there on a click only', async () => {
    const { done, user } = show(
      photo({ blobId: null, thumbId: null, source: 'foreign', foreignHost: 'files.example.org' }),
    );
    expect(screen.getByTitle('files.example.org')).toHaveTextContent('5.0 MB · files.example.org');
    expect(button('Get hills.jpg from files.example.org')).toHaveTextContent(/^Get$/);
    await user.click(button('Get hills.jpg from files.example.org'));
    expect(done).toEqual(['download 1']);
  });

  it('shows how much of it was sent, over it', () => {
    const { moves } = show(photo({}, { senderId: me.userId, state: 'sending' }));
    moves({ ...running, direction: 'up' });
    expect(screen.getByRole('progressbar', { name: 'hills.jpg' })).toHaveAttribute('aria-valuenow', '50');
    expect(button('Cancel hills.jpg')).toBeInTheDocument();
  });
});

it('a picture that is fetched from the keyboard leaves the focus to its message', async () => {
  const { moves, user } = show(photo({ ...elsewhere, thumbId: null }));
  await user.tab();
  expect(button('Download hills.jpg')).toHaveFocus();
  moves(running);
  expect(screen.getByRole('article')).toHaveFocus();
});

describe('a picture that moves', () => {
  it('moves only while it is on screen and the window has the focus', async () => {
    let tell: (isIntersecting: boolean) => void = () => {};
    class FakeObserver {
      constructor(callback: (entries: { isIntersecting: boolean }[]) => void) {
        tell = (isIntersecting) => act(() => callback([{ isIntersecting }]));
      }
      observe(): void {}
      disconnect(): void {}
    }
    vi.stubGlobal('IntersectionObserver', FakeObserver);
    let hasFocus = true;
    document.hasFocus = () => hasFocus;
    const look = (event: 'focus' | 'blur'): void => {
      hasFocus = event === 'focus';
      act(() => void window.dispatchEvent(new Event(event)));
    };
    show(photo({}, { text: 'dance.gif' }), true);
    await act(async () => {});
    await shows(thumb);
    tell(true);
    await shows(blob);
    look('blur');
    await shows(thumb);
    look('focus');
    await shows(blob);
    tell(false);
    await shows(thumb);
  });
});
