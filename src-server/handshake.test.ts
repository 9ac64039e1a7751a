import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createConnection } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connect, register, settle } from './testing/client.ts';
import { startServer, stopServers } from './testing/running-server.ts';

afterEach(stopServers);

/** The status of an upgrade with these headers; 101 means that the connection stands. */
async function upgrade(port: number, headers: readonly string[], target = '/'): Promise<number> {
  const socket = createConnection({ host: '127.0.0.1', port });
  const lines = [
    `GET ${target} HTTP/1.1`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ...headers,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer.toString('latin1'))?.[1]);
}

describe('the handshake', () => {
  it('says how large a file may be', async () => {
    const { url } = await startServer({ limits: { maxFileBytes: 5_000 } });
    const socket = new WebSocket(url);
    const [response] = (await once(socket, 'upgrade')) as [IncomingMessage];
    expect(response.headers['kith-max-file-bytes']).toBe('5000');
    socket.terminate();
  });

  it('takes the names of this server and no others', async () => {
    const { port } = await startServer({ allowedHosts: ['Chat.Example.org'] });
    const taken = ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]', 'chat.example.org'];
    const refused = [
      'evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '0.0.0.0',
      'localhost@evil',
      '',
      '[::2]',
      '2130706433',
    ];
    for (const host of taken) {
      expect(await upgrade(port, [`Host: ${host}:${port}`]), host).toBe(101);
      expect(await upgrade(port, [`Host: ${host}`]), host).toBe(101);
    }
    for (const host of refused) expect(await upgrade(port, [`Host: ${host}`]), host).toBe(421);
    expect(await upgrade(port, ['Host: localhost:port'])).toBe(421);
    expect(await upgrade(port, [])).toBe(421);
  });

  it('takes no page of the web, wherever it says it is from', async () => {
    const { port, log } = await startServer();
    const origins = ['https://evil.example', 'null', 'file://', `http://127.0.0.1:${port}`, 'http://localhost', ''];
    for (const origin of origins) {
      expect(await upgrade(port, ['Host: localhost', `Origin: ${origin}`]), origin).toBe(403);
    }
    expect(log.some(({ event }) => event === 'connection-opened')).toBe(false);
  });

  it('takes any path but is no web server', async () => {
    const { port } = await startServer();
    expect(await upgrade(port, ['Host: localhost'], '/ws')).toBe(101);
    const page = await fetch(`http://127.0.0.1:${port}/index.html`);
    expect(page.status).toBe(426);
  });

  it('takes so many connections from one address, and from all', async () => {
    const { url, port } = await startServer({ limits: { maxConnectionsPerAddress: 3 } });
    const three = [await connect(url), await connect(url), await connect(url)];
    expect(await upgrade(port, ['Host: localhost'])).toBe(429);
    three[0]?.socket.close();
    await three[0]?.closed;
    await expect.poll(() => upgrade(port, ['Host: localhost'])).toBe(101);
    const full = await startServer({ limits: { maxConnections: 1 } });
    await connect(full.url);
    expect(await upgrade(full.port, ['Host: localhost'])).toBe(429);
  });

  it('drops addresses that open more connections than they can use', async () => {
    const { port } = await startServer({ limits: { maxConnectionsPerAddress: 1 } });
    const sockets = Array.from({ length: 3 }, () => createConnection({ host: '127.0.0.1', port }));
    const [, , third] = sockets;
    third?.on('error', () => undefined);
    if (third !== undefined) await once(third, 'close');
    for (const socket of sockets) socket.destroy();
  });

  it('can be reached by the address it was given, IPv6 too', async () => {
    const { url } = await startServer({ host: '::1' });
    expect(url).toMatch(/^ws:\/\/\[::1\]:\d+\/$/);
    await settle(await register(url, 'Ann'));
  });
});
