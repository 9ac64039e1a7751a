import { expect, test } from 'vitest';
import { formatClock, formatDay, formatFullDate, formatListTime } from './time.ts';

/** Saturday, in the zone of the machine, as the screen is too. */
const nowMs = new Date(2026, 10, 21, 10, 52).getTime();
const at = (year: number, month: number, day: number, hour = 9, minute = 5): number =>
  new Date(year, month - 1, day, hour, minute).getTime();

test.each([
  ['today', at(2026, 11, 21), '09:05', '09:05'],
  ['just after midnight', at(2026, 11, 21, 0, 0), '00:00', '00:00'],
  ['yesterday evening', at(2026, 11, 20, 23, 59), 'Yesterday', '昨天'],
  ['this week', at(2026, 11, 18), 'Wed', '星期三'],
  ['six days ago', at(2026, 11, 15), 'Sun', '星期日'],
  ['a week ago', at(2026, 11, 14), '14 Nov', '11/14'],
  ['last year', at(2025, 11, 9), '9 Nov 2025', '2025/11/9'],
  ['tomorrow, by a clock that is ahead', at(2026, 11, 22), '22 Nov', '11/22'],
] as const)('in a list, %s is short', (_, atMs, english, chinese) => {
  expect(formatListTime(atMs, nowMs, 'en')).toBe(english);
  expect(formatListTime(atMs, nowMs, 'zh-CN')).toBe(chinese);
});

test.each([
  [at(2026, 11, 21), 'Today', '今天'],
  [at(2026, 11, 20), 'Yesterday', '昨天'],
  [at(2026, 11, 13), 'Friday, 13 November', '11月13日 星期五'],
  [at(2025, 11, 13), 'Thursday, 13 November 2025', '2025年11月13日 星期四'],
] as const)('between two days stands the day: %i', (atMs, english, chinese) => {
  expect(formatDay(atMs, nowMs, 'en')).toBe(english);
  expect(formatDay(atMs, nowMs, 'zh-CN')).toBe(chinese);
});

test('a clock has 24 hours and two digits', () => {
  expect(formatClock(at(2026, 11, 21, 0, 7), 'en')).toBe('00:07');
  expect(formatClock(at(2026, 11, 21, 21, 14), 'zh-CN')).toBe('21:14');
});

test('the full date has everything', () => {
  expect(formatFullDate(at(2026, 11, 20, 21, 14), 'en')).toBe('Friday, 20 November 2026, 21:14');
  expect(formatFullDate(at(2026, 11, 20, 21, 14), 'zh-CN')).toBe('2026年11月20日 星期五 21:14');
});
