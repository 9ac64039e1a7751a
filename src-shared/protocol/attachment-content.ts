import { parseUrl } from '../kernel/parse-url.ts';
import { sanitizeFileName } from '../domain/file-name.ts';
import { maxAddressLength } from '../domain/limits.ts';
import { isDeeperThan } from './json-depth.ts';
import { maxFrameDepth } from './limits.ts';
import { cleanText } from './wire-text.ts';

/**
 * What the `content` of a file or image turned out to be. Names are sanitised, `null` where there is none; everything
 * else is as untrusted as it came. Base64 is recognised by its letters only: slices.ts decodes and checks it. It comes
 * without line breaks and in the standard letters, however it was written.
 */
export type AttachmentContent =
  | {
      readonly kind: 'data-url';
      readonly name: string | null;
      /** Lower case, without parameters; `""` where the URL gives none. */
      readonly mime: string;
      readonly encoding: 'base64' | 'percent';
      readonly data: string;
    }
  | { readonly kind: 'http-url'; readonly name: string | null; readonly url: string }
  /** To be resolved on the host of the socket, over http or https. Begins with one `/`. */
  | { readonly kind: 'server-path'; readonly name: string | null; readonly path: string }
  | {
      readonly kind: 'descriptor';
      readonly name: string | null;
      readonly size: number | null;
      /** As in a data URL. */
      readonly mime: string;
      /** 64 hexadecimal digits, lower case. */
      readonly sha256?: string;
      /** Of an image, in pixels: together or not at all. */
      readonly width?: number;
      readonly height?: number;
      /** An http(s) URL or a path on the server. Never together with `data`. */
      readonly url?: string;
      /** Base64. */
      readonly data?: string;
    }
  | { readonly kind: 'slices'; readonly slices: readonly string[] }
  | { readonly kind: 'base64'; readonly data: string }
  /** Bytes stood in the message, but not so that they can be read. */
  | { readonly kind: 'damaged' }
  /** Nothing to download. */
  | { readonly kind: 'name'; readonly name: string };

/**
 * Reads the `content` of a file or image, which has no stated form, in the order of protocol reading, "Files and
 * images". Never throws; the work is linear in the length.
 */
export function readAttachmentContent(content: string): AttachmentContent {
  const text = content.trim();
  return (
    readDataUrl(text) ??
    readHttpUrl(text) ??
    readServerPath(text) ??
    readJson(text) ??
    readBase64(text) ?? { kind: 'name', name: sanitizeFileName(cutName(text)) }
  );
}

/** Names are cut before they are sanitised: a bare name may be as long as a frame. */
const cutName = (text: string) => text.slice(-4 * 1024);
const nameOrNull = (text: string) => (text === '' ? null : sanitizeFileName(cutName(text)));

/** The parameters of a data URL before its comma: a type, a name and a charset. */
const maxDataUrlHead = 2_048;

function readDataUrl(text: string): AttachmentContent | null {
  if (!/^data:/i.test(text)) return null;
  const comma = text.slice(0, maxDataUrlHead).indexOf(',');
  if (comma === -1) return null;
  const [mime = '', ...parameters] = text.slice('data:'.length, comma).split(';');
  const encoding = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64') ? 'base64' : 'percent';
  const name = parameters.find((parameter) => /^\s*name=/i.test(parameter))?.replace(/^\s*name=/i, '') ?? '';
  return {
    kind: 'data-url',
    name: nameOrNull(decodePercent(name.replace(/^"(.*)"$/, '$1'))),
    mime: readMime(mime),
    encoding,
    data: encoding === 'base64' ? tidyBase64(decodePercent(text.slice(comma + 1))) : text.slice(comma + 1),
  };
}

function readHttpUrl(text: string): AttachmentContent | null {
  if (!isHttpUrl(text)) return null;
  const url = new URL(text);
  return { kind: 'http-url', name: lastSegment(url.pathname), url: url.href };
}

function isHttpUrl(text: string): boolean {
  if (text.length > maxAddressLength || !/^https?:\/\/\S+$/i.test(text)) return false;
  const url = parseUrl(text);
  return url !== null && url.username === '' && url.password === '';
}

