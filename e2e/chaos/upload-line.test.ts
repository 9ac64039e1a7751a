import { afterEach, expect, test } from 'vitest';
import { messageId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { createLink } from '../../src-main/connection/create-link.ts';
import { createDialer } from '../../src-main/connection/dialer.ts';
import type { Link } from '../../src-main/connection/link.ts';
import { createFastClock } from '../../src-main/connection/testing/fast-clock.ts';
import { bytesOf, inPieces } from '../../src-main/connection/testing/file-source.ts';
import { goodToken, startStubServer } from '../../src-main/connection/testing/stub-server.ts';
import { createChaosProxy } from './proxy.ts';

/** So many seconds of the link pass in one of ours: a minute at 50 kB/s is four seconds here. */
const speed = 15;
const throttle = { kind: 'throttle', bytesPerSecond: 50_000 * speed } as const;
const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function createLine(maxPayload?: number) {
  const server = await startStubServer(0, maxPayload);
  const proxy = await createChaosProxy({ targetPort: server.port });
  const clock = createFastClock(speed);
  const link = createLink({ clock, random: { fraction: () => 0.5 }, log: () => {}, dialer: createDialer() });
  endings.push(server.stop, proxy.close, link.stop);
  const causes: string[] = [];
  link.onState((state) => state.phase === 'waiting' && causes.push(state.cause));
  const ready = until(link, (phase) => phase === 'ready');
  link.start({
    serverUrl: serverUrl(`ws://127.0.0.1:${proxy.port}`),
    authenticate: async (request) => {
      const reply = await request({ kind: 'log-in-by-token', token: goodToken });
      return reply.ok ? ok(undefined) : reply;
    },
    catchUp: () => Promise.resolve(ok(undefined)),
  });
  await ready;
  return { server, proxy, clock, link, causes };
}

function until(link: Link, holds: (phase: string) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = link.onState(({ phase }) => {
      if (!holds(phase)) return;
      stop();
      resolve();
    });
  });
}

function upload(link: Link, bytes: Uint8Array, onBytes: (doneBytes: number) => void = () => {}) {
  const envelope = {
    kind: 'send-file',
    messageId: messageId(7),
    senderId: userId(1),
    receiverId: userId(2),
    name: 'a',
  } as const;
  return link.upload({
    envelope,
    sizeBytes: bytes.length,
    read: () => inPieces(bytes),
    onBegun: () => {},
    onBytes,
  });
}

test(
  'an upload survives a minute on a line of 50 kB/s, its end in the system’s buffers included',
  { timeout: 30_000 },
  async () => {
    const { server, proxy, link, causes } = await createLine();
    proxy.setFault('up', throttle);
    const bytes = bytesOf(2_200_000);
    const over = new Promise<void>((resolve) => {
      link.onPush((frame) => frame.kind === 'message-acknowledged' && resolve());
      link.onClosed(() => resolve());
    });
    expect(await upload(link, bytes)).toBe('written');
    await over;
    expect(causes).toEqual([]);
    const frame = server.received.find(({ kind }) => kind === 'send-file');
    if (frame?.kind !== 'send-file') throw new Error('no file came');
    const received = Buffer.concat(frame.slices.map((slice) => Buffer.from(slice, 'base64')));
    expect(received.equals(bytes)).toBe(true);
  },
);

test('an upload whose line stalls ends with its connection within thirty seconds', { timeout: 30_000 }, async () => {
  const { proxy, clock, link, causes } = await createLine();
  proxy.setFault('up', throttle);
  // More than all buffers on the way hold: its progress is seen to stop.
  const result = upload(link, bytesOf(40_000_000));
  await new Promise<void>((resolve) => void clock.setTimer(20_000, resolve));
  expect(causes).toEqual([]);
  for (const way of ['up', 'down'] as const) proxy.setFault(way, { kind: 'stall' });
  const stalledAtMs = clock.monotonicMs();
  expect(await result).toBe('cut-off');
  // A busy computer's timers come late, and count fifteenfold here.
  expect(clock.monotonicMs() - stalledAtMs).toBeLessThan(30_000 + 15_000);
  expect(causes[0]).toBe('connection-silent');
});

test('a server that takes no more of a message than so much says so in the middle of it', async () => {
  const { link } = await createLine(2 ** 20);
  const closed = new Promise<number>((resolve) => link.onClosed(({ code }) => resolve(code)));
  expect(await upload(link, bytesOf(20_000_000))).toBe('cut-off');
  expect(await closed).toBe(1009);
});
