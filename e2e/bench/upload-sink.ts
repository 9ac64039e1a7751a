import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** How one file came. */
export type Received = {
  /** From its first fragment to its last. */
  readonly tookMs: number;
  readonly frameBytes: number;
  readonly pings: number;
  readonly pongs: number;
  readonly slowestPongMs: number;
};

/** Takes files as any server on `ws` does, keeps none of them, and asks all the while whether the sender still answers. */
export type UploadSink = {
  readonly url: string;
  /** The next file that comes whole. */
  readonly next: () => Promise<Received>;
  readonly stop: () => Promise<void>;
};

const pingEveryMs = 50;
/** So long the last answers are waited for. */
const lastPongMs = 300;
/** More than any other frame has, less than the first fragment of a file. */
const startBytes = 32 * 1024;
const maxBytes = 200 * 2 ** 20;
const account = { userId: 1, username: 'Ann', email: '', avatar: '', token: 'token' };
const contacts = [{ contactId: 2, username: 'Bo', online: true, avatar: '' }];

const replies: Readonly<Record<string, (payload: Record<string, unknown>) => object>> = {
  REGISTER: () => ({ type: 'REGISTER_SUCCESS', payload: account }),
  LOGIN_BY_TOKEN: () => ({ type: 'LOGIN_SUCCESS', payload: account }),
  LOAD_CONTACTS: () => ({ type: 'CONTACTS_LOADED', payload: { contacts } }),
  LOAD_MESSAGES: () => ({ type: 'MESSAGES_LOADED', payload: [] }),
};

export async function startUploadSink(): Promise<UploadSink> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, maxPayload: maxBytes });
  server.on('headers', (headers) => headers.push(`Kith-Max-File-Bytes: ${maxBytes / 2}`));
  await once(server, 'listening');
  let waiting: ((received: Received) => void) | null = null;

  server.on('connection', (socket, request) => {
    let heldBytes = 0;
    let startMs: number | null = null;
    let seen = { pings: 0, pongs: 0, slowestPongMs: 0 };
    request.socket.prependListener('data', (chunk: Buffer) => {
      heldBytes += chunk.length;
      if (startMs === null && heldBytes > startBytes) startMs = performance.now();
    });
    const timer = setInterval(() => {
      if (startMs === null) return;
      seen.pings += 1;
      socket.ping(String(performance.now()));
    }, pingEveryMs);
    socket.on('close', () => clearInterval(timer));
    socket.on('pong', (sentAt) => {
      seen.pongs += 1;
      seen.slowestPongMs = Math.max(seen.slowestPongMs, performance.now() - Number(sentAt.toString()));
    });
    socket.on('message', (data: Buffer) => {
      const began = startMs;
      [heldBytes, startMs] = [0, null];
      const start = data.subarray(0, 200).toString('latin1');
      const messageId = Number(/"messageId":(\d+)/.exec(start)?.[1]);
      if (!start.startsWith('{"type":"SEND_FILE"') || began === null) {
        const { type, payload } = JSON.parse(data.toString()) as { type: string; payload: Record<string, unknown> };
        const reply = replies[type]?.(payload);
        if (reply !== undefined) socket.send(JSON.stringify(reply));
        return;
      }
      socket.send(JSON.stringify({ type: 'MESSAGE_RECEIVED_SELF', payload: { messageId } }));
      const tookMs = performance.now() - began;
      setTimeout(() => {
        waiting?.({ tookMs, frameBytes: data.length, ...seen });
        seen = { pings: 0, pongs: 0, slowestPongMs: 0 };
      }, lastPongMs);
    });
  });

  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () => new Promise((resolve) => (waiting = resolve)),
    stop: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
