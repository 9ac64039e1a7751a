import { expect, it, vi } from 'vitest';
import { appError, type AppError } from '../../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import type { MessageView } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aMessage } from '../../testing/views.ts';
import { createMediaActions } from './media-actions.ts';

function createRig() {
  const fake = createFakeBridge({
    'attachments:open': () => ok({}),
    'attachments:saveAs': () => ok({ outcome: 'saved' }),
    'transfers:sendFirst': () => ok({}),
  });
  const viewed: MessageView[] = [];
  const warned: MessageView[] = [];
  const reported: AppError[] = [];
  const first: string[] = [];
  const copied: boolean[] = [];
  let savedCount = 0;
  const actions = createMediaActions({
    bridge: fake.bridge,
    pictures: { shrink: async () => null, toPng: async () => null, dispose: () => {} },
    view: (message) => viewed.push(message),
    warn: (message) => warned.push(message),
    onSaved: () => (savedCount += 1),
    onFirst: (message) => first.push(message.text),
    onCopied: (isCopied) => copied.push(isCopied),
    report: (error) => reported.push(error),
  });
  return { fake, actions, viewed, warned, reported, first, copied, savedCount: () => savedCount };
}
const file = (name: string): MessageView => aMessage(2, name, { kind: 'file' });

it('opens a picture in the viewer, a file in its program, an archive in its folder, and never what runs', async () => {
  const { fake, actions, viewed, warned } = createRig();
  const picture = aMessage(2, 'a.png', { kind: 'image' });
  actions.open(picture);
  actions.open(file('route.pdf'));
  actions.open(file('photos.zip'));
  actions.open(file('setup.pdf.exe'));
  expect(viewed).toEqual([picture]);
  expect(fake.callsTo('attachments:open')).toHaveLength(1);
  expect(fake.callsTo('attachments:showInFolder')).toHaveLength(1);
  expect(warned.map(({ text }) => text)).toEqual(['setup.pdf.exe']);
});

it('asks before it shows what main refuses to open, and says everything else that went wrong', async () => {
  const { fake, actions, warned, reported } = createRig();
  fake.answer('attachments:open', () => err(appError('file-not-openable')));
  actions.open(file('disguised.pdf'));
  await vi.waitFor(() => expect(warned.map(({ text }) => text)).toEqual(['disguised.pdf']));
  fake.answer('attachments:open', () => err(appError('file-gone')));
  actions.open(file('gone.pdf'));
  await vi.waitFor(() => expect(reported).toEqual([{ code: 'file-gone' }]));
});

it('says that a file was saved, and nothing where the person changed their mind', async () => {
  const { fake, actions, reported, savedCount } = createRig();
  actions.saveAs(file('a.pdf'));
  await vi.waitFor(() => expect(savedCount()).toBe(1));
  fake.answer('attachments:saveAs', () => ok({ outcome: 'cancelled' }));
  actions.saveAs(file('a.pdf'));
  fake.answer('attachments:showInFolder', () => err(appError('cancelled')));
  actions.showInFolder(file('a.pdf'));
  await vi.waitFor(() => expect(fake.callsTo('attachments:showInFolder')).toHaveLength(1));
  expect(savedCount()).toBe(1);
  expect(reported).toEqual([]);
});

it('says that a file goes before the others once that is so', async () => {
  const { fake, actions, reported, first } = createRig();
  const message = file('a.pdf');
  actions.sendFirst(message);
  await vi.waitFor(() => expect(first).toEqual(['a.pdf']));
  expect(fake.callsTo('transfers:sendFirst')).toEqual([{ rowId: message.rowId }]);
  fake.answer('transfers:sendFirst', () => err(appError('store-unavailable')));
  actions.sendFirst(message);
  await vi.waitFor(() => expect(reported).toEqual([{ code: 'store-unavailable' }]));
  expect(first).toHaveLength(1);
});

it('says that a picture could not be copied of which nothing is here', () => {
  const { actions, copied } = createRig();
  actions.copyImage(aMessage(2, 'a.png', { kind: 'image' }));
  expect(copied).toEqual([false]);
});
