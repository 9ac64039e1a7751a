import { act, fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import type { AttachmentView } from '../../../src-shared/ipc/attachment-views.ts';
import { blobId, rowId, userId } from '../../../src-shared/kernel/ids.ts';
import { ok } from '../../../src-shared/kernel/result.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { installFakeDrawing } from '../../testing/fake-drawing.ts';
import { aContact, aMessage } from '../../testing/views.ts';
import { createImageBoxes } from './image-box.ts';
import { ImageViewer } from './image-viewer.tsx';
import type { MediaActions, MediaKit } from './media-kit.ts';
import { createMediaList } from './media-list.ts';
import { MediaSection } from './media-section.tsx';
import { createTransfersStore } from './transfers-store.ts';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const hex = (id: number): string => id.toString(16).padStart(64, '0');
const here = (id: number): AttachmentView => ({
  blobId: blobId(hex(id)),
  thumbId: blobId(hex(1_000 + id)),
  width: 1200,
  height: 800,
  source: 'here',
  isDamaged: false,
  foreignHost: '',
});
const picture = (id: number, rest: Partial<MessageView> = {}): MessageView =>
  aMessage(2, `hills-${id}.jpg`, {
    kind: 'image',
    rowId: rowId(id),
    position: id,
    sizeBytes: 1_100_000,
    attachment: here(id),
    ...rest,
  });
const all = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => picture(id));

function createRig(pictures: readonly MessageView[] = all) {
  const fake = createFakeBridge({
    'messages:listMedia': ({ kind }) => ok({ messages: kind === 'image' ? pictures.toReversed() : [], hasMore: false }),
  });
  const done: string[] = [];
  const names = ['open', 'saveAs', 'showInFolder', 'copyImage', 'download', 'cancel', 'retry', 'startDrag'];
  const note = (name: string) => (target: MessageView | number) =>
    void done.push(`${name} ${typeof target === 'number' ? target : target.text}`);
  const kit: MediaKit = {
    actions: Object.fromEntries(names.map((name) => [name, note(name)])) as unknown as MediaActions,
    transfers: createTransfersStore(),
    boxFor: createImageBoxes(),
    wantThumb: async () => true,
    isAnimated: async () => false,
  };
  const list = createMediaList(fake.bridge, userId(2), 'image');
  list.connect();
  return { fake, kit, list, done, user: userEvent.setup() };
}

async function show(id: number, pictures?: readonly MessageView[]) {
  const rig = createRig(pictures);
  let isClosed = false;
  render(
    <ImageViewer
      initial={(pictures ?? all)[id - 1] ?? picture(id)}
      list={rig.list}
      kit={rig.kit}
      toast={<p>Saved</p>}
      personOf={() => aContact(2, 'Lin Wan')}
      onClose={() => (isClosed = true)}
    />,
  );
  await act(async () => {});
  return { ...rig, viewer: screen.getByRole('dialog', { name: 'Image viewer' }), isClosed: () => isClosed };
}
const shownSource = (viewer: HTMLElement): string | null =>
  [...viewer.querySelectorAll('.viewer-stage > img')].at(-1)?.getAttribute('src') ?? null;
const sourceOf = (id: number): string => `app-media://blob/${hex(id)}`;

it('shows the picture that was opened, whose it is, what it is and which of how many', async () => {
  const { viewer } = await show(3);
  expect(viewer).toHaveAttribute('data-theme', 'dark');
  expect(shownSource(viewer)).toBe(sourceOf(3));
  expect(within(viewer).getByRole('img', { name: 'hills-3.jpg' })).toBeInTheDocument();
  expect(within(viewer).getByText('Lin Wan')).toBeInTheDocument();
  expect(within(viewer).getByText('1200 × 800')).toBeInTheDocument();
  expect(within(viewer).getByText('1.1 MB')).toBeInTheDocument();
  expect(within(viewer).getByText('3 / 8')).toBeInTheDocument();
});

it('goes through the pictures of the conversation with keys, buttons and the strip, and ends at both ends', async () => {
  const { viewer, user } = await show(2);
  viewer.focus();
  await user.keyboard('{ArrowLeft}');
  expect(shownSource(viewer)).toBe(sourceOf(1));
  expect(within(viewer).queryByRole('button', { name: 'Previous image' })).toBeNull();
  await user.keyboard('{ArrowLeft}');
  expect(shownSource(viewer)).toBe(sourceOf(1));
  await user.click(within(viewer).getByRole('button', { name: 'Next image' }));
  expect(shownSource(viewer)).toBe(sourceOf(2));
  await user.keyboard('{End}');
  expect(shownSource(viewer)).toBe(sourceOf(8));
  expect(within(viewer).queryByRole('button', { name: 'Next image' })).toBeNull();
  const strip = within(within(viewer).getByRole('navigation', { name: 'Images of this conversation' }));
  expect(strip.getByRole('button', { current: true })).toHaveAccessibleName('hills-8.jpg');
  await user.click(strip.getByRole('button', { name: 'hills-5.jpg' }));
  expect(shownSource(viewer)).toBe(sourceOf(5));
});

