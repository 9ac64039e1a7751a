import { afterEach, describe, expect, test } from 'vitest';
import { serverUrl, type ServerUrl } from '../../src-shared/kernel/ids.ts';
import { createDialer, type DialedSocket, type SocketEnd } from './dialer.ts';
import { closedPort, rawSocketOf, startHttp, startHttps, startTcp, startWebSocket } from './testing/loopback.ts';
import { startStubServer } from './testing/stub-server.ts';

const dial = createDialer({ handshakeTimeoutMs: 400, dialTimeoutMs: 800 });
const running: { readonly stop: () => Promise<void> }[] = [];

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function run<T extends { readonly stop: () => Promise<void> }>(starting: Promise<T>): Promise<T> {
  const server = await starting;
  running.push(server);
  return server;
}

/** Dials, does `whenOpen`, and waits for the end. */
function dialed(url: ServerUrl, whenOpen: (socket: DialedSocket) => void = () => {}) {
  const seen = { opened: 0, texts: [] as string[], binaries: 0, pongs: 0, ends: [] as SocketEnd[] };
  let finish = (): void => {};
  const done = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const socket = dial(url, {
    opened: () => {
      seen.opened += 1;
      whenOpen(socket);
    },
    frame: (bytes) => seen.texts.push(Buffer.from(bytes).toString()),
    binary: () => {
      seen.binaries += 1;
    },
    ponged: () => {
      seen.pongs += 1;
    },
    closed: (end) => {
      seen.ends.push(end);
      finish();
    },
  });
  return { socket, seen, done };
}

async function endOf(url: ServerUrl): Promise<SocketEnd | undefined> {
  const { seen, done } = dialed(url);
  await done;
  expect(seen.opened).toBe(0);
  expect(seen.ends).toHaveLength(1);
  return seen.ends[0];
}

const at = (port: number, scheme = 'ws'): ServerUrl => serverUrl(`${scheme}://127.0.0.1:${port}`);

describe('a dialed socket that does not open', () => {
  test('survives a server that says nothing, and calls it silent', async () => {
    const server = await run(startTcp(() => {}));
    expect(await endOf(server.url)).toEqual({ code: 1006, cause: 'connection-silent' });
  });

  test('survives a server that drips its answer for ever, and calls it silent', async () => {
    const server = await run(
      startTcp((socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nX: ');
        const timer = setInterval(() => socket.write('x'), 20);
        socket.on('close', () => clearInterval(timer));
      }),
    );
    expect(await endOf(server.url)).toEqual({ code: 1006, cause: 'connection-silent' });
  });

  test('names a port where nobody listens', async () => {
    expect(await endOf(at(await closedPort()))).toMatchObject({ cause: 'connection-refused' });
  });

  test.each([
    [200, 'not-websocket'],
    [302, 'not-websocket'],
    [404, 'not-websocket'],
    [429, 'server-busy'],
    [502, 'server-busy'],
    [503, 'server-busy'],
  ])('reads the status %i of a web server as %s', async (status, cause) => {
    const server = await run(startHttp(status));
    expect(await endOf(server.url)).toMatchObject({ cause });
  });

  test('names a server that speaks no HTTP at all', async () => {
    const server = await run(startTcp((socket) => socket.end('220 mail.example ESMTP\r\n')));
    expect(await endOf(server.url)).toMatchObject({ cause: 'not-websocket' });
  });

  test('does not believe a certificate that nobody signed', async () => {
    const server = await run(startHttps());
    expect(await endOf(server.url)).toMatchObject({ cause: 'tls-untrusted' });
  });

  test('names a plain server that was asked for TLS', async () => {
    const server = await run(startHttp(200));
    expect(await endOf(at(server.port, 'wss'))).toMatchObject({ cause: 'tls-failed' });
  });

  test('reports an address that cannot be dialed instead of throwing', async () => {
    for (const address of ['nonsense', 'ftp://x', 'ws://127.0.0.1/#part']) {
      expect(await endOf(serverUrl(address))).toMatchObject({ cause: 'address-invalid' });
    }
  });

  test('ends once when it is given up before, during and after its handshake', async () => {
    let heard = (): void => {};
    const isHeard = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const server = await run(startTcp((socket) => socket.on('data', heard)));
    const early = dialed(server.url);
    early.socket.terminate();
    early.socket.close(1000);
    await early.done;
    const late = dialed(server.url);
    await isHeard;
    late.socket.terminate();
    late.socket.close(1000);
    await late.done;
    late.socket.terminate();
    expect(early.seen.ends).toHaveLength(1);
    expect(late.seen.ends).toHaveLength(1);
    expect(await late.socket.write('{}')).toBe(false);
  });
});

