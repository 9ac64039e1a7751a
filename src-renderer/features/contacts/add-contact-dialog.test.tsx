import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aContact, me } from '../../testing/views.ts';
import { AddContactDialog } from './add-contact-dialog.tsx';
import { createContactsStore, withContacts } from './contacts-store.ts';

function show(initialId = '') {
  const fake = createFakeBridge();
  const store = createContactsStore();
  store.setState((state) => withContacts(state, [aContact(5, 'Bo')]));
  const on = { onCopyId: vi.fn(), onClose: vi.fn(), onAdded: vi.fn() };
  render(
    <AddContactDialog
      bridge={fake.bridge}
      store={store}
      account={me}
      initialId={initialId}
      toast={<p>ID copied</p>}
      {...on}
    />,
  );
  return { fake, store, ...on, field: screen.getByRole('textbox', { name: 'User ID' }) };
}

test('the dialog begins in its field, says how it is filled, and shows my own id', () => {
  const { field } = show();
  expect(screen.getByRole('dialog', { name: 'Add contact' })).toBeVisible();
  expect(field).toHaveFocus();
  expect(field).toHaveAccessibleDescription('The number on their card, or paste a kith:// link.');
  expect(screen.getByText('10025')).toBeVisible();
  expect(within(screen.getByRole('dialog')).getByText('ID copied')).toBeVisible();
});

test('Enter adds the person and hands them on', async () => {
  const { fake, store, onAdded, field } = show();
  fake.answer('contacts:add', ({ userId }) => ok(aContact(userId, '顾清和')));
  await userEvent.type(field, '10131{Enter}');
  expect(fake.callsTo('contacts:add')).toEqual([{ userId: 10131 }]);
  expect(onAdded).toHaveBeenCalledExactlyOnceWith(aContact(10131, '顾清和'));
  expect(store.getState().byId?.size).toBe(2);
});

test("the server's own words stand at the field, and what was typed stays", async () => {
  const { fake, onAdded, field } = show();
  fake.answer('contacts:add', () => err(appError('rejected', 'User not found')));
  await userEvent.type(field, '10131');
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  expect(screen.getByRole('alert')).toHaveTextContent('The server said: “User not found”');
  expect(field).toHaveValue('10131');
  expect(onAdded).not.toHaveBeenCalled();
  await userEvent.type(field, '{Backspace}');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('what cannot be an id is said without asking the server', async () => {
  const { fake, field } = show();
  await userEvent.type(field, '5{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent('Bo is already a contact.');
  expect(fake.calls).toEqual([]);
});

test('someone who wrote is filled in already', async () => {
  const { fake } = show('77');
  await userEvent.click(screen.getByRole('button', { name: 'Add' }));
  expect(fake.callsTo('contacts:add')).toEqual([{ userId: 77 }]);
});

test('Cancel and the cross close it', async () => {
  const { onClose } = show();
  await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  await userEvent.click(screen.getByRole('button', { name: 'Close' }));
  expect(onClose).toHaveBeenCalledTimes(2);
});
