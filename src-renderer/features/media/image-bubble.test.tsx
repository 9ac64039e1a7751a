import { act, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AttachmentView } from '../../../src-shared/ipc/attachment-views.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { installFakeDrawing } from '../../testing/fake-drawing.ts';
import {
  addressOf,
  blob,
  button,
  elsewhere,
  photo,
  picture,
  running,
  show,
  source,
  thumb,
} from '../../testing/media-rig.tsx';
import { me } from '../../testing/views.ts';

let drawing: ReturnType<typeof installFakeDrawing>;
beforeEach(() => {
  drawing = installFakeDrawing();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const shows = (id: string): Promise<void> => vi.waitFor(() => expect(source()).toBe(addressOf(id)));

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

  it('of which nothing can be drawn says so', async () => {
    show(photo({ thumbId: null }), { canBeShown: false });
    expect(await screen.findByText('This picture cannot be shown.')).toBeInTheDocument();
  });

  it('of which a part is missing says so on what there is of it', async () => {
    show(photo({ isDamaged: true }));
    await shows(thumb);
    expect(screen.getByText('This picture is damaged or incomplete.')).toBeInTheDocument();
    expect(within(picture()).getByRole('img')).toHaveAccessibleName('hills.jpg');
  });

  it('that is its own small copy is looked at for missing parts too', async () => {
    drawing.pictures.set(addressOf(blob), { width: 300, height: 200, isCut: true });
    show(photo({ thumbId: null, width: 300, height: 200 }, { sizeBytes: 40_000 }));
    expect(await screen.findByText('This picture is damaged or incomplete.')).toBeInTheDocument();
    await shows(blob);
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

  it('that is low has room for the button that fetches it, which says what went wrong', () => {
    const { moves } = show(photo({ ...elsewhere, thumbId: null, width: 40, height: 30 }));
    moves({ ...running, phase: 'failed', error: 'file-gone' });
    expect(button('Retry hills.jpg')).toHaveAttribute('title', expect.stringMatching(/./));
    expect(document.querySelector('.picture')).toHaveTextContent(/^Retry$/);
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
    show(photo({}, { text: 'dance.gif' }), { isAnimated: true });
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
