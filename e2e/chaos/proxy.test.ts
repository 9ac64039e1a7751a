import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { createChaosProxy } from './proxy.ts';

const cleanUps: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function record(socket: Socket) {
  const seen = { text: '', ended: false, error: '', closed: false };
  socket.on('data', (bytes) => (seen.text += bytes.toString('latin1')));
  socket.on('end', () => (seen.ended = true));
  socket.on('error', (error) => (seen.error = 'code' in error ? String(error.code) : ''));
  socket.on('close', () => (seen.closed = true));
  return seen;
}

/** A client and a server socket with the proxy between them. */
async function setUp() {
  const accepted: Socket[] = [];
  const target = createServer({ allowHalfOpen: true }, (socket) => accepted.push(socket));
  await new Promise<void>((resolve) => target.listen(0, '127.0.0.1', resolve));
  const address = target.address();
  const proxy = await createChaosProxy({
    targetPort: typeof address === 'object' && address !== null ? address.port : 0,
  });
  const client = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
  cleanUps.push(
    () => void target.close(),
    proxy.close,
    () => void client.destroy(),
  );
  await expect.poll(() => accepted.length).toBe(1);
  const server = accepted[0] ?? client;
  return { proxy, client, server, atClient: record(client), atServer: record(server) };
}

describe('the chaos proxy', () => {
  test('passes bytes and ends both ways while nothing is wrong', async () => {
    const { client, server, atClient, atServer, proxy } = await setUp();
    client.end('ping');
    await expect.poll(() => atServer).toMatchObject({ text: 'ping', ended: true });
    server.end('pong');
    await expect.poll(() => atClient).toMatchObject({ text: 'pong', ended: true, closed: true });
    expect([proxy.bytesPassed('up'), proxy.bytesPassed('down')]).toEqual([4, 4]);
  });

  test('cuts at exactly the byte it was told', async () => {
    const { client, atClient, atServer, proxy } = await setUp();
    proxy.cutAfter('up', 6);
    client.write('abcd');
    client.write('efgh');
    await expect.poll(() => atServer).toMatchObject({ text: 'abcdef', closed: false, ended: true });
    await expect.poll(() => atClient.ended).toBe(true);
  });

  test('resets', async () => {
    const { atClient, atServer, proxy } = await setUp();
    proxy.reset();
    await expect.poll(() => [atClient.error, atServer.error]).toEqual(['ECONNRESET', 'ECONNRESET']);
  });

  test('holds bytes back during a stall and loses none', async () => {
    const { client, server, atClient, atServer, proxy } = await setUp();
    proxy.setFault('up', { kind: 'stall' });
    client.write('held');
    server.write('free');
    await expect.poll(() => atClient.text).toBe('free');
    expect(atServer.text).toBe('');
    proxy.setFault('up', null);
    await expect.poll(() => atServer.text).toBe('held');
  });

  test('swallows bytes and ends in a black hole, in one direction only', async () => {
    const { client, server, atClient, atServer, proxy } = await setUp();
    proxy.setFault('up', { kind: 'blackhole' });
    client.end('lost');
    server.write('seen');
    await expect.poll(() => atClient.text).toBe('seen');
    expect(atServer).toMatchObject({ text: '', ended: false });
    expect(proxy.openConnections()).toBe(0);
  });

  test('delays in order, and throttles to a rate', async () => {
    const { client, atServer, proxy } = await setUp();
    const startedAtMs = performance.now();
    proxy.setFault('up', { kind: 'delay', delayMs: 60 });
    client.write('a');
    await expect.poll(() => atServer.text, { interval: 5 }).toBe('a');
    expect(performance.now() - startedAtMs).toBeGreaterThan(55);
    proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 10_000 });
    const throttledAtMs = performance.now();
    client.write('b'.repeat(1_000));
    await expect.poll(() => atServer.text.length, { interval: 5 }).toBe(1_001);
    expect(performance.now() - throttledAtMs).toBeGreaterThan(80);
  });

  test('ends one direction and keeps the other', async () => {
    const { client, atClient, atServer, proxy } = await setUp();
    proxy.halfClose('down');
    await expect.poll(() => atClient.ended).toBe(true);
    client.write('still here');
    await expect.poll(() => atServer.text).toBe('still here');
  });

  test('refuses connections and takes them again on the same port', async () => {
    const { proxy } = await setUp();
    await proxy.refuse(true);
    const refused = record(connect(proxy.port, '127.0.0.1'));
    await expect.poll(() => refused.error).toBe('ECONNREFUSED');
    await proxy.refuse(false);
    const again = connect(proxy.port, '127.0.0.1');
    cleanUps.push(() => void again.destroy());
    await expect.poll(() => proxy.acceptedConnections()).toBe(2);
  });
});
