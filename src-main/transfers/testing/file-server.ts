import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type FileServer = {
  readonly origin: string;
  /** The requests so far. */
  readonly asked: IncomingMessage[];
  /** How it answers from now on. */
  answer: Answer;
  /** Ends every connection in the middle. */
  readonly hangUp: () => void;
  readonly stop: () => Promise<void>;
};

/** A web server on this computer that answers as the test says. */
export async function startFileServer(answer: Answer = (_request, response) => response.end()): Promise<FileServer> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    asked.push(request);
    self.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: FileServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    answer,
    hangUp: () => server.closeAllConnections(),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

/** Serves `bytes` with ranges, as a good server does. */
export function serving(bytes: Uint8Array, tag = '"v1"'): Answer {
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const hasPart = range !== null && (request.headers['if-range'] ?? tag) === tag;
    const start = hasPart ? Number(range[1]) : 0;
    response.writeHead(hasPart ? 206 : 200, {
      'Content-Length': bytes.length - start,
      ETag: tag,
      ...(hasPart ? { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    response.end(bytes.subarray(start));
  };
}

/** Serves as {@link serving} does, but no more than so many bytes of a part at a time. */
export function servingAtMost(mostBytes: number, bytes: Uint8Array, tag = '"v1"'): Answer {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(start)) return serving(bytes, tag)(request, response);
    const part = bytes.subarray(start, start + mostBytes);
    response.writeHead(206, {
      'Content-Length': part.length,
      'Content-Range': `bytes ${start}-${start + part.length - 1}/${bytes.length}`,
      ETag: tag,
    });
    response.end(part);
  };
}

/** Serves as {@link serving} does, but stops after so many bytes of the body, and waits. */
export function stoppingAfter(sentBytes: number, bytes: Uint8Array, tag = '"v1"'): Answer {
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const start = Number(range?.[1] ?? 0);
    response.writeHead(range === null ? 200 : 206, {
      'Content-Length': bytes.length - start,
      ETag: tag,
      ...(range === null ? {} : { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.write(bytes.subarray(start, start + sentBytes));
  };
}
