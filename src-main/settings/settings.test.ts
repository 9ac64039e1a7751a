import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSettings } from './settings.ts';

let folder: string;
const write = (text: string): void => writeFileSync(path.join(folder, 'settings.json'), text);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kith-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('are the initial ones at the first start, which is nothing to speak of', async () => {
  const settings = await openSettings(folder);
  expect(settings.current()).toMatchObject({ theme: 'system', locale: 'system', sendKey: 'enter' });
  expect(settings.wasReset).toBe(false);
});

it('are kept, told and left alone where a change does not name them', async () => {
  const settings = await openSettings(folder);
  const told: string[] = [];
  settings.onChanged((changed) => told.push(`${changed.theme} ${changed.locale}`));
  await settings.update({ theme: 'dark', locale: undefined });
  await settings.update({ locale: 'zh-CN' });
  expect(told).toEqual(['dark system', 'dark zh-CN']);
  expect((await openSettings(folder)).current()).toMatchObject({ theme: 'dark', locale: 'zh-CN' });
});

it('are not written again where a change changes nothing', async () => {
  const settings = await openSettings(folder);
  await settings.update({ theme: 'system' });
  expect(readdirSync(folder)).toEqual([]);
});

it('of an older version get what they lack', async () => {
  write('{"theme":"light"}');
  const settings = await openSettings(folder);
  expect(settings.current()).toMatchObject({ theme: 'light', sendKey: 'enter' });
  expect(settings.wasReset).toBe(false);
});

it.each(['', '{', 'null', '[]', '"dark"', '{"theme":"pink"}', '{"sidebarWidth":1e9}', `"${'x'.repeat(70_000)}"`])(
  'that are damaged (%#) become the initial ones, and that is said',
  async (text) => {
    write(text);
    const settings = await openSettings(folder);
    expect(settings.current().theme).toBe('system');
    expect(settings.wasReset).toBe(true);
  },
);

it('that cannot be written say so, and hold for this run', async () => {
  const settings = await openSettings(folder);
  mkdirSync(path.join(folder, 'settings.json', 'in-the-way'), { recursive: true });
  await expect(settings.update({ theme: 'dark' })).rejects.toThrow();
  expect(settings.current().theme).toBe('dark');
  expect(statSync(folder).isDirectory()).toBe(true);
});
