import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type ServerOptions, type WebSocket } from 'ws';
import { fileLimitHeader } from '../src-shared/protocol/file-limit.ts';
import { maxClientFrameBytes } from '../src-shared/protocol/limits.ts';
import { hostOf, plainAddress } from './addresses.ts';
import { refuse } from './file-requests.ts';
import type { Limits } from './limits.ts';
import type { Log, LogReason } from './ports.ts';

/** The front door: http for files, upgrades for everything else. */
export type Http = {
  readonly server: Server;
  /** The sockets that are open, or were a moment ago. */
  readonly sockets: WebSocketServer;
};

type HttpPorts = {
  readonly limits: Limits;
  readonly hostNames: () => ReadonlySet<string>;
  readonly files: (request: IncomingMessage, response: ServerResponse) => void;
  readonly connected: (socket: WebSocket, stream: Duplex, address: string) => void;
  readonly log: Log;
};

type Refusal = { readonly status: 403 | 421 | 429; readonly reason: LogReason };

const statusTexts = { 403: 'Forbidden', 421: 'Misdirected Request', 429: 'Too Many Requests' } as const;
/** Addresses without any proof of good will hold at most so many TCP connections for each WebSocket they may have. */
const tcpPerWebSocket = 2;

export function createHttp({ limits, hostNames, files, connected, log }: HttpPorts): Http {
  // ws takes closeTimeout and maxPendingAutoPongs too, which its types do not know.
  const socketOptions: ServerOptions & { closeTimeout: number; maxPendingAutoPongs: number } = {
    noServer: true,
    clientTracking: true,
    perMessageDeflate: false,
    maxPayload: maxClientFrameBytes,
    maxFragments: 4_096,
    maxBufferedChunks: 8_192,
    maxPendingAutoPongs: 16,
    closeTimeout: 5_000,
  };
  const sockets = new WebSocketServer(socketOptions);
  // A client need not send a file to find out that it is too large.
  sockets.on('headers', (headers) => headers.push(`${fileLimitHeader}: ${limits.maxFileBytes}`));
  const tcpByAddress = new Map<string, number>();
  const socketsByAddress = new Map<string, number>();

  const server = createServer({
    headersTimeout: 10_000,
    requestTimeout: 15_000,
    connectionsCheckingInterval: 5_000,
    keepAliveTimeout: 5_000,
    maxHeaderSize: 16 * 1024,
  });
  server.maxConnections = limits.maxConnections + 100;

  /** Counts one more for an address, until the returned function is called. */
  function count(counts: Map<string, number>, address: string): () => void {
    counts.set(address, (counts.get(address) ?? 0) + 1);
    return () => {
      const left = (counts.get(address) ?? 1) - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    };
  }

  function refusalOf(request: IncomingMessage): Refusal | undefined {
    const host = hostOf(request.headers.host);
    if (host === undefined || !hostNames().has(host)) return { status: 421, reason: 'host' };
    // Browsers say where a page is from, programs do not: no page has any business here (safety T18).
    if (request.headers.origin !== undefined) return { status: 403, reason: 'origin' };
    return undefined;
  }

  function crowdOf(address: string): Refusal | undefined {
    if (sockets.clients.size >= limits.maxConnections) return { status: 429, reason: 'server-limit' };
    const own = socketsByAddress.get(address) ?? 0;
    return own >= limits.maxConnectionsPerAddress ? { status: 429, reason: 'address-limit' } : undefined;
  }

  server.on('connection', (socket) => {
    const address = plainAddress(socket.remoteAddress);
    socket.once('close', count(tcpByAddress, address));
    const most = tcpPerWebSocket * limits.maxConnectionsPerAddress;
    if ((tcpByAddress.get(address) ?? 0) > most) socket.destroy();
  });

  server.on('request', (request, response) => {
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      log('handshake-refused', refusal);
      return refuse(response, refusal.status);
    }
    if (request.url?.startsWith('/files/') === true) return files(request, response);
    return refuse(response, 426, { Upgrade: 'websocket', Connection: 'Upgrade' });
  });

  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const address = plainAddress(request.socket.remoteAddress);
    const refusal = refusalOf(request) ?? crowdOf(address);
    if (refusal !== undefined) {
      log('handshake-refused', refusal);
      const status = `${refusal.status} ${statusTexts[refusal.status]}`;
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, stream, head, (socket) => {
      socket.once('close', count(socketsByAddress, address));
      connected(socket, stream, address);
    });
  });

  return { server, sockets };
}
