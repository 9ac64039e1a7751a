import { act, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ok } from '../../../src-shared/kernel/result.ts';
import type { ConnectionView } from '../../../src-shared/ipc/views.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { ConnectionBar } from './connection-bar.tsx';

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

const connected: ConnectionView = { phase: 'connected', nextAttemptAtMs: null, cause: null };
const connecting: ConnectionView = { ...connected, phase: 'connecting' };
const offline: ConnectionView = { phase: 'offline', nextAttemptAtMs: 1_015_000, cause: 'timeout' };

function show(first: ConnectionView, isExpired = false) {
  const fake = createFakeBridge({ 'connection:retryNow': () => ok({}) });
  const onLogIn = vi.fn();
  const bar = (connection: ConnectionView) => (
    <ConnectionBar bridge={fake.bridge} connection={connection} isExpired={isExpired} onLogIn={onLogIn} />
  );
  const { rerender, container } = render(bar(first));
  return { fake, onLogIn, container, change: (connection: ConnectionView) => rerender(bar(connection)) };
}
const pass = (ms: number): void => {
  act(() => {
    vi.advanceTimersByTime(ms);
  });
};

test('a blink of the line is not worth a bar', () => {
  const { container, change } = show(connected);
  change(offline);
  pass(900);
  change(connected);
  pass(5_000);
  expect(container).toBeEmptyDOMElement();
});

test('after a second it says that we are offline, and counts down to the next try', () => {
  show(offline);
  pass(1_000);
  expect(screen.getByRole('status')).toHaveTextContent('Offline: messages will be sent when you’re back');
  expect(screen.getByText('· next try in 14 s')).toBeVisible();
  pass(3_000);
  expect(screen.getByText('· next try in 11 s')).toBeVisible();
  pass(20_000);
  expect(screen.queryByText(/next try/)).toBeNull();
});

test('the bar stays from one try to the next, and goes when the line is back', () => {
  const { container, change } = show(offline);
  pass(1_000);
  change(connecting);
  expect(screen.getByText('Connecting…')).toBeVisible();
  change({ ...offline, nextAttemptAtMs: 1_031_000 });
  expect(screen.getByText('· next try in 30 s')).toBeVisible();
  change(connected);
  expect(container).toBeEmptyDOMElement();
});

test('Try now tries now', () => {
  const { fake } = show(offline);
  pass(1_000);
  act(() => screen.getByRole('button', { name: 'Try now' }).click());
  expect(fake.callsTo('connection:retryNow')).toEqual([{}]);
});

test('an expired session is said at once and leads to the log-in', () => {
  const { onLogIn } = show({ ...connected, phase: 'idle' }, true);
  expect(screen.getByRole('status')).toHaveTextContent('Session expired, log in again.');
  act(() => screen.getByRole('button', { name: 'Log in' }).click());
  expect(onLogIn).toHaveBeenCalledOnce();
});

test('a session that is used elsewhere is said at once, and is resumed here by the person alone', () => {
  const { fake } = show({ ...connected, phase: 'paused' });
  expect(screen.getByRole('status')).toHaveTextContent('Signed in elsewhere.');
  expect(fake.callsTo('connection:retryNow')).toEqual([]);
  act(() => screen.getByRole('button', { name: 'Resume here' }).click());
  expect(fake.callsTo('connection:retryNow')).toEqual([{}]);
});
