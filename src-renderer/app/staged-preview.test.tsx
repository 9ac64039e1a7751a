import { render } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { vp8, webp } from '../../src-shared/media/testing/sample-images.ts';
import { installFakeDrawing } from '../testing/fake-drawing.ts';
import { aStaged } from '../testing/trays.ts';
import { StagedPreview } from './staged-preview.tsx';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});
const photo = aStaged('photo.jpg', { kind: 'image' });
const icon = (): Element | null => document.querySelector('svg');

it('a picture in the tray is drawn as large as its place, behind the sign of its kind until then', async () => {
  const { drawn } = installFakeDrawing();
  render(<StagedPreview staged={photo} thumbs={async () => new Uint8Array(webp(vp8(480, 320)))} />);
  expect(icon()).toBeInTheDocument();
  await vi.waitFor(() => expect(icon()).toBeNull());
  expect(drawn).toEqual(['48 × 48']);
});

it('a picture that cannot be drawn keeps the sign of its kind', async () => {
  installFakeDrawing();
  render(<StagedPreview staged={photo} thumbs={async () => null} />);
  await vi.waitFor(() => expect(document.querySelector('canvas')).toBeNull());
  expect(icon()).toBeInTheDocument();
});

it('a picture that scrolls away before its turn is not made small', async () => {
  installFakeDrawing();
  let isWanted = (): boolean => true;
  const { unmount } = render(
    <StagedPreview
      staged={photo}
      thumbs={(_id, _version, wanted) => {
        isWanted = wanted;
        return new Promise(() => {});
      }}
    />,
  );
  expect(isWanted()).toBe(true);
  unmount();
  expect(isWanted()).toBe(false);
});
