import { expect, test } from 'vitest';
import { texts } from './keys.ts';

/** Every text by its path. */
function textsIn(tree: object, path = ''): [path: string, text: string][] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    return typeof value === 'string' ? [[at, value] as [string, string]] : textsIn(value as object, at);
  });
}
const english = textsIn(texts.en);
const chinese = new Map(textsIn(texts['zh-CN']));
const placeholders = (text: string): string[] => (text.match(/\{\{\w+\}\}/g) ?? []).sort();

test.each(english.filter(([path]) => chinese.has(path)))(
  '%s has the same placeholders in both languages',
  (path, text) => {
    expect(placeholders(chinese.get(path) ?? '')).toEqual(placeholders(text));
  },
);

test('no text is empty, and none shouts', () => {
  const all = [...english, ...chinese];
  expect(all.filter(([, text]) => text.trim() === '' || /[!！]/.test(text))).toEqual([]);
});