describe('a dialed socket that opens', () => {
  test.each([1000, 1001, 1008, 1009, 1013, 4401])('keeps the true close code %i', async (code) => {
    const server = await run(startWebSocket((socket) => socket.close(code, 'because')));
    const { seen, done } = dialed(server.url);
    await done;
    expect(seen).toMatchObject({ opened: 1, ends: [{ code }] });
  });

  test('shows no origin, offers no compression, and carries texts, binaries and pongs', async () => {
    const server = await run(startStubServer());
    const { seen, done, socket } = dialed(server.url, (open) => {
      open.ping();
      void open.write('{"type":"LOAD_CONTACTS","payload":{"userId":1}}');
    });
    await expect
      .poll(() => seen)
      .toMatchObject({ pongs: 1, texts: ['{"type":"CONTACTS_LOADED","payload":{"contacts":[]}}'] });
    server.clients()[0]?.send(new Uint8Array([1, 2]));
    await expect.poll(() => seen.binaries).toBe(1);
    expect(socket.bytesRead()).toBeGreaterThan(50);
    expect(socket.bytesTaken()).toBeGreaterThan(50);
    const headers = server.handshakes[0]?.headers;
    expect(headers).not.toHaveProperty('origin');
    expect(headers).not.toHaveProperty('sec-websocket-extensions');
    socket.close(1000);
    await done;
    expect(seen.ends).toEqual([{ code: 1000, cause: 'offline' }]);
  });

  test('carries one text in fragments, with pings between them, and stays for what comes after', async () => {
    const server = await run(startStubServer());
    const { seen, socket } = dialed(server.url);
    await expect.poll(() => seen.opened).toBe(1);
    const text = Buffer.from('{"type":"LOAD_CONTACTS","payload":{"userId":1}}');
    expect(await socket.writeFragment(text.subarray(0, 9), false)).toBe(true);
    socket.ping();
    expect(await socket.writeFragment(text.subarray(9), true)).toBe(true);
    expect(await socket.write(text.toString())).toBe(true);
    await expect.poll(() => server.received.length).toBe(2);
    expect(seen.pongs).toBe(1);
    socket.terminate();
  });

  test.each([
    ['5000', 5_000],
    ['-1', null],
    ['1e9', null],
    [undefined, null],
  ])('reads what the server says it takes in one file: %s', async (said, maxFileBytes) => {
    const server = await run(startWebSocket(() => {}, said === undefined ? {} : { 'Kith-Max-File-Bytes': said }));
    const opened = new Promise<number | null>((resolve) => {
      const ignore = (): void => {};
      const events = { frame: ignore, binary: ignore, ponged: ignore, closed: ignore };
      const socket = dial(server.url, {
        ...events,
        opened: (max) => {
          resolve(max);
          socket.terminate();
        },
      });
    });
    expect(await opened).toBe(maxFileBytes);
  });

  test('reads bytes that are no UTF-8 as replacement characters and stays', async () => {
    const server = await run(
      startWebSocket((socket) => {
        socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
        socket.close(1000);
      }),
    );
    const { seen, done } = dialed(server.url);
    await done;
    expect(seen).toMatchObject({ texts: ['"\uFFFD"'], ends: [{ code: 1000 }] });
  });

  test("refuses a frame of 65 MiB by its header, as its own doing and not the server's", async () => {
    const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(65n * 2n ** 20n, 2);
    const server = await run(startWebSocket((socket) => rawSocketOf(socket).write(header)));
    const { seen, done } = dialed(server.url);
    await done;
    expect(seen.ends[0]?.cause).toBe('invalid-reply');
    expect(seen.ends[0]?.code).not.toBe(1009);
  });
});
