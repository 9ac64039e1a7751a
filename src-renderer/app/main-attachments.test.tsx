import { act, createEvent, fireEvent, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeAll, describe, expect, it } from 'vitest';
import { maxTextCodePoints } from '../../src-shared/domain/limits.ts';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { installFakeLayout } from '../features/conversation/fake-layout.ts';
import { box, caption, carrying, drag, file, inTray, pane, row, rows, show, tray } from '../testing/tray-window.tsx';
import { aStaged, keepTrays } from '../testing/trays.ts';
import { aContact } from '../testing/views.ts';

beforeAll(installFakeLayout);

describe('files that are dragged over the window', () => {
  it('are offered to whoever is on screen, by name, and go into that tray', async () => {
    const { kept } = await show();
    const data = carrying([file('a.txt'), file('b.txt')]);
    expect(drag('dragOver', pane(), data).defaultPrevented).toBe(true);
    expect(data.dropEffect).toBe('copy');
    expect(screen.getByText('Drop files for 林晚')).toBeVisible();
    expect(screen.getByText('2 items. Nothing is sent until you press Send.')).toBeVisible();
    await act(async () => void drag('drop', pane(), data));
    expect(screen.queryByText('Drop files for 林晚')).toBeNull();
    expect(within(tray()).getByRole('heading')).toHaveTextContent('Send 2 files to 林晚');
    expect(rows()).toEqual(['a.txt', 'b.txt']);
    expect(kept()).toEqual(['a.txt', 'b.txt']);
    expect(caption()).toHaveFocus();
  });

  it('go to the person whose row they are dropped on, and the conversation on screen stays', async () => {
    const { kept } = await show();
    const data = carrying([file('a.txt')]);
    drag('dragOver', within(row('Bo')).getByText('Bo'), data);
    expect(row('Bo')).toHaveTextContent('Drop files here');
    await act(async () => void drag('drop', within(row('Bo')).getByText('Bo'), data));
    expect(within(tray()).getByRole('heading')).toHaveTextContent('Send 1 file to Bo');
    expect([kept(1), kept(2)]).toEqual([[], ['a.txt']]);
    expect(screen.getByRole('region', { name: 'Conversation with 林晚' })).toBeInTheDocument();
  });

  it('join the files of an open tray, named as its own, and go to nobody behind it', async () => {
    const { kept } = await show();
    const data = carrying([file('a.txt')]);
    await act(async () => void drag('drop', pane(), data));
    drag('dragOver', caption(), data);
    expect(within(tray()).getByText('Drop files for 林晚')).toBeVisible();
    await act(async () => void drag('drop', caption(), carrying([file('b.txt')])));
    expect(kept()).toEqual(['a.txt', 'b.txt']);
    // The dark around it, whoever is seen through it.
    expect(drag('dragOver', tray(), data).defaultPrevented).toBe(true);
    expect(data.dropEffect).toBe('none');
    expect(screen.getByText('Drop files on a conversation or on a name in the list')).toBeInTheDocument();
    await act(async () => void drag('drop', tray(), carrying([file('c.txt')])));
    expect(kept()).toEqual(['a.txt', 'b.txt']);
  });

  it('are taken nowhere else, and that is said', async () => {
    const { fake } = await show();
    const data = carrying([file('a.txt')]);
    const search = screen.getByRole('searchbox', { name: 'Search' });
    expect(drag('dragOver', search, data).defaultPrevented).toBe(true);
    expect(data.dropEffect).toBe('none');
    expect(screen.getByText('Drop files on a conversation or on a name in the list')).toBeVisible();
    expect(drag('drop', search, data).defaultPrevented).toBe(true);
    expect(screen.queryByText(/^Drop files on/)).toBeNull();
    expect(fake.callsTo('attachments:stage')).toEqual([]);
  });

  it('are not taken for somebody blocked, neither in their conversation nor on their row, and that is said', async () => {
    const { fake, user } = await show();
    await act(async () => fake.emit('contacts:changed', [aContact(1, '林晚', { isBlocked: true }), aContact(2, 'Bo')]));
    const words = 'Nothing can be sent until you unblock them.';
    const data = carrying([file('a.txt')]);
    drag('dragOver', pane(), data);
    expect(data.dropEffect).toBe('none');
    expect(screen.getByText(words).parentElement).toHaveTextContent('You blocked 林晚.');
    expect(screen.queryByText(/^Drop files/)).toBeNull();
    await act(async () => void drag('drop', pane(), data));
    expect(screen.queryByText(words)).toBeNull();

    await user.click(screen.getByRole('tab', { name: 'Contacts' }));
    const blocked = within(screen.getByRole('list', { name: 'Contacts' })).getByRole('button', { name: /林晚/ });
    drag('dragOver', blocked, data);
    expect(data.dropEffect).toBe('none');
    expect(screen.getByText(`You blocked 林晚. ${words}`)).toBeVisible();
    expect(blocked).not.toHaveTextContent('Drop files here');
    await act(async () => void drag('drop', blocked, data));
    expect(fake.callsTo('attachments:stage')).toEqual([]);
    expect(screen.queryByRole('dialog')).toBeNull();
    // Elsewhere it is as always.
    drag('dragOver', screen.getByRole('searchbox', { name: 'Search' }), data);
    expect(screen.getByText('Drop files on a conversation or on a name in the list')).toBeVisible();
  });

  it('are not what a text or a link is, which go into boxes only', async () => {
    const { fake } = await show();
    const link = carrying([], 'https://example.org/');
    expect(drag('dragOver', pane(), link).defaultPrevented).toBe(true);
    expect(link.dropEffect).toBe('none');
    expect(drag('drop', pane(), link).defaultPrevented).toBe(true);
    expect(drag('dragOver', box(), link).defaultPrevented).toBe(false);
    expect(drag('drop', box(), link).defaultPrevented).toBe(false);
    expect(fake.callsTo('attachments:stage')).toEqual([]);
  });

  it('are nothing new where the drag began in this window', async () => {
    const { fake } = await show();
    fireEvent.dragStart(pane());
    drag('drop', pane(), carrying([file('a.png')]));
    expect(fake.callsTo('attachments:stage')).toEqual([]);
    fireEvent.dragEnd(pane());
    await act(async () => void drag('drop', pane(), carrying([file('a.png')])));
    expect(fake.callsTo('attachments:stage')).toHaveLength(1);
  });

  it('leave no trace where the drag is given up', async () => {
    await show();
    drag('dragOver', pane(), carrying([file('a.txt')]));
    drag('dragLeave', pane(), carrying([]), { relatedTarget: null });
    expect(screen.queryByText('Drop files for 林晚')).toBeNull();
  });

  it('join those in the tray that is open', async () => {
    const { kept } = await show([aStaged('first')]);
    await userEvent.click(screen.getByRole('button', { name: 'Show files' }));
    await act(async () => void drag('drop', caption(), carrying([file('second')])));
    expect(kept()).toEqual(['first', 'second']);
  });
});

