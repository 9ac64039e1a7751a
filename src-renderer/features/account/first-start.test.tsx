import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { serverUrl } from '../../../src-shared/kernel/ids.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import type { ProbeStep } from '../../../src-shared/ipc/views.ts';
import { createDeferred } from '../../testing/deferred.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { FirstStart } from './first-start.tsx';

const lan = serverUrl('ws://192.168.1.20:14514');
const publicUrl = serverUrl('ws://chat.example.org:8443');

function show({ servers = [lan], initialAddress = null as string | null } = {}) {
  const fake = createFakeBridge();
  const onServer = vi.fn();
  render(<FirstStart bridge={fake.bridge} servers={servers} initialAddress={initialAddress} onServer={onServer} />);
  return { fake, onServer };
}
async function openAddress(): Promise<HTMLElement> {
  await userEvent.click(screen.getByRole('button', { name: 'Connect to a server' }));
  return screen.getByRole('textbox', { name: 'Server address' });
}
const step = (name: ProbeStep['step'], outcome: ProbeStep['outcome'], detail = ''): ProbeStep => ({
  step: name,
  outcome,
  detail,
  elapsedMs: 12.4,
  error: null,
});

test('the short name of a choice is its name, and its description describes it', () => {
  show();
  const choice = screen.getByRole('button', { name: 'Try it on this computer' });
  expect(choice).toHaveAccessibleDescription('Starts a small server here. Nothing leaves this machine.');
});

test('to try it starts the server here and goes on', async () => {
  const { fake, onServer } = show();
  fake.answer('hosting:startLocal', () => ok({ serverUrl: serverUrl('ws://127.0.0.1:14514') }));
  await userEvent.click(screen.getByRole('button', { name: 'Try it on this computer' }));
  expect(onServer).toHaveBeenCalledExactlyOnceWith('ws://127.0.0.1:14514', true);
});

test('a server that cannot be started is said in place', async () => {
  const { fake } = show();
  fake.answer('hosting:startLocal', () => err(appError('hosting-failed')));
  await userEvent.click(screen.getByRole('button', { name: 'Try it on this computer' }));
  expect(screen.getByRole('alert')).toHaveTextContent('The server on this computer could not be started.');
});

test('an address is tested step by step, and a server that is there is gone on to', async () => {
  const { fake, onServer } = show();
  const field = await openAddress();
  expect(field).toHaveFocus();
  const reply = createDeferred<{ ok: true; value: { serverUrl: typeof lan; isPlainPublic: boolean } }>();
  fake.answer('servers:probe', () => reply.promise);
  await userEvent.type(field, ' 192.168.1.20:14514{Enter}');
  const [probe] = fake.callsTo('servers:probe');
  expect(probe?.address).toBe('192.168.1.20:14514');

  const { probeId } = probe!;
  act(() => {
    fake.emit('servers:probed', { probeId, step: step('name', 'passed', '192.168.1.20') });
    fake.emit('servers:probed', { probeId, step: step('port', 'running') });
    fake.emit('servers:probed', { probeId: crypto.randomUUID(), step: step('tls', 'failed') });
  });
  const list = screen.getByRole('list', { name: 'Connection test' });
  expect(list).toHaveTextContent('Name found: 192.168.1.2012 msAsking the port to answer…');
  act(() => fake.emit('servers:probed', { probeId, step: step('port', 'passed', '14514') }));
  expect(list).toHaveTextContent('Port 14514 answers');
  expect(list).not.toHaveTextContent('encrypt');

  await act(async () => reply.resolve(ok({ serverUrl: lan, isPlainPublic: false })));
  expect(onServer).toHaveBeenCalledExactlyOnceWith(lan, false);
});

test.each([
  ['connection-refused', 'The computer is there, but nothing listens on this port.'],
  ['name-not-found', 'No computer has this name.'],
  ['not-kith', 'it does not speak our protocol'],
  ['tls-untrusted', 'certificate is not trusted'],
] as const)('%s has its own sentence, and the form stays', async (code, words) => {
  const { fake, onServer } = show();
  fake.answer('servers:probe', () => err(appError(code)));
  const field = await openAddress();
  await userEvent.type(field, 'example.org{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent(words);
  expect(field).toHaveValue('example.org');
  expect(field).toBeInvalid();
  await userEvent.type(field, ':1');
  expect(screen.queryByRole('alert')).toBeNull();
  expect(onServer).not.toHaveBeenCalled();
});

test('no address is not sent off', async () => {
  const { fake } = show();
  await openAddress();
  await userEvent.click(screen.getByRole('button', { name: 'Connect' }));
  expect(screen.getByRole('alert')).toHaveTextContent('Enter an address.');
  expect(fake.calls).toEqual([]);
});

test('an open line to a public address is cautioned against, and can be changed to an encrypted one', async () => {
  const { fake, onServer } = show();
  fake.answer('servers:probe', () => ok({ serverUrl: publicUrl, isPlainPublic: true }));
  await userEvent.type(await openAddress(), 'chat.example.org:8443{Enter}');
  expect(screen.getByRole('alert')).toHaveTextContent('Others on the way can read your password.');
  expect(onServer).not.toHaveBeenCalled();

  fake.answer('servers:probe', ({ address }) => ok({ serverUrl: serverUrl(address), isPlainPublic: false }));
  await userEvent.click(screen.getByRole('button', { name: 'Use wss instead' }));
  expect(onServer).toHaveBeenCalledExactlyOnceWith('wss://chat.example.org:8443', false);
});

test('who knows what they do goes on without encryption', async () => {
  const { fake, onServer } = show();
  fake.answer('servers:probe', () => ok({ serverUrl: publicUrl, isPlainPublic: true }));
  await userEvent.type(await openAddress(), 'chat.example.org:8443{Enter}');
  await userEvent.click(screen.getByRole('button', { name: 'Continue without encryption' }));
  expect(onServer).toHaveBeenCalledExactlyOnceWith(publicUrl, false);
});

test('a server that was used before is one press away', async () => {
  const { fake, onServer } = show();
  fake.answer('servers:probe', () => ok({ serverUrl: lan, isPlainPublic: false }));
  await openAddress();
  await userEvent.click(screen.getByRole('button', { name: lan }));
  expect(onServer).toHaveBeenCalledExactlyOnceWith(lan, false);
});

test('an earlier test that answers late is forgotten', async () => {
  const { fake, onServer } = show();
  const late = createDeferred<{ ok: true; value: { serverUrl: typeof lan; isPlainPublic: boolean } }>();
  fake.answer('servers:probe', () => late.promise);
  const field = await openAddress();
  await userEvent.type(field, 'wrong{Enter}');
  await userEvent.type(field, '.example.org');
  await act(async () => late.resolve(ok({ serverUrl: lan, isPlainPublic: false })));
  expect(onServer).not.toHaveBeenCalled();
});

test('who comes back to change the address finds it filled in', () => {
  show({ initialAddress: lan });
  expect(screen.getByRole('textbox', { name: 'Server address' })).toHaveValue(lan);
});
