import type { Locale } from '../../src-shared/domain/settings.ts';
import { lazily } from '../../src-shared/kernel/lazily.ts';

const dayMs = 86_400_000;
/** British order and a 24-hour clock for English, as the screens were drawn. */
const tags = { en: 'en-GB', 'zh-CN': 'zh-CN' } satisfies Record<Locale, string>;

function createFormats(locale: Locale) {
  const format = (options: Intl.DateTimeFormatOptions) => {
    const made = lazily(() => new Intl.DateTimeFormat(tags[locale], options));
    return (atMs: number): string => made().format(atMs);
  };
  return {
    clock: format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    weekday: format({ weekday: locale === 'en' ? 'short' : 'long' }),
    longWeekday: format({ weekday: 'long' }),
    shortDate: format(locale === 'en' ? { day: 'numeric', month: 'short' } : { month: 'numeric', day: 'numeric' }),
    shortDateWithYear: format({
      day: 'numeric',
      month: locale === 'en' ? 'short' : 'numeric',
      year: 'numeric',
    }),
    longDate: format({ day: 'numeric', month: 'long' }),
    longDateWithYear: format({ day: 'numeric', month: 'long', year: 'numeric' }),
    relative: lazily(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })),
  };
}
const formats = { en: createFormats('en'), 'zh-CN': createFormats('zh-CN') };

/** Calendar days from `atMs` to `nowMs` where the person is; 0 is the same day, 1 yesterday, −1 tomorrow. */
function daysBetween(atMs: number, nowMs: number): number {
  const midnight = (ms: number): number => new Date(ms).setHours(0, 0, 0, 0);
  // Rounded, because a day of changing clocks has 23 or 25 hours.
  return Math.round((midnight(nowMs) - midnight(atMs)) / dayMs);
}

function todayOrYesterday(daysAgo: 0 | 1, locale: Locale): string {
  const word = formats[locale].relative().format(-daysAgo, 'day');
  return word.charAt(0).toLocaleUpperCase(locale) + word.slice(1);
}

const isSameYear = (a: number, b: number): boolean => new Date(a).getFullYear() === new Date(b).getFullYear();

/** The hour of a message, e.g. "09:41". `atMs`: milliseconds since 1970. */
export function formatClock(atMs: number, locale: Locale): string {
  return formats[locale].clock(atMs);
}

/** For a row of a list: "10:52", "Yesterday", "Wed" / "星期三", "9 Nov" / "11/9", with the year when it is another. */
export function formatListTime(atMs: number, nowMs: number, locale: Locale): string {
  const daysAgo = daysBetween(atMs, nowMs);
  const use = formats[locale];
  if (daysAgo === 0) return use.clock(atMs);
  if (daysAgo === 1) return todayOrYesterday(1, locale);
  if (daysAgo > 1 && daysAgo < 7) return use.weekday(atMs);
  return (isSameYear(atMs, nowMs) ? use.shortDate : use.shortDateWithYear)(atMs);
}

/** For the line between two days: "Today", "Yesterday", "Friday, 20 November" / "11月20日 星期五". */
export function formatDay(atMs: number, nowMs: number, locale: Locale): string {
  const daysAgo = daysBetween(atMs, nowMs);
  if (daysAgo === 0 || daysAgo === 1) return todayOrYesterday(daysAgo, locale);
  const use = formats[locale];
  const date = (isSameYear(atMs, nowMs) ? use.longDate : use.longDateWithYear)(atMs);
  const weekday = use.longWeekday(atMs);
  return locale === 'en' ? `${weekday}, ${date}` : `${date} ${weekday}`;
}

/** All of it, for a tooltip: "Friday, 20 November 2026, 09:41". */
export function formatFullDate(atMs: number, locale: Locale): string {
  const use = formats[locale];
  const date = use.longDateWithYear(atMs);
  const weekday = use.longWeekday(atMs);
  const clock = use.clock(atMs);
  return locale === 'en' ? `${weekday}, ${date}, ${clock}` : `${date} ${weekday} ${clock}`;
}

/** A time as part of a file name: "2026-11-22 21.45.01", in the time zone of this computer. */
export function fileTime(at: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}.${two(at.getMinutes())}.${two(at.getSeconds())}`;
}
