import { createServer, type Server as HttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { serverUrl, type ServerUrl } from '../../../src-shared/kernel/ids.ts';
import { selfSigned } from './self-signed.ts';

export type Loopback = { readonly port: number; readonly url: ServerUrl; readonly stop: () => Promise<void> };

/** A TCP server that does with each connection what the test says. */
export function startTcp(onSocket: (socket: Socket) => void): Promise<Loopback> {
  return start(createTcpServer(onSocket), 'ws');
}

/** An HTTP server that answers everything with one status, and knows no upgrade. */
export function startHttp(status: number): Promise<Loopback> {
  return start(answering(createServer(), status), 'ws');
}

/** An HTTPS server with a certificate that nobody trusts. */
export function startHttps(): Promise<Loopback> {
  return start(answering(createTlsServer(selfSigned), 404), 'wss');
}

/** A WebSocket server that does with each socket what the test says. @param said headers of its handshake. */
export function startWebSocket(
  onSocket: (socket: WebSocket) => void,
  said: Readonly<Record<string, string>> = {},
): Promise<Loopback> {
  const http = createServer();
  const server = new WebSocketServer({ server: http });
  server.on('headers', (headers) => headers.push(...Object.entries(said).map(([name, value]) => `${name}: ${value}`)));
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    onSocket(socket);
  });
  return start(http, 'ws');
}

/** The TCP socket below a WebSocket, for bytes that `ws` itself would never write. */
export function rawSocketOf(socket: WebSocket): Socket {
  return Reflect.get(socket, '_socket') as Socket;
}

/** A port that was free a moment ago. */
export async function closedPort(): Promise<number> {
  const server = await startTcp(() => {});
  await server.stop();
  return server.port;
}

function answering<T extends HttpServer>(server: T, status: number): T {
  server.on('request', (_request, response) => response.writeHead(status).end('hello'));
  return server;
}

async function start(server: Server, scheme: 'ws' | 'wss'): Promise<Loopback> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: serverUrl(`${scheme}://127.0.0.1:${port}`),
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