describe('what is pasted into a conversation', () => {
  const paste = async (element: Element, files: readonly File[], text = ''): Promise<Event> => {
    const event = createEvent.paste(element);
    Object.assign(event, { clipboardData: carrying(files, text) });
    await act(async () => void fireEvent(element, event));
    return event;
  };
  const picture = (): File => new File(['x'], 'image.png', { type: 'image/png' });

  it('is all of the copied files, though their names are there as a text', async () => {
    const { kept } = await show();
    const event = await paste(box(), [file('a.txt'), file('b.png'), file('c.zip')], '/home/me/a.txt\n/home/me/b.png');
    expect(event.defaultPrevented).toBe(true);
    expect(kept()).toEqual(['a.txt', 'b.png', 'c.zip']);
  });

  it('is a bare picture under a name that says when, wherever the focus is', async () => {
    const { kept } = await show();
    await paste(document.body, [picture()]);
    expect(kept()).toEqual([expect.stringMatching(/^Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/)]);
  });

  it('is a copied file that has the name of a bare picture', async () => {
    const { kept } = await show();
    await paste(box(), [picture()], '/home/me/image.png');
    expect(kept()).toEqual(['image.png']);
  });

  it('is the text where a text and its picture come together, and the picture is offered', async () => {
    const { kept, user } = await show();
    const event = await paste(box(), [picture()], '1\t2\n3\t4');
    expect(event.defaultPrevented).toBe(false);
    expect(kept()).toEqual([]);
    await user.click(screen.getByRole('button', { name: 'Attach picture' }));
    expect(kept()).toEqual([expect.stringMatching(/^Pasted/)]);
    expect(screen.queryByText(/A picture came along/)).toBeNull();
  });

  it('is offered no longer than the text is in the box, and in the tray while that is open', async () => {
    const { fake, user } = await show();
    await paste(box(), [picture()], '1\t2');
    fireEvent.change(box(), { target: { value: '1\t2' } });
    await paste(pane(), [file('a.txt')]);
    expect(within(tray()).getByText(/A picture came along/)).toBe(screen.getByText(/A picture came along/));
    await user.click(inTray('Cancel'));
    expect(screen.getByText(/A picture came along/)).toBeVisible();
    await user.type(box(), '{Enter}');
    expect(fake.callsTo('messages:sendText')).toHaveLength(1);
    expect(screen.queryByText(/A picture came along/)).toBeNull();
  });

  it('is nothing where the person on screen is blocked', async () => {
    const { fake } = await show();
    await act(async () => fake.emit('contacts:changed', [aContact(1, '林晚', { isBlocked: true })]));
    await paste(document.body, [file('a.txt')]);
    await paste(pane(), [file('a.txt')]);
    expect(fake.callsTo('attachments:stage')).toEqual([]);
  });

  it('is nothing of a text alone, and nothing where another field has the focus', async () => {
    const { fake } = await show();
    expect((await paste(box(), [], 'words')).defaultPrevented).toBe(false);
    await paste(screen.getByRole('searchbox', { name: 'Search' }), [file('a.txt')]);
    expect(fake.callsTo('attachments:stage')).toEqual([]);
  });
});

