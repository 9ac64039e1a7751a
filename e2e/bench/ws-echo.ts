import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { median } from './table.ts';

/** The floor: a text frame there and back over `ws` on loopback, nothing stored. @returns the median in milliseconds. */
export async function measureEcho(rounds: number): Promise<number> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await once(server, 'listening');
  server.on('connection', (socket) => socket.on('message', (data) => socket.send(data, { binary: false })));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, {
    perMessageDeflate: false,
  });
  await once(client, 'open');
  const frame = JSON.stringify({
    type: 'SEND_MESSAGE',
    payload: { messageId: 1, senderId: 1, receiverId: 2, content: 'x'.repeat(40) },
  });
  const times: number[] = [];
  for (let i = 0; i < rounds; i += 1) {
    const startMs = performance.now();
    client.send(frame);
    await once(client, 'message');
    times.push(performance.now() - startMs);
  }
  client.terminate();
  server.close();
  return median(times);
}