it('saves, copies, shows in the folder and closes, with keys too', async () => {
  const { viewer, done, user, isClosed } = await show(4);
  viewer.focus();
  await user.keyboard('{Control>}c{/Control}{Control>}s{/Control}');
  await user.click(within(viewer).getByRole('button', { name: 'Show in folder' }));
  expect(done).toEqual(['copyImage hills-4.jpg', 'saveAs hills-4.jpg', 'showInFolder hills-4.jpg']);
  fireEvent(viewer, new Event('cancel', { cancelable: true }));
  expect(isClosed()).toBe(true);
});

it('says that a part of the picture is missing', async () => {
  const { viewer } = await show(3, [
    picture(1),
    picture(2),
    picture(3, { attachment: { ...here(3), isDamaged: true } }),
  ]);
  expect(within(viewer).getByText('This picture is damaged or incomplete.')).toBeInTheDocument();
  expect(within(viewer).getByRole('button', { name: 'Save as…' })).toBeEnabled();
});

it('looks itself at a picture that is its own small copy', async () => {
  const { pictures } = installFakeDrawing();
  pictures.set(sourceOf(1), { width: 300, height: 200, isCut: true });
  const small = { attachment: { ...here(1), thumbId: null, width: 300, height: 200 }, sizeBytes: 40_000 };
  const { viewer } = await show(1, [picture(1, small)]);
  expect(await within(viewer).findByText('This picture is damaged or incomplete.')).toBeInTheDocument();
});

it('turns a picture, and begins upright with the next', async () => {
  const { viewer, user } = await show(4);
  const image = (): HTMLElement => within(viewer).getByRole('img');
  await user.click(within(viewer).getByRole('button', { name: 'Rotate' }));
  expect(image().style.transform).toContain('rotate(90deg)');
  viewer.focus();
  await user.keyboard('{ArrowRight}');
  expect(image().style.transform).toContain('rotate(0deg)');
});

it('fetches a picture of the own server when it is reached, and one of another host on a click only', async () => {
  const far = { ...here(3), blobId: null, thumbId: null } as const;
  const { viewer, done, user } = await show(1, [
    picture(1),
    picture(2, { attachment: { ...far, source: 'server' } }),
    picture(3, { attachment: { ...far, source: 'foreign', foreignHost: 'pics.example.org' } }),
  ]);
  viewer.focus();
  await user.keyboard('{ArrowRight}');
  expect(done).toEqual(['download 2']);
  await user.keyboard('{ArrowRight}');
  expect(done).toEqual(['download 2']);
  await user.click(within(viewer).getByRole('button', { name: 'Get hills-3.jpg from pics.example.org' }));
  expect(done).toEqual(['download 2', 'download 3']);
});

it('keeps showing a picture that is deleted meanwhile, and goes on from there', async () => {
  const { fake, viewer } = await show(4);
  await act(async () => fake.emit('messages:removed', [{ peerId: userId(2), rowId: rowId(4) }]));
  expect(shownSource(viewer)).toBe(sourceOf(4));
  fireEvent.click(within(viewer).getByRole('button', { name: 'Next image' }));
  expect(shownSource(viewer)).toBe(sourceOf(5));
});

it('stands in the details with its latest six, and all of them on demand', async () => {
  const { kit, list, done, user } = createRig();
  render(<MediaSection kind="image" list={list} kit={kit} />);
  const section = await screen.findByRole('region', { name: 'Images' });
  expect(within(section).getAllByRole('listitem')).toHaveLength(6);
  await user.click(within(section).getByRole('button', { name: 'Open hills-8.jpg' }));
  expect(done).toEqual(['open hills-8.jpg']);
  await user.click(within(section).getByRole('button', { name: 'All 8' }));
  expect(within(section).getAllByRole('listitem')).toHaveLength(8);
  await user.click(within(section).getByRole('button', { name: 'Show fewer' }));
  expect(within(section).getAllByRole('listitem')).toHaveLength(6);
});

it('names another host in the details before a file is fetched from there', async () => {
  const far = { ...here(1), blobId: null, thumbId: null, source: 'foreign', foreignHost: 'pics.example.org' } as const;
  const { kit, fake, done, user } = createRig();
  const file = picture(1, { kind: 'file', text: 'a.pdf', attachment: far });
  fake.answer('messages:listMedia', () => ok({ messages: [file], hasMore: false }));
  render(<MediaSection kind="file" list={createMediaList(fake.bridge, userId(2), 'file')} kit={kit} />);
  const row = await screen.findByRole('button', { name: 'Get a.pdf from pics.example.org' });
  expect(row).toHaveTextContent('1.1 MB · pics.example.org');
  await user.click(row);
  expect(done).toEqual(['download 1']);
});

it('says nothing in the details of what a conversation does not have', async () => {
  const { kit, list } = createRig([]);
  render(<MediaSection kind="image" list={list} kit={kit} />);
  await act(async () => {});
  expect(screen.queryByRole('region')).toBeNull();
});
