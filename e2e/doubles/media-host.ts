import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hosted } from './sent-forms.ts';

/** Somebody who has files, and who asked for which. */
export type MediaHost = {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => void;
  /** `METHOD path`, with ` as <token>` where one came along. */
  readonly asked: () => readonly string[];
  readonly put: (hosted: Hosted) => void;
};

export function createMediaHost(): MediaHost {
  const files = new Map<string, Uint8Array>();
  const asked: string[] = [];
  return {
    answer: (request, response) => {
      const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1];
      asked.push(`${request.method} ${request.url}${token === undefined ? '' : ` as ${token}`}`);
      const bytes = files.get(request.url ?? '');
      if (bytes === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'Content-Length': bytes.length }).end(bytes);
    },
    asked: () => asked,
    put: (hosted) => {
      for (const [path, bytes] of hosted) files.set(path, bytes);
    },
  };
}
