import { afterEach, describe, expect, test } from 'vitest';
import { createChaosProxy } from '../../e2e/chaos/proxy.ts';
import { messageId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { encodeClientFrame } from '../../src-shared/protocol/codec.ts';
import type { InboundFrame } from './inbound-frame.ts';
import { createLink } from './create-link.ts';
import { createDialer } from './dialer.ts';
import type { Link, LinkState } from './link.ts';
import { createFastClock } from './testing/fast-clock.ts';
import { rawSocketOf, startTcp } from './testing/loopback.ts';
import { goodToken, startStubServer } from './testing/stub-server.ts';

/** Twenty seconds of the link pass in one. */
const speed = 20;
const me = userId(1);
const cleanUps: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

/** A link to a real server through a proxy that fails on command. */
async function setUp() {
  const server = await startStubServer();
  const proxy = await createChaosProxy({ targetPort: server.port });
  const clock = createFastClock(speed);
  const link = createLink({
    clock,
    random: { fraction: () => 0.02 },
    log: () => {},
    dialer: createDialer({ handshakeTimeoutMs: 8_000 / speed, dialTimeoutMs: 10_000 / speed }),
  });
  const states: LinkState[] = [];
  const pushed: InboundFrame[] = [];
  const closed: number[] = [];
  link.onState((state) => states.push(state));
  link.onPush((frame) => pushed.push(frame));
  link.onClosed(({ code }) => closed.push(code));
  cleanUps.push(server.stop, proxy.close, link.stop);
  start(link, proxy.port);
  await expect.poll(() => link.state().phase).toBe('ready');
  return { server, proxy, clock, link, states, pushed, closed };
}

function start(link: Link, port: number): void {
  link.start({
    serverUrl: serverUrl(`ws://127.0.0.1:${port}`),
    authenticate: async (request) => {
      const reply = await request({ kind: 'log-in-by-token', token: goodToken });
      return reply.ok ? ok(undefined) : reply;
    },
    catchUp: async () => {
      const reply = await link.request({ kind: 'load-contacts', userId: me });
      return reply.ok ? ok(undefined) : reply;
    },
  });
}

const readyIn = (epoch: number) => ({ phase: 'ready', epoch });
const textOf = (id: number) =>
  ({ kind: 'send-message', messageId: messageId(id), senderId: me, receiverId: userId(2), content: '你好' }) as const;

describe('a link over a real network', () => {
  test.each([[['up']], [['down']], [['up', 'down']]] as const)(
    'notices a black hole %j by itself, and is back once it is gone',
    async (directions) => {
      const { link, proxy, states, clock } = await setUp();
      for (const direction of directions) proxy.setFault(direction, { kind: 'blackhole' });
      const sinceMs = clock.monotonicMs();
      await expect.poll(() => states.at(-1)?.phase, { timeout: 3_000 }).not.toBe('ready');
      // The heartbeat's own test knows the 25 seconds exactly; a busy machine stretches these.
      expect(clock.monotonicMs() - sinceMs).toBeLessThan(50_000);
      expect(states.find((state) => state.phase === 'waiting')).toMatchObject({ cause: 'connection-silent' });
      for (const direction of directions) proxy.setFault(direction, null);
      await expect.poll(() => link.state().phase, { timeout: 3_000 }).toBe('ready');
      expect(proxy.openConnections()).toBe(1);
    },
  );

  test('notices a black hole sooner after a nudge', async () => {
    const { link, proxy, states, clock } = await setUp();
    proxy.setFault('down', { kind: 'blackhole' });
    const sinceMs = clock.monotonicMs();
    link.nudge();
    await expect.poll(() => states.some((state) => state.phase === 'waiting'), { interval: 5 }).toBe(true);
    expect(clock.monotonicMs() - sinceMs).toBeLessThan(20_000);
  });

  test('sits out a stall of six seconds', async () => {
    const { link, proxy, clock } = await setUp();
    proxy.setFault('down', { kind: 'stall' });
    const reply = link.request({ kind: 'load-messages', userId: me, targetId: userId(2) });
    clock.setTimer(6_000, () => proxy.setFault('down', null));
    expect((await reply).ok).toBe(true);
    expect(link.state()).toEqual(readyIn(1));
  });

  test('works over a slow and late line', async () => {
    const { link, proxy } = await setUp();
    proxy.setFault('up', { kind: 'throttle', bytesPerSecond: 5_000 });
    proxy.setFault('down', { kind: 'delay', delayMs: 30 });
    for (let id = 1; id <= 5; id += 1) expect((await link.send(textOf(id))).ok).toBe(true);
    expect((await link.request({ kind: 'load-messages', userId: me, targetId: userId(2) })).ok).toBe(true);
    expect(link.state()).toEqual(readyIn(1));
    expect(link.worstRoundTripMs()).toBeGreaterThan(0);
  });

  test('is back after a reset, a close and a half-close, twenty times over, with one socket at a time', async () => {
    const { link, proxy, server, pushed, closed } = await setUp();
    const breaks = [proxy.reset, proxy.cut, () => proxy.halfClose('down'), () => link.reset('timeout')];
    for (let round = 1; round <= 20; round += 1) {
      breaks[round % breaks.length]?.();
      await expect.poll(() => link.state(), { interval: 5 }).toEqual(readyIn(round + 1));
      expect(proxy.openConnections()).toBe(1);
    }
    expect(proxy.acceptedConnections()).toBe(21);
    expect(closed).toHaveLength(20);
    await expect.poll(() => server.clients().length).toBe(1);
    server.say({ kind: 'message-acknowledged', messageId: messageId(9) });
    await expect.poll(() => pushed).toContainEqual({ kind: 'message-acknowledged', messageId: messageId(9) });
  });

  test('is back after a cut at any byte of a frame, and the server has got it whole or not at all', async () => {
    const { link, proxy, server } = await setUp();
    const sizeBytes = Buffer.byteLength(encodeClientFrame(textOf(1))) + 8;
    for (let cutAt = 0, epoch = 1; cutAt <= sizeBytes; cutAt += 7, epoch += 1) {
      server.received.length = 0;
      proxy.cutAfter('up', cutAt);
      await link.send(textOf(cutAt));
      await expect.poll(() => link.state(), { interval: 5 }).toEqual(readyIn(epoch + 1));
      const sent = server.received.filter((frame) => frame.kind === 'send-message');
      expect(sent).toEqual(cutAt < sizeBytes ? [] : [textOf(cutAt)]);
    }
  });

  test('is back after the server was away, through refused connections', async () => {
    const { link, proxy, states } = await setUp();
    await proxy.refuse(true);
    proxy.cut();
    await expect
      .poll(() => states.filter((state) => state.phase === 'waiting' && state.cause === 'connection-refused').length)
      .toBeGreaterThan(2);
    await proxy.refuse(false);
    link.nudge();
    await expect.poll(() => link.state().phase).toBe('ready');
  });

  test('is back after the server restarted', async () => {
    const { link, proxy, server } = await setUp();
    await server.stop();
    const again = await startStubServer(server.port);
    cleanUps.push(again.stop);
    await expect.poll(() => again.clients().length, { timeout: 3_000 }).toBe(1);
    await expect.poll(() => link.state().phase).toBe('ready');
    expect(proxy.openConnections()).toBe(1);
  });

  test('tells the true code with which the server closed', async () => {
    const { link, server, closed } = await setUp();
    server.clients()[0]?.close(1009);
    await expect.poll(() => link.state()).toEqual(readyIn(2));
    expect(closed).toEqual([1009]);
  });

  test('fails the load whose reply is too large as invalid, and reconnects', async () => {
    const { link, server } = await setUp();
    server.ignore('load-messages');
    const load = link.request({ kind: 'load-messages', userId: me, targetId: userId(2) });
    await expect.poll(() => server.received.at(-1)?.kind).toBe('load-messages');
    const header = Buffer.from([0x81, 127, 0, 0, 0, 0, 0, 0, 0, 0]);
    header.writeBigUInt64BE(65n * 2n ** 20n, 2);
    const [client] = server.clients();
    if (client !== undefined) rawSocketOf(client).write(header);
    expect(await load).toEqual({ ok: false, error: { code: 'invalid-reply' } });
    await expect.poll(() => link.state()).toEqual(readyIn(2));
  });

  test('keeps trying a port that never answers, and ends when told to', async () => {
    const silent = await startTcp(() => {});
    cleanUps.push(silent.stop);
    const { link, states } = await setUp();
    start(link, silent.port);
    await expect
      .poll(() => states.filter((state) => state.phase === 'waiting' && state.cause === 'connection-silent').length, {
        timeout: 4_000,
      })
      .toBeGreaterThan(1);
    await link.stop();
    expect(link.state()).toEqual({ phase: 'idle' });
  });
});