function readServerPath(text: string): AttachmentContent | null {
  if (!isServerPath(text)) return null;
  return { kind: 'server-path', name: lastSegment(text.split(/[?#]/, 1)[0] ?? ''), path: text };
}

/**
 * `/…`, but not `//host/…`, which names another host, and no base64 that happens to begin with a slash: every JPEG
 * does, with `/9j/`.
 */
function isServerPath(text: string): boolean {
  return (
    text.length <= maxAddressLength &&
    /^\/(?![/\\])[^\s\\]*$/.test(text) &&
    !(text.startsWith('/9j/') && readBase64(text) !== null)
  );
}

const lastSegment = (path: string) => nameOrNull(decodePercent(path.slice(path.lastIndexOf('/') + 1)));

function readJson(text: string): AttachmentContent | null {
  if (!/^[[{]/.test(text) || isDeeperThan(text, maxFrameDepth)) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Slices that were cut off.
    return text.length > longestName && /^\[\s*"/.test(text) ? { kind: 'damaged' } : null;
  }
  if (!Array.isArray(value)) return readDescriptor(value as Readonly<Record<string, unknown>>);
  if (value.every(isBase64)) return { kind: 'slices', slices: value };
  if (!value.some((slice) => typeof slice === 'string')) return null;
  const slices = value.map((slice) => (typeof slice === 'string' ? tidyBase64(slice) : slice));
  return slices.every(isBase64) ? { kind: 'slices', slices } : { kind: 'damaged' };
}

/** `{name, size, mime, sha256?, width?, height?, url | data}`. What is missing or unusable is left out; without any of it it is no descriptor. */
function readDescriptor(fields: Readonly<Record<string, unknown>>): AttachmentContent | null {
  const own = (field: string) => (Object.hasOwn(fields, field) ? fields[field] : undefined);
  const [name, size, mime, sha256, url, data] = ['name', 'size', 'mime', 'sha256', 'url', 'data'].map(own);
  const [width, height] = ['width', 'height'].map(own);
  const hasUrl = typeof url === 'string' && (isHttpUrl(url) || isServerPath(url));
  // What is wrong with it is seen when it is decoded, and said.
  const hasData = typeof data === 'string';
  if (typeof name !== 'string' && !hasUrl && !hasData) return null;
  const urlName = hasUrl ? lastSegment(url.split(/[?#]/, 1)[0] ?? '') : null;
  return {
    kind: 'descriptor',
    name: (typeof name === 'string' ? nameOrNull(name) : null) ?? urlName,
    size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : null,
    mime: typeof mime === 'string' ? readMime(mime) : '',
    ...(typeof sha256 === 'string' && /^[\da-f]{64}$/i.test(sha256) ? { sha256: sha256.toLowerCase() } : {}),
    ...(isSide(width) && isSide(height) ? { width, height } : {}),
    ...(hasUrl ? { url } : hasData ? { data: tidyBase64(data) } : {}),
  };
}

/** No image format that is shown has longer sides. */
const maxSide = 65_535;
const isSide = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= maxSide;

/** Without its `=` at the end a text of base64 letters is taken for base64 from this length on; below it is a name. */
const minUnpaddedBase64 = 64;
/** File systems take no longer one. Above it a text of mostly base64 letters is base64, whatever is wrong with it. */
const longestName = 255;
/** So much of its beginning tells what a text is made of. */
const sampleLength = 1_024;
const maxOddShare = 0.05;

function readBase64(text: string): AttachmentContent | null {
  const unwrapped = unwrap(text);
  if (unwrapped.length > longestName) {
    const data = tidyBase64(unwrapped);
    // Slices that were joined may have padding each.
    if (/^[A-Za-z\d+/=]*$/.test(data)) return { kind: 'base64', data };
    return isMostlyBase64(unwrapped) ? { kind: 'damaged' } : null;
  }
  const isLong = unwrapped.length >= minUnpaddedBase64 && unwrapped.length % 4 !== 1;
  const isPadded = unwrapped.endsWith('=') && unwrapped.length % 4 === 0;
  return (isLong || isPadded) && isBase64(unwrapped) ? { kind: 'base64', data: unwrapped } : null;
}

function isMostlyBase64(text: string): boolean {
  if (/^[a-z][a-z\d+.-]{0,20}:/i.test(text)) return false;
  const sample = text.slice(0, sampleLength);
  return sample.replaceAll(/[A-Za-z\d+/=_-]+/g, '').length <= sample.length * maxOddShare;
}

/** In the letters of RFC 4648 §4, not those of URLs, and without the line breaks of MIME. */
const tidyBase64 = (text: string): string =>
  /[\r\n_-]/.test(text) ? unwrap(text).replaceAll('-', '+').replaceAll('_', '/') : text;

const unwrap = (text: string): string => (/[\r\n]/.test(text) ? text.replaceAll(/[\r\n][\r\n\t ]*/g, '') : text);

const isBase64 = (text: unknown): text is string => typeof text === 'string' && /^[A-Za-z\d+/]*={0,2}$/.test(text);

/** `type/subtype` in lower case, or `""`. */
function readMime(text: string): string {
  const mime = (text.slice(0, 256).split(';', 1)[0] ?? '').trim().toLowerCase();
  return /^[a-z\d!#$&^_.+-]{1,64}\/[a-z\d!#$&^_.+-]{1,64}$/.test(mime) ? mime : '';
}

function decodePercent(text: string): string {
  try {
    return cleanText(decodeURIComponent(text));
  } catch {
    return text;
  }
}
