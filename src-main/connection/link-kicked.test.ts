import { afterEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import { ok } from '../../src-shared/kernel/result.ts';
import { encodeServerFrame } from '../../src-shared/protocol/codec.ts';
import { createDialer } from './dialer.ts';
import { createLink } from './create-link.ts';
import type { Link } from './link.ts';
import { createFastClock } from './testing/fast-clock.ts';
import { createLinkRig, loggedIn, me } from './testing/link-rig.ts';
import { startWebSocket } from './testing/loopback.ts';

const text = {
  kind: 'send-message',
  messageId: messageId(7),
  senderId: me,
  receiverId: userId(2),
  content: 'a',
} as const;

/** A link that is ready, thrown out after `readyMs`, and dials again, so often. */
async function throwOut(rig: ReturnType<typeof createLinkRig>, times: number, code = 1000, readyMs = 1_000) {
  for (let kick = 0; kick < times; kick += 1) {
    await rig.becomeReady();
    rig.fake.last().pong();
    await rig.clock.advance(readyMs);
    rig.fake.last().end({ code });
    const { phase } = rig.link.state();
    if (phase === 'waiting') await rig.clock.advance(16_000);
  }
}
async function thrownOut(times: number, code?: number, readyMs?: number) {
  const rig = createLinkRig({ fraction: 0.1 });
  rig.link.start(rig.target);
  await throwOut(rig, times, code, readyMs);
  return rig;
}

describe('a link that is thrown out for another one', () => {
  test.each([1000, 1005, 1008, 4001])('pauses at the third time in two minutes, by code %i', async (code) => {
    const rig = await thrownOut(2, code);
    expect(rig.link.state().phase).toBe('dialing');
    await throwOut(rig, 1, code);
    expect(rig.link.state()).toEqual({ phase: 'paused' });
  });

  test('does not come back by itself, nor for a waking, but when the person says so', async () => {
    const { link, fake, clock, becomeReady } = await thrownOut(3);
    const dialed = fake.sockets.length;
    link.nudge();
    await clock.advance(24 * 3_600_000);
    expect(fake.sockets).toHaveLength(dialed);
    expect(clock.pendingTimers()).toBe(0);
    link.retry();
    expect(fake.sockets).toHaveLength(dialed + 1);
    await becomeReady();
    expect(link.state()).toMatchObject({ phase: 'ready' });
  });

  test('counts anew after that', async () => {
    const rig = await thrownOut(3);
    rig.link.retry();
    await throwOut(rig, 2);
    expect(rig.link.state().phase).toBe('dialing');
    await throwOut(rig, 1);
    expect(rig.link.state().phase).toBe('paused');
  });

  test.each([
    ['a network that breaks', 1006, 1_000],
    ['a server that restarts', 1001, 1_000],
    ['a server in trouble', 1011, 1_000],
    ['a server that does not like idle connections', 1000, 25_000],
  ])('is not %s', async (_, code, readyMs) => {
    const rig = await thrownOut(6, code, readyMs);
    expect(rig.link.state().phase).toBe('dialing');
  });

  test('is not a server that nobody answers for in between', async () => {
    const rig = await thrownOut(2);
    rig.fake.last().end({ cause: 'connection-refused' });
    await rig.clock.advance(16_000);
    await throwOut(rig, 2);
    expect(rig.link.state().phase).toBe('dialing');
  });

  test('is not a server that falls over a message of ours', async () => {
    const rig = createLinkRig({ fraction: 0.1 });
    rig.link.start(rig.target);
    for (let round = 0; round < 4; round += 1) {
      await rig.becomeReady();
      await rig.link.send(text);
      rig.fake.last().end({ code: 1000 });
      await rig.clock.advance(16_000);
    }
    expect(rig.link.state().phase).toBe('dialing');
    for (let round = 0; round < 3; round += 1) {
      await rig.becomeReady();
      await rig.link.send(text);
      rig.fake.last().say({ kind: 'message-acknowledged', messageId: text.messageId });
      rig.fake.last().end({ code: 1000 });
      await rig.clock.advance(16_000);
    }
    expect(rig.link.state().phase).toBe('paused');
  });

  test('is not what happens three times in a day', async () => {
    const rig = createLinkRig({ fraction: 0.1 });
    rig.link.start(rig.target);
    for (let kick = 0; kick < 5; kick += 1) {
      await throwOut(rig, 1);
      await rig.clock.advance(3_600_000);
    }
    expect(rig.link.state().phase).not.toBe('paused');
  });
});

describe('two programs of one account on a server that keeps one connection for each', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  async function startJealousServer() {
    let only: WebSocket | null = null;
    let logIns = 0;
    const server = await startWebSocket((socket) => {
      socket.once('message', () => {
        logIns += 1;
        only?.close(4001, 'signed in elsewhere');
        only = socket;
        socket.send(encodeServerFrame(loggedIn));
      });
    });
    cleanUps.push(server.stop);
    return { url: server.url, logIns: () => logIns };
  }

  function startLink(serverUrl: Awaited<ReturnType<typeof startJealousServer>>['url']): Link {
    const clock = createFastClock(20);
    const link = createLink({ clock, random: { fraction: Math.random }, log: () => {}, dialer: createDialer() });
    cleanUps.push(link.stop);
    link.start({
      serverUrl,
      authenticate: async (request) => {
        const reply = await request({ kind: 'log-in-by-token', token: 'good' });
        return reply.ok ? ok(undefined) : reply;
      },
      catchUp: () => Promise.resolve(ok(undefined)),
    });
    return link;
  }

  test('do not throw each other out for ever: one pauses, the other stays, and the person can change that', async () => {
    const server = await startJealousServer();
    const links = [startLink(server.url)];
    await expect.poll(() => links[0]?.state().phase).toBe('ready');
    links.push(startLink(server.url));
    const phases = (): string[] => links.map((link) => link.state().phase).toSorted();
    await expect.poll(phases, { timeout: 10_000, interval: 5 }).toEqual(['paused', 'ready']);
    const logIns = server.logIns();
    expect(logIns).toBeLessThan(10);
    // Ten seconds of the link.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect([phases(), server.logIns()]).toEqual([['paused', 'ready'], logIns]);

    links.find((link) => link.state().phase === 'paused')?.retry();
    await expect.poll(() => server.logIns()).toBeGreaterThan(logIns);
    await expect.poll(phases, { timeout: 10_000, interval: 5 }).toEqual(['paused', 'ready']);
  }, 30_000);
});
