import { expect, test } from 'vitest';
import { serverUrl } from '../../src-shared/kernel/ids.ts';
import type { Dial, DialedSocket, SocketEnd, SocketEvents } from './dialer.ts';
import { createLateDialer } from './late-dialer.ts';

const url = serverUrl('ws://127.0.0.1:1/');

function createRig() {
  const ends: SocketEnd[] = [];
  const calls: string[] = [];
  const dialed: SocketEvents[] = [];
  const events: SocketEvents = {
    opened: () => calls.push('opened'),
    frame: () => {},
    binary: () => {},
    ponged: () => {},
    closed: (end) => ends.push(end),
  };
  const socket: DialedSocket = {
    write: (text) => {
      calls.push(`write ${text}`);
      return Promise.resolve(true);
    },
    writeFragment: (text, isLast) => {
      calls.push(`fragment ${Buffer.from(text).toString()} ${isLast}`);
      return Promise.resolve(true);
    },
    ping: () => calls.push('ping'),
    setPaused: (isPaused) => calls.push(`paused ${isPaused}`),
    bytesRead: () => 1,
    bytesTaken: () => 2,
    close: (code) => calls.push(`close ${code}`),
    terminate: () => calls.push('terminate'),
  };
  const dialer: Dial = (_url, given) => {
    dialed.push(given);
    return socket;
  };
  return { ends, calls, dialed, events, dialer };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('once loaded, everything goes to the socket that was dialed, and its events come back', async () => {
  const { calls, dialed, events, dialer } = createRig();
  const socket = createLateDialer(() => Promise.resolve(dialer))(url, events);
  await settled();
  dialed[0]?.opened(null);
  expect(await socket.write('a')).toBe(true);
  expect(await socket.writeFragment(Buffer.from('b'), true)).toBe(true);
  socket.ping();
  socket.setPaused(true);
  socket.close(1000);
  socket.terminate();
  expect(calls).toEqual(['opened', 'write a', 'fragment b true', 'ping', 'paused true', 'close 1000', 'terminate']);
  expect([socket.bytesRead(), socket.bytesTaken()]).toEqual([1, 2]);
});

test('before that it takes nothing, as one that has not opened', async () => {
  const { calls, events } = createRig();
  const socket = createLateDialer(() => new Promise(() => {}))(url, events);
  expect(await socket.write('a')).toBe(false);
  socket.ping();
  socket.setPaused(true);
  expect(calls).toEqual([]);
  expect([socket.bytesRead(), socket.bytesTaken()]).toEqual([0, 0]);
});

test('left before it was loaded, it ends once, later, and nothing is dialed', async () => {
  const { ends, dialed, events, dialer } = createRig();
  const socket = createLateDialer(() => Promise.resolve(dialer))(url, events);
  socket.close(1000);
  socket.terminate();
  expect(ends).toEqual([]);
  await settled();
  expect(ends).toEqual([{ code: 1006, cause: 'offline' }]);
  expect(dialed).toEqual([]);
});

test('a dialer that cannot be loaded is a socket that ends', async () => {
  const { ends, events } = createRig();
  createLateDialer(() => Promise.reject(new Error('gone')))(url, events);
  await settled();
  expect(ends).toEqual([{ code: 1006, cause: 'unexpected' }]);
});
