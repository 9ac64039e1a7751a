import { createServer, type IncomingMessage } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { serverUrl, userId, type ServerUrl } from '../../../src-shared/kernel/ids.ts';
import { decodeClientFrame, encodeServerFrame } from '../../../src-shared/protocol/codec.ts';
import type { ClientFrame, ServerFrame } from '../../../src-shared/protocol/frames.ts';

export type StubServer = {
  readonly port: number;
  readonly url: ServerUrl;
  /** Sockets that the server believes in. */
  readonly clients: () => readonly WebSocket[];
  readonly received: ClientFrame[];
  readonly handshakes: IncomingMessage[];
  /** From now on it does not answer frames of this kind. */
  readonly ignore: (kind: ClientFrame['kind']) => void;
  readonly say: (frame: ServerFrame) => void;
  readonly stop: () => Promise<void>;
};

/** The token that this server knows. */
export const goodToken = 'good';

/** A small server that conforms: knows one token, no contacts and no history, and acknowledges what is sent. */
export async function startStubServer(port = 0, maxPayload = 100 * 2 ** 20): Promise<StubServer> {
  const http = createServer();
  const server = new WebSocketServer({ server: http, maxPayload });
  const received: ClientFrame[] = [];
  const handshakes: IncomingMessage[] = [];
  const ignored = new Set<ClientFrame['kind']>();
  server.on('connection', (socket, request) => {
    handshakes.push(request);
    socket.on('error', () => {});
    socket.on('message', (data) => {
      // eslint-disable-next-line typescript/no-base-to-string -- a Buffer, with the default binaryType
      const frame = decodeClientFrame(data.toString());
      if (!frame.ok) return;
      received.push(frame.value);
      const reply = ignored.has(frame.value.kind) ? null : replyTo(frame.value);
      if (reply !== null) socket.send(encodeServerFrame(reply));
    });
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  const address = http.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port: boundPort,
    url: serverUrl(`ws://127.0.0.1:${boundPort}`),
    clients: () => [...server.clients],
    received,
    handshakes,
    ignore: (kind) => ignored.add(kind),
    say: (frame) => {
      for (const client of server.clients) client.send(encodeServerFrame(frame));
    },
    stop: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}

function replyTo(frame: ClientFrame): ServerFrame | null {
  switch (frame.kind) {
    case 'log-in-by-token': {
      if (frame.token !== goodToken) return { kind: 'log-in-failed', error: 'unknown token' };
      const account = { userId: userId(1), username: 'ann', email: '', avatar: '' };
      return { kind: 'logged-in', account, token: goodToken };
    }
    case 'load-contacts':
      return { kind: 'contacts-loaded', contacts: [] };
    case 'load-messages':
      return { kind: 'messages-loaded', messages: [], droppedRows: 0 };
    case 'send-message':
    case 'send-file':
    case 'send-image':
      return { kind: 'message-acknowledged', messageId: frame.messageId };
    default:
      return null;
  }
}
