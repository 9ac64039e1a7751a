import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer, type RawData } from 'ws';
import type { Link, Rules } from './mutants.ts';
import type { WireFrame } from './wire-client.ts';

export type MutantProxy = { readonly url: string; readonly close: () => Promise<void> };

/** A server at a port of its own that is the one at `serverUrl` but for `rules`. Files are served as they are. */
export async function startMutantProxy(serverUrl: string, rules: Rules): Promise<MutantProxy> {
  const links = new Set<Link>();
  const http = createServer((incoming, outgoing) => passOn(serverUrl, incoming, outgoing));
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (client) => {
    const server = new WebSocket(serverUrl, { perMessageDeflate: false });
    const opened = new Promise<void>((resolve) => {
      server.once('open', resolve);
    });
    let person: number | null = null;
    const link: Link = {
      person: () => person,
      toServer: (frame) => void opened.then(() => server.send(JSON.stringify(frame))),
      toClient: (frame) => client.send(JSON.stringify(frame)),
    };
    links.add(link);

    client.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? null : parseFrame(data);
      if (frame === null) {
        void opened.then(() => server.send(data, { binary: isBinary }));
        return;
      }
      for (const changed of rules.fromClient?.(frame, link, links) ?? [frame]) link.toServer(changed);
    });
    server.on('message', (data: RawData) => {
      const frame = parseFrame(data as Buffer);
      if (frame === null) return;
      const { userId } = frame.payload as { userId?: number };
      if (frame.type === 'LOGIN_SUCCESS' || frame.type === 'REGISTER_SUCCESS') person = userId ?? person;
      for (const changed of rules.fromServer?.(frame, link, links) ?? [frame]) link.toClient(changed);
    });
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('close', () => {
        links.delete(link);
        to.terminate();
      });
    }
  });
  await new Promise<void>((resolve) => {
    http.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`,
    async close() {
      for (const client of sockets.clients) client.terminate();
      sockets.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function parseFrame(data: Buffer): WireFrame | null {
  try {
    const value = JSON.parse(data.toString('utf8')) as WireFrame | null;
    return typeof value?.type === 'string' && typeof value.payload === 'object' && value.payload !== null
      ? value
      : null;
  } catch {
    return null;
  }
}

function passOn(serverUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { host, hostname, port } = new URL(serverUrl);
  const headers = { ...incoming.headers, host };
  const forwarded = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  forwarded.on('error', () => outgoing.destroy());
  incoming.pipe(forwarded);
}
