import { fireEvent, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import { PasswordField } from './password-field.tsx';
import { TextField } from './field.tsx';

const words = { show: 'Show password', hide: 'Hide password', capsLock: 'Caps Lock is on' };

test('a field says its hint, and in its place what is wrong', () => {
  const { rerender } = render(<TextField label="Username" hint="Anything goes" />);
  expect(screen.getByRole('textbox', { name: 'Username' })).toHaveAccessibleDescription('Anything goes');
  rerender(<TextField label="Username" hint="Anything goes" error="Enter a name." />);
  expect(screen.getByRole('alert')).toHaveTextContent('Enter a name.');
  expect(screen.getByRole('textbox')).toBeInvalid();
  expect(screen.getByRole('textbox')).toHaveAccessibleDescription('Enter a name.');
});

test('a password is hidden until it is asked to be seen', async () => {
  render(<PasswordField label="Password" words={words} defaultValue="secret" />);
  expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
  await userEvent.click(screen.getByRole('button', { name: 'Show password' }));
  expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'text');
  await userEvent.click(screen.getByRole('button', { name: 'Hide password' }));
  expect(screen.getByLabelText('Password')).toHaveAttribute('type', 'password');
});

test('Caps Lock is said while a password is typed', () => {
  render(<PasswordField label="Password" words={words} />);
  fireEvent.keyDown(screen.getByLabelText('Password'), { key: 'A', modifierCapsLock: true });
  expect(screen.getByText('Caps Lock is on')).toBeVisible();
  fireEvent.keyUp(screen.getByLabelText('Password'), { key: 'CapsLock' });
  expect(screen.queryByText('Caps Lock is on')).toBeNull();
});
