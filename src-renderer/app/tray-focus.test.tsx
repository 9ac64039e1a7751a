import { act, screen, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { installFakeLayout } from '../features/conversation/fake-layout.ts';
import { box, carrying, drag, file, inTray, pane, row, show } from '../testing/tray-window.tsx';
import { aStaged } from '../testing/trays.ts';
import { aConversation } from '../testing/views.ts';

beforeAll(installFakeLayout);

describe('the focus', () => {
  const none = (): void => (document.activeElement as HTMLElement).blur();

  it.each([
    ['nowhere', none],
    ['on a row', () => row('Bo').focus()],
  ])('goes to the box once dropped files are sent, where it was %s', async (_where, elsewhere) => {
    const { user } = await show();
    elsewhere();
    await act(async () => void drag('drop', pane(), carrying([file('a.txt')])));
    await user.click(inTray('Send'));
    expect(screen.queryByRole('dialog')).toBeNull();
    expect(box()).toHaveFocus();
  });

  it('goes to the box where the tray is left, and nothing had it before', async () => {
    const { user } = await show();
    none();
    await act(async () => void drag('drop', pane(), carrying([file('a.txt')])));
    await user.click(inTray('Cancel'));
    expect(box()).toHaveFocus();
  });

  it('goes to the row where files were dropped on it and no conversation is on screen', async () => {
    const { user } = await show();
    await user.click(screen.getByRole('button', { name: 'Back' }));
    none();
    await act(async () => void drag('drop', row('Bo'), carrying([file('a.txt')])));
    await user.click(inTray('Send'));
    expect(row('Bo')).toHaveFocus();
  });

  it.each([1, 2])('goes to the box once the files that waited are removed, %i of them', async (count) => {
    const { fake, user } = await show([aStaged('a'), aStaged('b')].slice(0, count));
    await user.click(screen.getByRole('button', { name: 'Remove these files' }));
    if (count > 1)
      await user.click(within(screen.getByRole('alertdialog')).getByRole('button', { name: 'Remove these files' }));
    await act(async () => fake.emit('conversations:upserted', [aConversation(1)]));
    expect(screen.queryByRole('button', { name: 'Remove these files' })).toBeNull();
    expect(box()).toHaveFocus();
  });

  it('stays where somebody has put it meanwhile', async () => {
    const { fake } = await show([aStaged('a')]);
    screen.getByRole('searchbox', { name: 'Search' }).focus();
    await act(async () => fake.emit('conversations:upserted', [aConversation(1)]));
    expect(screen.getByRole('searchbox', { name: 'Search' })).toHaveFocus();
  });
});
