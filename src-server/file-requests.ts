import { createReadStream } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Files } from './files.ts';
import type { Log } from './ports.ts';
import type { Tokens } from './tokens.ts';

type FileRequestsPorts = { readonly files: Files; readonly tokens: Tokens; readonly log: Log };
type Range = { readonly start: number; readonly end: number };

const safeHeaders = {
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'private, no-store',
};

/**
 * Answers `GET /files/<id>` to the two people of its message, with ranges. Somebody else's file and none are the same
 * 404: an id must not tell whether it exists.
 */
export function createFileRequests({ files, tokens, log }: FileRequestsPorts) {
  return function handle(request: IncomingMessage, response: ServerResponse): void {
    const id = /^\/files\/([A-Za-z0-9_-]{43})$/.exec(request.url ?? '')?.[1];
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { Allow: 'GET, HEAD' });
    const token = /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1];
    const owner = token === undefined ? undefined : tokens.redeem(token);
    if (owner === undefined) return refuse(response, 401, { 'WWW-Authenticate': 'Bearer' });
    const file = id === undefined ? undefined : files.find(id, owner.person);
    if (file === undefined) return refuse(response, 404);

    const tag = `"${file.sha256}"`;
    // A part is asked for of one file alone (RFC 9110 §13.1.5).
    const isOfThis = (request.headers['if-range'] ?? tag) === tag;
    const range = isOfThis ? rangeOf(request.headers.range, file.size) : null;
    if (range === 'unsatisfiable') return refuse(response, 416, { 'Content-Range': `bytes */${file.size}` });
    const { start, end } = range ?? { start: 0, end: file.size - 1 };
    const status = range === null ? 200 : 206;
    response.writeHead(status, {
      ...safeHeaders,
      'Accept-Ranges': 'bytes',
      'Content-Type': file.mime,
      'Content-Length': end - start + 1,
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
      ETag: tag,
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${end}/${file.size}` }),
    });
    log('file-served', { status, bytes: end - start + 1, person: owner.person });
    if (request.method === 'HEAD' || file.size === 0) {
      response.end();
      return undefined;
    }
    // A reader that goes away, or a file that does, ends both; there is nothing more to tell the client.
    pipeline(createReadStream(file.path, { start, end }), response, () => undefined);
    return undefined;
  };
}

/** Answers with a status and nothing else. */
export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...safeHeaders, ...headers, 'Content-Length': 0 }).end();
}

/** One range as RFC 9110 §14.2 has it; null for none, or for several, which may be answered with the whole. */
function rangeOf(header: string | undefined, size: number): Range | null | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return null;
  const [, first = '', last = ''] = match;
  if (first === '' && last === '') return null;
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  if (first !== '' && last !== '' && Number(last) < start) return null;
  return start >= size || end < start ? 'unsatisfiable' : { start, end };
}

/** RFC 8187: what encodeURIComponent leaves but the header must not have. */
function encodeName(name: string): string {
  return encodeURIComponent(name).replaceAll(/['()*!]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
