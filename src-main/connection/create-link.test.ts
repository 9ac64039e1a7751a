import { describe, expect, test } from 'vitest';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { settle } from './testing/fake-clock.ts';
import { contacts, createLinkRig, loggedIn, me } from './testing/link-rig.ts';

const message = {
  kind: 'send-message',
  messageId: messageId(7),
  senderId: me,
  receiverId: userId(2),
  content: 'hi',
} as const;

describe('a link to a server', () => {
  test('dials, logs in, catches up and is ready', async () => {
    const { link, phases, target, becomeReady, fake } = createLinkRig();
    link.start(target);
    await becomeReady();
    expect(phases()).toEqual(['dialing', 'authenticating', 'catching-up', 'ready']);
    expect(link.state()).toEqual({ phase: 'ready', epoch: 1 });
    expect(fake.last().written).toEqual([{ kind: 'log-in-by-token', token: 'old' }]);
  });

  test('writes nothing but the log-in before the server said yes', async () => {
    const { link, target, fake } = createLinkRig();
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
    const { link, target, fake, states } = createLinkRig();
    link.start({ ...target, authenticate: () => Promise.resolve(ok(undefined)) });
    fake.last().open();
    await settle();
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'unexpected' });
  });

  test('never logs in a second time on one connection', async () => {
    const { link, target, becomeReady } = createLinkRig();
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
    const { link, target, becomeReady, fake } = createLinkRig({
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
    const { link, target, fake, clock, states, becomeReady } = createLinkRig();
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

  test('hears nothing of an old socket any more', async () => {
    const { link, target, fake, clock, pushed, becomeReady } = createLinkRig({ fraction: 0 });
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
    old?.events.frame(Buffer.from('not json'));
    old?.events.binary();
    old?.open();
    old?.pong();
    old?.end({ code: 4000 });
    await settle();
    expect(pushed).toEqual([]);
    expect(link.counters()).toEqual({});
    expect(link.state()).toEqual({ phase: 'ready', epoch: 2 });
    fake.last().say(contacts);
    expect(await fresh).toEqual(ok(contacts));
  });

  test("starts over when a reply does not come, and the late reply is nobody's", async () => {
    const { link, target, fake, clock, states, pushed, becomeReady } = createLinkRig();
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
    const { link, target, fake, pushed } = createLinkRig();
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

  test('reconnects when catching up fails or throws', async () => {
    const outcomes = [() => Promise.resolve(err({ code: 'timeout' as const })), () => Promise.reject(new Error('bug'))];
    const { link, target, clock, states, becomeReady } = createLinkRig({
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

  test('knows the longest round trip', async () => {
    const { link, target, fake, clock, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    await clock.advance(300);
    fake.last().pong();
    await clock.advance(15_050);
    fake.last().pong();
    expect(link.worstRoundTripMs()).toBe(300);
  });

  test('takes no long upload for a round trip: what waits for as long would wait for minutes', async () => {
    const { link, target, fake, clock, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    for (let slice = 0; slice < 6; slice += 1) {
      fake.last().take(64 * 1024);
      await clock.advance(10_000);
    }
    fake.last().pong();
    expect(link.worstRoundTripMs()).toBe(10_000);
  });

  test('keeps to a server that never pongs, as long as it answers', async () => {
    const { link, target, fake, clock, becomeReady, pushed } = createLinkRig();
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
