import { parseUrl } from '../../src-shared/kernel/parse-url.ts';
import { maxAddressLength } from '../../src-shared/domain/limits.ts';

/** Mail programs know more, some of it dangerous: `attach` adds a file of this computer unasked. */
const mailFields = new Set(['to', 'cc', 'bcc', 'subject', 'body']);

/**
 * The address to hand to the system's own program, or null where it must not be (safety T9):
 * http, https and mailto only, no credentials in it, at most 2,048 characters, nothing invisible.
 */
export function parseAllowedLink(text: string): URL | null {
  if (text.length > maxAddressLength || /[\p{Cc}\p{Cf}\s\\]/u.test(text)) return null;
  const url = parseUrl(text);
  if (url === null) return null;
  if (url.href.length > maxAddressLength || url.username !== '' || url.password !== '') return null;
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      // The parser mends `https:example.org` and `https:///example.org`; whoever wrote those hides something.
      return /^https?:\/\/[^/]/i.test(text) ? url : null;
    case 'mailto:':
      return isPlainMail(url) ? url : null;
    default:
      return null;
  }
}

/** Whether the person is asked first: plain http can be read and changed on its way, and `xn--` can imitate a known name. */
export function needsAsking(url: URL): boolean {
  return url.protocol === 'http:' || /(^|\.)xn--/i.test(url.hostname);
}

function isPlainMail(url: URL): boolean {
  if (url.host !== '' || url.pathname.startsWith('/') || !url.pathname.includes('@')) return false;
  return [...url.searchParams.keys()].every((field) => mailFields.has(field.toLowerCase()));
}
