import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { ok, type Result } from '../../src-shared/kernel/result.ts';
import type { Notice } from '../../src-shared/ipc/views.ts';
import { createDeferred } from '../testing/deferred.ts';
import { createFakeBridge } from '../testing/fake-bridge.ts';
import { showLocale } from './i18n.ts';
import { NoticesBar } from './notices-bar.tsx';
import { createNoticesStore, withoutNotice } from './notices-store.ts';

function show(notice: Notice) {
  const fake = createFakeBridge({ 'history:retry': () => ok({}) });
  const store = createNoticesStore([notice]);
  render(<NoticesBar store={store} bridge={fake.bridge} />);
  return { fake, store };
}
const said = (): string => screen.getByRole('status').textContent;

afterEach(() => showLocale('en'));

it('puts no space between two Chinese sentences', () => {
  showLocale('zh-CN');
  show({ kind: 'store-set-aside', detail: '3' });
  expect(said()).toMatch(/。已保留 3 条[^ ]*。$/);
});

it('says that trying again did not help, each time', async () => {
  const { fake, store } = show({ kind: 'store-unavailable', detail: '' });
  const before = said();
  const retry = screen.getByRole('button', { name: 'Retry' });
  const answer = createDeferred<Result<Record<string, never>>>();
  fake.answer('history:retry', () => answer.promise);
  await userEvent.click(retry);
  await userEvent.click(retry);
  expect(fake.callsTo('history:retry')).toHaveLength(1);
  await act(async () => answer.resolve(ok({})));
  expect(said()).toMatch(/ Tried again at \d+:\d+.*, without success\.$/);
  expect(said().startsWith(before)).toBe(true);

  fake.answer('history:retry', () => {
    store.setState((state) => withoutNotice(state, 'store-unavailable'));
    return ok({});
  });
  await userEvent.click(retry);
  expect(screen.queryByRole('status')).toBeNull();
  // The next one of its kind was not tried yet.
  act(() => store.setState({ notices: [{ kind: 'store-unavailable', detail: '' }] }));
  expect(said()).toBe(before);
});
