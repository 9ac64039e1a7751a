import { lazily } from '../kernel/lazily.ts';
import { parseUrl } from '../kernel/parse-url.ts';
import { maxAddressLength } from './limits.ts';

/**
 * What a message's text is made of when it is shown. Line breaks stay inside the texts (the page keeps them).
 * `href` is the normal form of the address, with the host in ASCII: it is what opens and what is shown on hover.
 * `label` is what the person wrote.
 */
export type Token =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
  | { readonly kind: 'code'; readonly text: string; readonly isBlock: boolean };

/** Where something other than plain text may begin: a scheme that may be opened, or a backtick. */
const openingPattern = /`|https?:\/\/|mailto:/gi;
/** A scheme glued to these is the tail of another word or scheme (`xhttp://`). */
const gluedBefore = /[a-z0-9+.-]/i;
/**
 * Ends an address: white space, control and format characters (bidi marks, zero width), delimiters of RFC 3986, and
 * everything Chinese, Japanese and Korean, since a link is often followed by such words without a space.
 */
const endsAddress =
  /[\s\p{Cc}\p{Cf}\p{Cs}"<>\\^`{|}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u30fb\uff00-\uffef‘’“”…—]/u;
/** Belongs to the sentence rather than to the address when it comes last. */
const trailing = new Set('.,;:!?\'"*~([');
const closerOf: Readonly<Record<string, string>> = { '(': ')', '[': ']' };

/**
 * Cuts a text into plain text, links and code. Links are http, https and mailto only; code stands between single
 * backticks on one line or between triple backticks. Nothing else is interpreted. Takes time linear in the text.
 */
export function tokenizeMessageText(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let plainFrom = 0;
  let at = 0;
  let mayFence = true;
  const push = (token: Token, from: number, to: number): void => {
    if (from > plainFrom) tokens.push({ kind: 'text', text: text.slice(plainFrom, from) });
    tokens.push(token);
    plainFrom = to;
    at = to;
  };

  for (;;) {
    openingPattern.lastIndex = at;
    const opening = openingPattern.exec(text);
    if (opening === null) break;
    const from = opening.index;
    if (opening[0] !== '`') {
      const end = addressEnd(text, from + opening[0].length);
      const href = from > 0 && gluedBefore.test(text.charAt(from - 1)) ? null : hrefOf(text.slice(from, end));
      // What is no address is passed over whole, so that no character is looked at twice.
      if (href === null) at = Math.max(end, from + opening[0].length);
      else push({ kind: 'link', href, label: text.slice(from, end) }, from, end);
      continue;
    }
    if (mayFence && text.startsWith('```', from)) {
      const close = text.indexOf('```', from + 3);
      const inside = close < 0 ? '' : text.slice(from + 3, close).replace(/^\r?\n|\r?\n$/g, '');
      mayFence = close >= 0;
      if (inside.trim() !== '') {
        push({ kind: 'code', text: inside, isBlock: true }, from, close + 3);
        continue;
      }
      at = close < 0 ? from + 3 : close + 3;
      continue;
    }
    const close = inlineCodeEnd(text, from + 1);
    if (close === null) at = from + 1;
    else push({ kind: 'code', text: text.slice(from + 1, close), isBlock: false }, from, close + 1);
  }
  if (plainFrom < text.length) tokens.push({ kind: 'text', text: text.slice(plainFrom) });
  return tokens;
}

/** The addresses of a text, in their order, for "Copy link". */
export function linksOf(text: string): readonly string[] {
  return tokenizeMessageText(text).flatMap((token) => (token.kind === 'link' ? [token.href] : []));
}

/** Where the address that goes on at `from` ends: before the first character that cannot be in it, balanced, trimmed. */
function addressEnd(text: string, from: number): number {
  const open: string[] = [];
  let end = from;
  while (end < text.length) {
    const character = String.fromCodePoint(text.codePointAt(end) ?? 0);
    if (endsAddress.test(character)) break;
    const closer = closerOf[character];
    if (closer !== undefined) open.push(closer);
    else if ((character === ')' || character === ']') && open.pop() !== character) break;
    end += character.length;
  }
  while (end > from && trailing.has(text.charAt(end - 1))) end -= 1;
  return end;
}

/** The normal form of an address that may be opened, or null. Credentials are refused: they disguise where a link leads. */
function hrefOf(candidate: string): string | null {
  if (candidate.length > maxAddressLength) return null;
  const url = parseUrl(candidate);
  if (url === null || url.href.length > maxAddressLength) return null;
  if (url.protocol === 'mailto:') return /^[^@\s]+@[^@\s]+$/.test(url.pathname) ? url.href : null;
  const isWeb = url.protocol === 'http:' || url.protocol === 'https:';
  return isWeb && url.hostname !== '' && url.username === '' && url.password === '' ? url.href : null;
}

/** The index of the backtick that closes code begun before `from`, or null when the line ends first or nothing is in it. */
function inlineCodeEnd(text: string, from: number): number | null {
  let end = from;
  while (end < text.length && text[end] !== '`' && text[end] !== '\n') end += 1;
  return text[end] === '`' && text.slice(from, end).trim() !== '' ? end : null;
}

/** Three of the longest emoji (families with skin tones, flags of subdivisions) with spaces stay under this. UTF-16 units. */
const maxEmojiTextLength = 100;
const maxLargeEmoji = 3;
// Written as a string: the v flag is younger than the language level the compiler is told.
const oneEmoji = lazily(() => new RegExp('^\\p{RGI_Emoji}$', 'v'));
const graphemes = lazily(() => new Intl.Segmenter('en', { granularity: 'grapheme' }));

/** Whether a text is nothing but one to three emoji (spaces between them allowed), which are shown large. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > maxEmojiTextLength || /\p{L}/u.test(text)) return false;
  let count = 0;
  for (const { segment } of graphemes().segment(text.trim())) {
    if (segment.trim() === '') continue;
    count += 1;
    if (count > maxLargeEmoji || !oneEmoji().test(segment)) return false;
  }
  return count > 0;
}
