import { act, fireEvent, screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { maxTextCodePoints } from '../../src-shared/domain/limits.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import { installFakeLayout } from '../features/conversation/fake-layout.ts';
import { createDeferred } from '../testing/deferred.ts';
import { box, caption, carrying, drag, file, inTray, rows, show, tray } from '../testing/tray-window.tsx';
import { aStaged, aTray } from '../testing/trays.ts';

beforeAll(installFakeLayout);

describe('the tray', () => {
  const open = async (...args: Parameters<typeof show>) => {
    const shown = await show(...args);
    await shown.user.click(screen.getByRole('button', { name: 'Show files' }));
    return shown;
  };

  it('says what will go, how large it is, what will not and why', async () => {
    await open([
      aStaged('a.txt', { sizeBytes: 2_000_000 }),
      aStaged('film.mov', { sizeBytes: 1_300_000_000, problem: 'too-large' }),
      aStaged('empty', { sizeBytes: 0, problem: 'empty' }),
      aStaged('b.txt', { sizeBytes: 500_000 }),
    ]);
    expect(within(tray()).getByRole('heading')).toHaveTextContent('Send 2 files to 林晚');
    expect(within(tray()).getByText('2 files · 2.5 MB · 2 left out')).toBeVisible();
    expect(within(tray()).getByText('1.3 GB: over this server’s limit of 100 MB')).toBeVisible();
    expect(within(tray()).getByText('This file is empty')).toBeVisible();
    expect(inTray('Send')).toHaveTextContent('2');
    expect(inTray('Send')).toHaveAccessibleDescription('2 files · 2.5 MB · 2 left out');
  });

  it('looks again at the files when the person comes back to the window', async () => {
    const { fake } = await open([aStaged('a', { problem: 'in-use' })]);
    expect(within(tray()).getByText('Another program is using this file')).toBeVisible();
    fake.answer('attachments:getTray', () => ok(aTray(1, [aStaged('a')])));
    await act(async () => void fireEvent.focus(window));
    expect(within(tray()).queryByText('Another program is using this file')).toBeNull();
    expect(inTray('Send')).toBeEnabled();
  });

  it('says that a file was changed since, and sends it on a second press', async () => {
    const { fake, user } = await open([aStaged('a'), aStaged('b', { problem: 'changed', sizeBytes: 2_000_000 })]);
    expect(within(tray()).getByText(/^2\.0 MB: Changed since you added it/)).toBeVisible();
    expect(inTray('Send')).toHaveAccessibleDescription('2 files · 3.0 MB');
    await user.click(inTray('Send'));
    expect(fake.callsTo('attachments:send')).toMatchObject([
      { stagedIds: [aStaged('a').stagedId, aStaged('b').stagedId] },
    ]);
  });

  it('has nothing to send where nothing can be sent', async () => {
    await open([aStaged('empty', { problem: 'empty' })]);
    expect(inTray('Send')).toBeDisabled();
  });

  it('sends nothing while the caption is too long, says why, and takes it as a file', async () => {
    const { fake, user } = await open([aStaged('a')]);
    const text = 'x'.repeat(maxTextCodePoints + 3);
    fireEvent.change(caption(), { target: { value: text } });
    expect(inTray('Send')).toBeDisabled();
    expect(inTray('Send')).toHaveAccessibleDescription('3 characters over the limit');
    await user.type(caption(), '{Enter}');
    expect(fake.callsTo('attachments:send')).toEqual([]);
    await user.click(inTray('Send as a file'));
    expect(rows()).toEqual(['a', expect.stringMatching(/^Text .*\.txt$/)]);
    expect(caption()).toHaveValue('');
    expect(caption()).toHaveFocus();
    expect(inTray('Send')).toBeEnabled();
    expect(inTray('Send')).toHaveAccessibleDescription(/^2 files/);
  });

  it('goes on with a caption where its caret was, and gives the caret back', async () => {
    const { user } = await show([aStaged('a')], 'look');
    box().setSelectionRange(2, 2);
    fireEvent.select(box());
    await user.click(screen.getByRole('button', { name: 'Show files' }));
    expect([caption().selectionStart, caption().selectionEnd]).toEqual([2, 2]);
    expect(caption()).toHaveFocus();
    await user.keyboard('o');
    expect(caption()).toHaveValue('loook');
    await user.click(inTray('Cancel'));
    act(() => box().focus());
    expect(box().selectionStart).toBe(3);
    await user.click(screen.getByRole('button', { name: 'Show files' }));
    expect(caption().selectionStart).toBe(3);
  });

  it('opens its emoji picker by the keys that its button names, and not the one behind it', async () => {
    const { user } = await open([aStaged('a')]);
    await user.keyboard('{Control>}e{/Control}');
    expect(await within(tray()).findByRole('dialog', { name: 'Emoji' })).toBeInTheDocument();
    expect(screen.getAllByRole('dialog', { name: 'Emoji' })).toHaveLength(1);
  });

  it('says to whom the files will go, also to who does not see its title', async () => {
    await open([aStaged('a')]);
    expect(tray()).toHaveAccessibleDescription('Send 1 file to 林晚');
  });

  it('says what becomes of the place in a photo', async () => {
    const { kept, user, fake } = await open([
      aStaged('photo.jpg', { kind: 'image', hasMetadata: true }),
      aStaged('plain.png', { kind: 'image' }),
      aStaged('IMG_1.HEIC', { kind: 'file', hasMetadata: true }),
    ]);
    expect(within(tray()).getByText('1.0 MB · may carry location and camera data')).toBeVisible();
    const [photo, plain] = within(tray()).getAllByRole('listitem') as [HTMLElement, HTMLElement];
    expect(within(photo).getByText('1.0 MB · location removed')).toBeVisible();
    expect(within(plain).queryByRole('checkbox', { name: 'Original' })).toBeNull();
    await user.click(within(photo).getByRole('checkbox', { name: 'Original' }));
    expect(within(photo).getByText('1.0 MB · keeps location and camera data')).toBeVisible();
    await user.click(within(photo).getByRole('checkbox', { name: 'Send as file' }));
    // A file goes as it is.
    expect(within(photo).queryByRole('checkbox', { name: 'Original' })).toBeNull();
    expect(fake.callsTo('attachments:setStaged')).toMatchObject([
      { isAsFile: false, keepsMetadata: true },
      { isAsFile: true, keepsMetadata: true },
    ]);
    expect(kept()).toHaveLength(3);
  });

  it('is put in order by its buttons and by Alt with an arrow key, and keeps the focus with the file', async () => {
    const { kept, user } = await open([aStaged('a'), aStaged('b'), aStaged('c')]);
    expect(inTray('Move a up')).toBeDisabled();
    await user.click(inTray('Move c up'));
    expect(rows()).toEqual(['a', 'c', 'b']);
    expect(inTray('Move c up')).toHaveFocus();
    await user.click(inTray('Move c up'));
    expect(inTray('Move c down')).toHaveFocus();
    await user.keyboard('{Alt>}{ArrowDown}{/Alt}');
    expect(rows()).toEqual(['a', 'c', 'b']);
    expect(screen.getByText('c is number 2 of 3')).toBeInTheDocument();
    expect(kept()).toEqual(['a', 'c', 'b']);
  });

  it('leaves the focus alone where nothing was moved or removed, whatever is said of the files later', async () => {
    const { fake, user } = await open([aStaged('a'), aStaged('b')]);
    inTray('Remove a').focus();
    await user.keyboard('{Alt>}{ArrowUp}{/Alt}');
    fake.answer('attachments:unstage', () => err(appError('disk-full')));
    await user.click(inTray('Remove b'));
    await user.type(caption(), 'hello');
    fake.answer('attachments:getTray', () => ok(aTray(1, [aStaged('a'), aStaged('b', { problem: 'in-use' })])));
    await act(async () => void fireEvent.focus(window));
    expect(within(tray()).getByText('Another program is using this file')).toBeVisible();
    expect(caption()).toHaveFocus();
  });

  it('is put in order by dragging a row', async () => {
    const { kept } = await open([aStaged('a'), aStaged('b'), aStaged('c')]);
    const [a, , c] = [...tray().querySelectorAll('[draggable]')] as [HTMLElement, HTMLElement, HTMLElement];
    const types: string[] = [];
    const dataTransfer = {
      types,
      setData: (type: string) => types.push(type),
      effectAllowed: 'none',
      dropEffect: 'none',
    };
    fireEvent.dragStart(a, { dataTransfer });
    // The lower half of the last row: behind it.
    fireEvent.dragOver(c, { dataTransfer, clientY: 1 });
    await act(async () => void fireEvent.drop(c, { dataTransfer }));
    expect(kept()).toEqual(['b', 'c', 'a']);
  });

  it('gives the focus to the next file when one is removed, and closes with the last', async () => {
    const { user } = await open([aStaged('a'), aStaged('b'), aStaged('c')]);
    await user.click(inTray('Remove b'));
    expect(inTray('Remove c')).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(inTray('Remove a')).toHaveFocus();
    await user.keyboard('{Enter}');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('sends on Enter in the caption, which is the text of the conversation, and empties it', async () => {
    const { fake, user } = await open([aStaged('a')]);
    await user.type(caption(), 'look{Shift>}{Enter}{/Shift}here');
    expect(box()).toHaveValue('look\nhere');
    await user.keyboard('{Enter}');
    expect(fake.callsTo('attachments:send')).toMatchObject([{ peerId: 1, caption: 'look\nhere' }]);
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(box()).toHaveValue('');
  });

  it('shows how far the copying is, and takes no second press meanwhile', async () => {
    const { fake, user } = await open([aStaged('a'), aStaged('b', { sizeBytes: 4_000_000 })], 'look');
    const answer = createDeferred<void>();
    fake.answer('attachments:send', async () => {
      await answer.promise;
      return ok({ sentCount: 2, tray: aTray(1, []) });
    });
    await user.click(inTray('Send'));
    expect(caption()).toHaveValue('look');
    expect(caption()).toHaveAttribute('readonly');
    const preparing = { stagedId: aStaged('b').stagedId, doneBytes: 1_000_000 };
    act(() => fake.emit('attachments:trayChanged', aTray(1, [aStaged('b', { sizeBytes: 4_000_000 })], { preparing })));
    expect(within(tray()).getByText('Preparing, 1 file to go')).toBeVisible();
    expect(within(tray()).getByRole('progressbar', { name: 'Preparing b' })).toHaveAttribute('value', '1000000');
    await user.click(inTray('Send'));
    expect(fake.callsTo('attachments:send')).toHaveLength(1);
    await act(async () => answer.resolve());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('says what did not work until the person has read it', async () => {
    const { fake, user } = await open([aStaged('a')]);
    fake.answer('attachments:send', () => err(appError('store-unavailable')));
    await user.click(inTray('Send'));
    expect(within(tray()).getByRole('alert')).toHaveTextContent(/^This did not work: /);
    await user.click(inTray('Dismiss'));
    expect(within(tray()).queryByRole('alert')).toBeNull();
    expect(caption()).toHaveFocus();
  });

  it('names what main did not take, with the reason, until it is left out', async () => {
    const { fake, user } = await open([aStaged('a')]);
    fake.answer('attachments:stage', () => err(appError('disk-full')));
    await act(async () => void drag('drop', caption(), carrying(['b', 'c', 'd', 'e'].map(file))));
    const alert = within(tray()).getByRole('alert');
    expect(alert).toHaveTextContent(
      '4 files could not be added: b, c, d …. The disk is full. Free some space and try again.',
    );
    expect(inTray('Send')).toBeDisabled();
    await user.click(inTray('Leave out'));
    expect(within(tray()).queryByRole('alert')).toBeNull();
    expect(inTray('Send')).toBeEnabled();
  });

  it('has of a thousand files those on screen in the page, and says of each which of how many it is', async () => {
    await open(Array.from({ length: 1_000 }, (_, at) => aStaged(`${at}`, at < 200 ? {} : { problem: 'too-many' })));
    expect(within(tray()).getByText('200 files · 200 MB · 800 left out')).toBeVisible();
    const items = within(tray()).getAllByRole('listitem');
    expect(items.length).toBeLessThan(30);
    expect(items[1]).toHaveAttribute('aria-posinset', '2');
    expect(items[1]).toHaveAttribute('aria-setsize', '1000');
  });

  it('shows the others as it is scrolled, and keeps the row that has the focus', async () => {
    await open(Array.from({ length: 1_000 }, (_, at) => aStaged(`${at}`)));
    inTray('Remove 1').focus();
    const list = within(tray()).getByRole('list', { name: 'Files' }).parentElement as HTMLElement;
    act(() => list.scrollTo({ top: 30_000 }));
    await vi.waitFor(() => expect(rows().length).toBeGreaterThan(3));
    expect(rows()).not.toContain('0');
    expect(
      rows()
        .slice(1)
        .every((name) => Number(name) > 300),
    ).toBe(true);
    expect(inTray('Remove 1')).toHaveFocus();
  });
});
