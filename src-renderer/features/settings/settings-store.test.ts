import { expect, test } from 'vitest';
import { appError } from '../../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../../src-shared/kernel/result.ts';
import { createFakeBridge } from '../../testing/fake-bridge.ts';
import { aSnapshot } from '../../testing/views.ts';
import { createSettingsStore, updateSettings } from './settings-store.ts';

const initial = aSnapshot().settings;

test('a choice shows at once and is kept as main answers', async () => {
  const store = createSettingsStore(initial);
  const fake = createFakeBridge({ 'settings:update': () => ok({ ...initial, theme: 'dark', sidebarWidth: 320 }) });
  const done = updateSettings({ store, bridge: fake.bridge }, { theme: 'dark' });
  expect(store.getState()).toEqual({ ...initial, theme: 'dark' });
  await done;
  expect(store.getState()).toEqual({ ...initial, theme: 'dark', sidebarWidth: 320 });
  expect(fake.callsTo('settings:update')).toEqual([{ theme: 'dark' }]);
});

test('a choice that main does not keep goes back', async () => {
  const store = createSettingsStore(initial);
  const fake = createFakeBridge({ 'settings:update': () => err(appError('disk-full')) });
  await updateSettings({ store, bridge: fake.bridge }, { locale: 'zh-CN' });
  expect(store.getState()).toEqual(initial);
});
