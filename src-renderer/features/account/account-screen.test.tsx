import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { serverUrl } from '../../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../../src-shared/kernel/result.ts';
import type { AccountView, SessionView } from '../../../src-shared/ipc/views.ts';
import { createDeferred } from '../../testing/deferred.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { me, signedIn, signedOut } from '../../testing/views.ts';
import { AccountScreen } from './account-screen.tsx';

const known: SessionView = { ...signedOut, lastServerUrl: me.serverUrl, lastUsername: '沈知遥' };

function show(session: SessionView, onBack?: () => void) {
  const fake = createFakeBridge();
  render(
    <AccountScreen
      bridge={fake.bridge}
      session={session}
      servers={[]}
      languageSwitch={null}
      {...(onBack && { onBack })}
    />,
  );
  return fake;
}
const openRegister = () => userEvent.click(screen.getByRole('tab', { name: 'Register' }));
const field = (name: string) => screen.getByLabelText(name);

test('a new person chooses a server first, and registers on the one here', async () => {
  const fake = show(signedOut);
  fake.answer('hosting:startLocal', () => ok({ serverUrl: serverUrl('ws://127.0.0.1:14514') }));
  await userEvent.click(screen.getByRole('button', { name: 'Try it on this computer' }));
  expect(screen.getByRole('tab', { name: 'Register', selected: true })).toBeVisible();
  expect(screen.getByText('ws://127.0.0.1:14514')).toBeVisible();
});

test('who was here before logs in, with the name filled in and the password asked for', async () => {
  const fake = show(known);
  expect(field('Username')).toHaveValue('沈知遥');
  expect(field('Password')).toHaveFocus();
  const answer = createDeferred<Result<AccountView>>();
  fake.answer('session:logIn', () => answer.promise);
  await userEvent.keyboard('Rolleiflex-2.8f{Enter}{Enter}');
  expect(fake.callsTo('session:logIn')).toEqual([
    {
      serverUrl: me.serverUrl,
      username: '沈知遥',
      password: 'Rolleiflex-2.8f',
      staySignedIn: true,
      history: 'keychain',
    },
  ]);
  await act(async () => answer.resolve(err(appError('rejected', '用户名或密码错误'))));
  expect(screen.getByRole('alert')).toHaveTextContent('The server said: “用户名或密码错误”');
  expect(field('Password')).toHaveValue('Rolleiflex-2.8f');
});

test('a failure that is not the server’s has our words', async () => {
  const fake = show(known);
  fake.answer('session:logIn', () => err(appError('timeout')));
  await userEvent.keyboard('secret{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent('The server did not answer in time.');
});

test('a field is checked when it is left, and not before', async () => {
  show(known);
  await openRegister();
  await userEvent.type(field('E-mail'), 'zhiyao@example');
  expect(screen.queryByRole('alert')).toBeNull();
  await userEvent.tab();
  expect(screen.getByRole('alert')).toHaveTextContent('This does not look complete. Example: name@example.org');
  await userEvent.type(field('E-mail'), '.org');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('sending checks everything, goes to the first mistake, and asks nobody', async () => {
  const fake = show({ ...known, lastUsername: '' });
  await openRegister();
  await userEvent.click(screen.getByRole('button', { name: 'Register' }));
  expect(screen.getAllByRole('alert').map((alert) => alert.textContent)).toEqual([
    'Enter a name.',
    'Enter an e-mail address.',
    'Enter a password.',
    'Enter the password again.',
  ]);
  expect(field('Username')).toHaveFocus();
  expect(fake.calls).toEqual([]);
});

test('to register sends what was typed, without the blanks around it', async () => {
  const fake = show({ ...known, lastUsername: '' });
  fake.answer('session:register', () => ok(me));
  await openRegister();
  await userEvent.type(field('Username'), ' Ann ');
  await userEvent.type(field('E-mail'), ' ann@example.org ');
  await userEvent.type(field('Password'), ' eight ch ');
  expect(screen.getByText('10 characters, good')).toBeVisible();
  await userEvent.type(field('Repeat password'), ' eight ch ');
  await userEvent.click(screen.getByRole('checkbox', { name: 'Stay signed in' }));
  await userEvent.click(screen.getByRole('button', { name: 'Register' }));
  expect(fake.callsTo('session:register')).toEqual([
    {
      serverUrl: me.serverUrl,
      username: 'Ann',
      email: 'ann@example.org',
      password: ' eight ch ',
      staySignedIn: false,
      history: 'keychain',
    },
  ]);
});

test('what was typed stays from one tab to the other', async () => {
  show(known);
  await userEvent.keyboard('secret');
  await openRegister();
  expect(field('Username')).toHaveValue('沈知遥');
  expect(field('Password')).toHaveValue('secret');
});

test('without a keychain it is said, and the person chooses what is kept; nothing is the first choice', async () => {
  const fake = show({ ...known, vault: 'none', history: 'memory' });
  fake.answer('session:logIn', () => ok(me));
  expect(screen.getByText(/This system has no keychain/)).toBeVisible();
  expect(screen.queryByRole('checkbox')).toBeNull();
  expect(screen.getByRole('radio', { name: 'Keep nothing' })).toBeChecked();
  await userEvent.keyboard('secret{Enter}');
  await userEvent.click(screen.getByRole('radio', { name: 'Keep it, with its key in a file' }));
  await userEvent.click(screen.getByRole('button', { name: 'Log in' }));
  expect(fake.callsTo('session:logIn')).toMatchObject([
    { staySignedIn: false, history: 'memory' },
    { staySignedIn: false, history: 'key-file' },
  ]);
});

test('a locked keychain is said, and nobody stays signed in by it', async () => {
  const fake = show({ ...known, vault: 'locked' });
  fake.answer('session:logIn', () => ok(me));
  expect(screen.getByText(/The keychain of this system is locked/)).toBeVisible();
  await userEvent.keyboard('secret{Enter}');
  expect(fake.callsTo('session:logIn')).toMatchObject([{ staySignedIn: false, history: 'keychain' }]);
});

test('Change goes back to the address, filled in', async () => {
  show(known);
  await userEvent.click(screen.getByRole('button', { name: 'Change' }));
  expect(screen.getByRole('textbox', { name: 'Server address' })).toHaveValue(me.serverUrl);
});

test('an expired session begins with its own name and can be gone back to', async () => {
  const onBack = vi.fn();
  show({ ...signedIn, phase: 'expired' }, onBack);
  expect(field('Username')).toHaveValue(me.username);
  await userEvent.click(screen.getByRole('button', { name: 'Back' }));
  expect(onBack).toHaveBeenCalledOnce();
});
