import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { aSnapshot, me } from '../../testing/views.ts';
import { MeBar } from './me-bar.tsx';

function show(connection: 'connected' | 'connecting' | 'offline' = 'connected') {
  const on = { onSettings: vi.fn(), onCopyId: vi.fn(), onCopyLink: vi.fn(), onLogOut: vi.fn() };
  render(<MeBar account={me} connection={connection} settings={aSnapshot().settings} {...on} />);
  return on;
}
const openMenu = () => userEvent.click(screen.getByRole('button', { name: 'My account' }));

test.each([
  ['connected', 'Connected'],
  ['connecting', 'Connecting…'],
  ['offline', 'Offline'],
] as const)('%s is a word under the name', (connection, word) => {
  show(connection);
  expect(screen.getByRole('status', { name: word })).toHaveTextContent(word);
  expect(screen.getByRole('button', { name: 'My account' })).toHaveAccessibleDescription(word);
});

test('the menu has my card, and each thing to do once', async () => {
  const { onCopyId } = show();
  await openMenu();
  expect(screen.getByText('ID 10025')).toBeVisible();
  const items = screen.getAllByRole('menuitem').map((item) => item.textContent);
  expect(items).toEqual(['Copy my ID', 'Copy link', 'Language', 'Appearance', 'Log out']);
  await userEvent.click(screen.getByRole('menuitem', { name: 'Copy my ID' }));
  expect(onCopyId).toHaveBeenCalledOnce();
  expect(screen.queryByRole('menu')).toBeNull();
});

test('it can all be done from the keyboard', async () => {
  const { onSettings, onLogOut } = show();
  await userEvent.tab();
  await userEvent.keyboard('{Enter}{ArrowDown}{ArrowDown}{ArrowRight}');
  expect(screen.getByRole('menuitemradio', { name: 'As in the system' })).toBeChecked();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{Enter}');
  expect(onSettings).toHaveBeenCalledExactlyOnceWith({ locale: 'zh-CN' });
  await userEvent.keyboard('{Enter}{End}{Enter}');
  expect(onLogOut).toHaveBeenCalledOnce();
});

test('a theme is chosen in the menu', async () => {
  const { onSettings } = show();
  await openMenu();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}');
  await userEvent.click(screen.getByRole('menuitemradio', { name: 'Dark' }));
  expect(onSettings).toHaveBeenCalledExactlyOnceWith({ theme: 'dark' });
});
