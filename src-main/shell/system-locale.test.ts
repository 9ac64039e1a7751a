import { expect, test } from 'vitest';
import { pickLocale } from './system-locale.ts';

test.each([
  [['zh-CN', 'en-US'], 'zh-CN'],
  [['zh_TW'], 'zh-TW'],
  [['', 'de-DE'], 'de-DE'],
  [['c', 'en-US'], 'en-US'],
  [['en-US@posix', 'zh-hans-cn'], 'zh-Hans-CN'],
  [['C.UTF-8'], 'en-US'],
  [[], 'en-US'],
])('of %j the language is %s', (candidates, locale) => {
  expect(pickLocale(candidates)).toBe(locale);
  expect(() => new Intl.DateTimeFormat(pickLocale(candidates))).not.toThrow();
});
