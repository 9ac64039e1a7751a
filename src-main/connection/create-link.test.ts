import { describe, expect, test } from 'vitest';
import { messageId, serverUrl, userId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import type { ServerFrame } from '../../src-shared/protocol/frames.ts';
import { createLink } from './create-link.ts';
import type { LinkState, LinkTarget } from './link.ts';
import { createFakeClock, settle } from './testing/fake-clock.ts';
import { createFakeDial } from './testing/fake-dial.ts';

const me = userId(1);
const loggedIn: ServerFrame = {
  kind: 'logged-in',
  account: { userId: me, username: 'ann', email: '', avatar: '' },
  token: 'new',
};
const contacts: ServerFrame = { kind: 'contacts-loaded', contacts: [] };
const message = {
  kind: 'send-message',
  messageId: messageId(7),
  senderId: me,
  receiverId: userId(2),
  content: 'hi',
} as const;

function setUp(options: { fraction?: number; catchUp?: () => Promise<Result<void>> } = {}) {
  const clock = createFakeClock();
  const fake = createFakeDial();
  const logged: string[] = [];
  const link = createLink({
    clock,
    random: { fraction: () => options.fraction ?? 0.5 },
    log: (event, facts) => logged.push(JSON.stringify([event, facts])),
    dialer: fake.dial,
  });
  const states: LinkState[] = [];
  const events: string[] = [];
  const pushed: ServerFrame[] = [];
  link.onState((state) => {
    states.push(state);
    events.push(state.phase);
  });
  link.onClosed(({ epoch, code, wasReady }) => events.push(`closed ${epoch} ${code} ${wasReady}`));
  link.onPush((frame) => pushed.push(frame));
  const target: LinkTarget = {
    serverUrl: serverUrl('ws://127.0.0.1:1'),
    authenticate: async (request) => {
      const reply = await request({ kind: 'log-in-by-token', token: 'old' });
      return reply.ok ? ok(undefined) : reply;
    },
    catchUp: options.catchUp ?? (() => Promise.resolve(ok(undefined))),
  };
  async function becomeReady(): Promise<void> {
    fake.last().open();
    await settle();
    fake.last().say(loggedIn);
    await settle();
  }
  const phases = (): string[] => states.map((state) => state.phase);
  return { clock, fake, link, states, phases, events, pushed, target, logged, becomeReady };
}

describe('a link', () => {
  test('dials, logs in, catches up and is ready', async () => {
    const { link, phases, target, becomeReady, fake } = setUp();
    link.start(target);
    await becomeReady();
    expect(phases()).toEqual(['dialing', 'authenticating', 'catching-up', 'ready']);
    expect(link.state()).toEqual({ phase: 'ready', epoch: 1 });
    expect(fake.last().written).toEqual([{ kind: 'log-in-by-token', token: 'old' }]);
  });

  test('writes nothing but the log-in before the server said yes', async () => {
    const { link, target, fake } = setUp();
    const early: unknown[] = [];
    link.start({
      ...target,
      authenticate: async (request) => {
        early.push(await request({ kind: 'load-contacts', userId: me }));
        return target.authenticate(request);
      },
    });
    expect(await link.request({ kind: 'load-contacts', userId: me })).toEqual(err({ code: 'offline' }));
    fake.last().open();
    await settle();
    expect(await link.send(message)).toEqual(err({ code: 'offline' }));
    expect(await link.request({ kind: 'log-out', userId: me })).toEqual(err({ code: 'offline' }));
    expect(early).toEqual([err({ code: 'invalid-request' })]);
    expect(fake.last().written).toEqual([{ kind: 'log-in-by-token', token: 'old' }]);
  });

  test('does not believe a target that says it logged in without the server', async () => {
    const { link, target, fake, states } = setUp();
    link.start({ ...target, authenticate: () => Promise.resolve(ok(undefined)) });
    fake.last().open();
    await settle();
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'unexpected' });
  });

  test('never logs in a second time on one connection', async () => {
    const { link, target, becomeReady } = setUp();
    const second: unknown[] = [];
    link.start({
      ...target,
      authenticate: async (request) => {
        const first = await target.authenticate(request);
        second.push(await request({ kind: 'log-in', username: 'ben', password: 'x' }));
        return first;
      },
    });
    await becomeReady();
    expect(await link.request({ kind: 'log-in', username: 'ben', password: 'x' })).toEqual(
      err({ code: 'invalid-request' }),
    );
    expect(second).toEqual([err({ code: 'invalid-request' })]);
  });

  test('answers requests while catching up, and sends only when ready', async () => {
    const seen: unknown[] = [];
    const { link, target, becomeReady, fake } = setUp({
      catchUp: async () => {
        seen.push(await link.send(message));
        const reply = await link.request({ kind: 'load-contacts', userId: me });
        return reply.ok ? ok(undefined) : reply;
      },
    });
    link.start(target);
    await becomeReady();
    expect(link.state().phase).toBe('catching-up');
    expect(seen).toEqual([err({ code: 'offline' })]);
    fake.last().say(contacts);
    await settle();
    expect(link.state().phase).toBe('ready');
    expect(await link.send(message)).toEqual(ok({ epoch: 1 }));
    expect(fake.last().written.at(-1)).toEqual(message);
  });

  test('stays refused with the words of the server until it is started again', async () => {
    const { link, target, fake, clock, states, becomeReady } = setUp();
    link.start(target);
    fake.last().open();
    await settle();
    fake.last().say({ kind: 'log-in-failed', error: 'token expired' });
    await clock.advance(600_000);
    link.nudge();
    await settle();
    expect(states.at(-1)).toEqual({ phase: 'refused', serverText: 'token expired' });
    expect(fake.sockets).toHaveLength(1);
    expect(fake.last().closedWith()).toBe(1000);
    link.start(target);
    await becomeReady();
    expect(link.state()).toEqual({ phase: 'ready', epoch: 2 });
  });

  test('waits longer after each attempt that fails, and says until when', async () => {
    const { link, target, fake, clock, states } = setUp();
    link.start(target);
    for (const delayMs of [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]) {
      const attempts = fake.sockets.length;
      fake.last().end({ cause: 'connection-refused' });
      await settle();
      expect(states.at(-1)).toEqual({
        phase: 'waiting',
        cause: 'connection-refused',
        nextAttemptAtMs: clock.nowMs() + delayMs,
      });
      await clock.advance(delayMs - 1);
      expect(fake.sockets).toHaveLength(attempts);
      await clock.advance(1);
      expect(fake.sockets).toHaveLength(attempts + 1);
    }
  });

  test('waits up to five minutes once a server closes with a code of its own', async () => {
    const { link, target, fake, clock, states, becomeReady } = setUp({ fraction: 0.999_999 });
    link.start(target);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      await becomeReady();
      fake.last().end({ code: 4003 });
      const state = states.at(-1);
      await clock.advance(state?.phase === 'waiting' ? state.nextAttemptAtMs - clock.nowMs() : 0);
    }
    await becomeReady();
    fake.last().end({ code: 4003 });
    expect(states.at(-1)).toMatchObject({ nextAttemptAtMs: clock.nowMs() + 300_000 });
  });

  test('dials at once when nudged in a wait, with short waits again', async () => {
    const { link, target, fake, clock, states } = setUp();
    link.start(target);
    for (let attempt = 0; attempt < 8; attempt += 1) {
      fake.last().end();
      await clock.advance(30_000);
    }
    fake.last().end();
    const attempts = fake.sockets.length;
    link.nudge();
    await settle();
    expect(fake.sockets).toHaveLength(attempts + 1);
    fake.last().end();
    expect(states.at(-1)).toMatchObject({ nextAttemptAtMs: clock.nowMs() + 250 });
  });

  test('asks for a sign of life when nudged while connected, and gives the socket up after five seconds', async () => {
    const { link, target, fake, clock, states, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    fake.last().pong();
    const pings = fake.last().pings();
    link.nudge();
    expect(fake.last().pings()).toBe(pings + 1);
    await clock.advance(5_000);
    expect(fake.sockets[0]?.isTerminated()).toBe(true);
    expect(states).toContainEqual(expect.objectContaining({ phase: 'waiting', cause: 'connection-silent' }));
  });

  test('tells the end of each opened socket once, with its true code, before it dials the next', async () => {
    const { link, target, fake, clock, events, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    fake.last().end({ code: 1009 });
    await clock.advance(1_000);
    fake.last().open();
    await settle();
    link.reset('timeout');
    await clock.advance(1_000);
    expect(events).toEqual([
      ...['dialing', 'authenticating', 'catching-up', 'ready', 'closed 1 1009 true', 'waiting'],
      ...['dialing', 'authenticating', 'waiting', 'closed 2 1006 false', 'dialing'],
    ]);
  });

  test('never has two sockets: a socket that does not close is waited for two seconds, then abandoned', async () => {
    const { link, target, fake, clock, events, becomeReady } = setUp({ fraction: 0 });
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    link.reset('timeout');
    await clock.advance(1_999);
    expect(fake.sockets).toHaveLength(1);
    await clock.advance(1);
    expect(fake.sockets).toHaveLength(2);
    expect(events.filter((event) => event.startsWith('closed'))).toEqual(['closed 1 1006 true']);
    fake.sockets[0]?.end({ code: 1000 });
    expect(events.filter((event) => event.startsWith('closed'))).toHaveLength(1);
  });

  test('hears nothing of an old socket any more', async () => {
    const { link, target, fake, clock, pushed, becomeReady } = setUp({ fraction: 0 });
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    const stale = link.request({ kind: 'load-contacts', userId: me });
    link.reset('timeout');
    expect(await stale).toEqual(err({ code: 'offline' }));
    await clock.advance(2_000);
    await becomeReady();
    const fresh = link.request({ kind: 'load-contacts', userId: me });
    const old = fake.sockets[0];
    old?.say(contacts);
    old?.say({ kind: 'message-acknowledged', messageId: messageId(7) });
    old?.open();
    old?.pong();
    old?.end({ code: 4000 });
    await settle();
    expect(pushed).toEqual([]);
    expect(link.state()).toEqual({ phase: 'ready', epoch: 2 });
    fake.last().say(contacts);
    expect(await fresh).toEqual(ok(contacts));
  });

  test("starts over when a reply does not come, and the late reply is nobody's", async () => {
    const { link, target, fake, clock, states, pushed, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    fake.last().pong();
    const load = link.request({ kind: 'load-messages', userId: me, targetId: userId(2) });
    const next = link.request({ kind: 'load-messages', userId: me, targetId: userId(3) });
    const other = link.request({ kind: 'load-contacts', userId: me });
    for (let second = 0; second < 15; second += 1) {
      fake.last().pong();
      await clock.advance(1_000);
    }
    expect(await load).toEqual(err({ code: 'timeout' }));
    expect(await next).toEqual(err({ code: 'offline' }));
    expect(await other).toEqual(err({ code: 'offline' }));
    expect(states).toContainEqual(expect.objectContaining({ phase: 'waiting', cause: 'timeout' }));
    fake.sockets[0]?.say({ kind: 'messages-loaded', messages: [], droppedRows: 0 });
    expect(pushed).toEqual([]);
  });

  test('keeps what is pushed while the log-in is being dealt with, and drops what comes before it', async () => {
    const { link, target, fake, pushed } = setUp();
    let finish: (result: Result<void>) => void = () => {};
    link.start({
      ...target,
      authenticate: async (request) => {
        await target.authenticate(request);
        return new Promise((resolve) => {
          finish = resolve;
        });
      },
    });
    fake.last().open();
    await settle();
    fake.last().say(contacts);
    fake.last().say(loggedIn);
    fake.last().say({ kind: 'message-acknowledged', messageId: messageId(1) });
    await settle();
    fake.last().say({ kind: 'message-acknowledged', messageId: messageId(2) });
    expect(pushed).toEqual([]);
    finish(ok(undefined));
    await settle();
    fake.last().say({ kind: 'message-acknowledged', messageId: messageId(3) });
    expect(pushed).toMatchObject([{ messageId: 1 }, { messageId: 2 }, { messageId: 3 }]);
    expect(link.counters()).toEqual({ 'before-log-in': 1 });
  });

  test('counts unreadable frames and goes on, but closes after more than twenty in a minute', async () => {
    const { link, target, fake, clock, becomeReady, states } = setUp();
    link.start(target);
    await becomeReady();
    const { events } = fake.last();
    for (let index = 0; index < 100; index += 1) events.text('{"type":"FROM_THE_FUTURE","payload":{}}');
    for (let index = 0; index < 19; index += 1) events.text('not json');
    events.binary();
    expect(link.state().phase).toBe('ready');
    fake.last().pong();
    await clock.advance(15_000);
    fake.last().pong();
    expect(link.counters()).toEqual({ 'unknown-type': 100, 'not-json': 19, binary: 1 });
    events.text('{"type":"CONTACTS_LOADED","payload":7}');
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'invalid-reply' });
    expect(fake.sockets[0]?.closedWith()).toBe(1002);
  });

  test('reconnects when catching up fails or throws', async () => {
    const outcomes = [() => Promise.resolve(err({ code: 'timeout' as const })), () => Promise.reject(new Error('bug'))];
    const { link, target, clock, states, becomeReady } = setUp({
      catchUp: () => outcomes.shift()?.() ?? Promise.resolve(ok(undefined)),
    });
    link.start(target);
    await becomeReady();
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'timeout' });
    await clock.advance(30_000);
    await becomeReady();
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'unexpected' });
    await clock.advance(14_000);
    await becomeReady();
    expect(link.state().phase).toBe('ready');
  });

  test('gives up a dialer that reports nothing, and dials anew', async () => {
    const { link, target, fake, clock, states } = setUp();
    link.start(target);
    await clock.advance(15_000);
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'connection-silent' });
    await clock.advance(250);
    expect(fake.sockets).toHaveLength(2);
  });

  test('stops for good: requests are cancelled, the socket is closed, nothing is dialed', async () => {
    const { link, target, fake, clock, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    const pending = link.request({ kind: 'load-contacts', userId: me });
    await link.stop();
    expect(await pending).toEqual(err({ code: 'cancelled' }));
    expect(fake.last().closedWith()).toBe(1000);
    await clock.advance(600_000);
    expect(link.state()).toEqual({ phase: 'idle' });
    expect(fake.sockets).toHaveLength(1);
    expect(clock.pendingTimers()).toBe(0);
  });

  test('stops within two seconds even when the socket does not close', async () => {
    const { link, target, fake, clock, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    let isStopped = false;
    void (async () => {
      await link.stop();
      isStopped = true;
    })();
    await clock.advance(1_999);
    expect(isStopped).toBe(false);
    await clock.advance(1);
    expect(isStopped).toBe(true);
  });

  test('stops during a log-in, a wait and a dialing alike', async () => {
    for (const reach of ['dialing', 'authenticating', 'waiting'] as const) {
      const { link, target, fake, clock } = setUp();
      link.start(target);
      if (reach === 'authenticating') fake.last().open();
      if (reach === 'waiting') fake.last().end();
      await settle();
      expect(link.state().phase).toBe(reach);
      await link.stop();
      await clock.advance(600_000);
      expect(fake.sockets).toHaveLength(1);
      expect(link.state().phase).toBe('idle');
    }
  });

  test('changes to another target only after the old socket is gone', async () => {
    const { link, target, fake, clock, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    link.start({ ...target, serverUrl: serverUrl('ws://127.0.0.1:2') });
    expect(link.state().phase).toBe('idle');
    expect(fake.sockets).toHaveLength(1);
    await clock.advance(2_000);
    expect(fake.last().url).toBe('ws://127.0.0.1:2');
  });

  test('survives listeners that throw or stop it at any step', async () => {
    for (const phase of ['dialing', 'authenticating', 'catching-up', 'ready', 'waiting']) {
      const { link, target, fake, clock, becomeReady, logged } = setUp();
      link.onState((state) => {
        if (state.phase !== phase) return;
        void link.stop();
        throw new Error('secret words');
      });
      link.start(target);
      if (phase !== 'dialing') await becomeReady();
      if (phase === 'waiting') fake.last().end();
      await clock.advance(60_000);
      expect(link.state().phase).toBe('idle');
      expect(clock.pendingTimers()).toBe(0);
      expect(logged.join()).not.toContain('secret');
    }
  });

  test('knows the longest round trip', async () => {
    const { link, target, fake, clock, becomeReady } = setUp();
    link.start(target);
    await becomeReady();
    await clock.advance(300);
    fake.last().pong();
    await clock.advance(15_050);
    fake.last().pong();
    expect(link.worstRoundTripMs()).toBe(300);
  });

  test('keeps to a server that never pongs, as long as it answers', async () => {
    const { link, target, fake, clock, becomeReady, pushed } = setUp();
    link.start(target);
    await becomeReady();
    const load = link.request({ kind: 'load-contacts', userId: me });
    fake.last().say(contacts);
    await load;
    await clock.advance(20_000);
    for (let round = 0; round < 5; round += 1) {
      fake.last().say(contacts);
      await clock.advance(25_000);
    }
    expect(link.state()).toEqual({ phase: 'ready', epoch: 1 });
    expect(pushed.length).toBeGreaterThan(0);
    await clock.advance(60_000);
    expect(link.state()).not.toEqual({ phase: 'ready', epoch: 1 });
  });
});
