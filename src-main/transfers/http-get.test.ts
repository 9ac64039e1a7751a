import { once } from 'node:events';
import { globalAgent } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpGet, type HttpAnswer } from './http-get.ts';

/** What it does with each request, by its connection and its number on that. */
type Serve = (socket: Socket, requestOfSocket: number) => void;

let server: Server;
let serve: Serve;
let asked: string[];

beforeEach(async () => {
  asked = [];
  server = createServer((socket) => {
    let count = 0;
    socket.on('error', () => undefined);
    socket.on('data', (request: Buffer) => {
      asked.push(request.toString());
      count += 1;
      serve(socket, count);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  globalAgent.destroy();
  server.close();
  await once(server, 'close');
});

const whole = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nok';

async function get(): Promise<HttpAnswer> {
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/a`);
  const answer = await httpGet({ url, headers: { Authorization: 'Bearer t' }, signal: new AbortController().signal });
  if (!answer.ok) throw new Error(answer.error);
  return answer.value;
}

async function read(answer: HttpAnswer): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of answer.body) parts.push(bytes);
  return Buffer.concat(parts).toString();
}

it('asks once more where a connection kept from before was closed just when it was used again', async () => {
  serve = (socket, count) => void (count === 1 ? socket.write(whole) : socket.resetAndDestroy());
  expect(await read(await get())).toBe('ok');
  expect(await read(await get())).toBe('ok');
  expect(asked).toHaveLength(3);
});

it('does not ask again for an answer that is cut off, so that nobody gets the token for what nobody reads', async () => {
  let cut = (): void => {};
  serve = (socket, count) => {
    if (count === 1) return void socket.write(whole);
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok');
    cut = () => void socket.resetAndDestroy();
  };
  expect(await read(await get())).toBe('ok');
  const answer = await get();
  const reading = read(answer);
  cut();
  await expect(reading).rejects.toThrow();
  // Whatever was asked after the cut is before this one.
  serve = (socket) => void socket.write(whole);
  expect(await read(await get())).toBe('ok');
  expect(asked).toHaveLength(3);
});