describe('files by other ways', () => {
  it('are picked, any number of them, and the same ones again', async () => {
    const { kept, user } = await show();
    const input = document.querySelector<HTMLInputElement>('input[type=file]')!;
    let isAsked = false;
    const ask = (event: Event): void => {
      isAsked = true;
      event.preventDefault();
    };
    input.addEventListener('click', ask, { once: true });
    await user.click(screen.getByRole('button', { name: 'Attach files' }));
    expect(isAsked).toBe(true);
    expect(input.multiple).toBe(true);
    await user.upload(input, [file('a.txt'), file('b.txt')]);
    expect(kept()).toEqual(['a.txt', 'b.txt']);
    expect(input.value).toBe('');
  });

  it('are made of a text that is too long, which leaves the box once it is in the tray', async () => {
    const { fake, kept, user } = await show();
    fake.answer('attachments:stage', () => err(appError('disk-full')));
    const text = 'x'.repeat(maxTextCodePoints + 1);
    fireEvent.change(box(), { target: { value: text } });
    await user.click(screen.getByRole('button', { name: 'Send as a file' }));
    expect(within(tray()).getByRole('alert')).toHaveTextContent(
      /^1 file could not be added: Text .*\.txt\. The disk is full/,
    );
    expect(box()).toHaveValue(text);
    await user.click(inTray('Leave out'));
    keepTrays(fake);
    await user.click(screen.getByRole('button', { name: 'Send as a file' }));
    expect(rows()).toEqual([expect.stringMatching(/^Text .*\.txt$/)]);
    expect(box()).toHaveValue('');
    expect(kept()).toEqual([]);
  });

  it('wait in the tray after a restart, are said above the composer and in the list, and can be taken away', async () => {
    const { kept, user } = await show([aStaged('a'), aStaged('b'), aStaged('c')], 'look');
    expect(screen.getByText('3 files waiting')).toBeVisible();
    expect(row('林晚')).toHaveTextContent('Draft: look');
    await user.click(screen.getByRole('button', { name: 'Show files' }));
    expect(rows()).toEqual(['a', 'b', 'c']);
    expect(caption()).toHaveValue('look');
    await user.click(inTray('Cancel'));
    expect(screen.queryByRole('dialog')).toBeNull();
    await user.click(screen.getByRole('button', { name: 'Remove these files' }));
    const question = screen.getByRole('alertdialog', { name: 'Remove 3 files that wait here?' });
    await user.click(within(question).getByRole('button', { name: 'Cancel' }));
    expect(kept()).toHaveLength(3);
    await user.click(screen.getByRole('button', { name: 'Remove these files' }));
    await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Remove these files' }));
    expect(kept()).toEqual([]);
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});
