import { describe, expect, test } from 'vitest';
import { serverUrl } from '../../src-shared/kernel/ids.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { settle } from './testing/fake-clock.ts';
import { createLinkRig, me } from './testing/link-rig.ts';

describe('the attempts of a link', () => {
  test('waits longer after each attempt that fails, and says until when', async () => {
    const { link, target, fake, clock, states } = createLinkRig();
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
    const { link, target, fake, clock, states } = createLinkRig({ fraction: 0.999_999 });
    link.start(target);
    for (let attempt = 0; attempt < 12; attempt += 1) {
      fake.last().open();
      fake.last().end({ code: 4003 });
      const state = states.at(-1);
      await clock.advance(state?.phase === 'waiting' ? state.nextAttemptAtMs - clock.nowMs() : 0);
    }
    fake.last().open();
    fake.last().end({ code: 4003 });
    expect(states.at(-1)).toMatchObject({ nextAttemptAtMs: clock.nowMs() + 300_000 });
  });

  test('dials at once when nudged in a wait, with short waits again', async () => {
    const { link, target, fake, clock, states } = createLinkRig();
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
    const { link, target, fake, clock, states, becomeReady } = createLinkRig();
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

  test('gives up a dialing five seconds after a nudge, however often it is nudged, and dials anew', async () => {
    const { link, target, fake, clock } = createLinkRig();
    link.start(target);
    await clock.advance(2_000);
    link.nudge();
    await clock.advance(4_000);
    link.nudge();
    expect(fake.sockets).toHaveLength(1);
    await clock.advance(1_250);
    expect(fake.sockets).toHaveLength(2);
    expect(fake.sockets[0]?.isTerminated()).toBe(true);
  });

  test('does not take a sleep of eight hours for death, and is sure within five seconds of waking', async () => {
    const { link, target, fake, clock, states, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    fake.last().pong();
    await clock.jump(8 * 3_600_000);
    expect(link.state().phase).toBe('ready');
    link.nudge();
    await clock.advance(4_900);
    fake.last().pong();
    await clock.advance(10_000);
    expect(link.state().phase).toBe('ready');
    await clock.jump(8 * 3_600_000);
    link.nudge();
    await clock.advance(5_000);
    expect(states).toContainEqual(expect.objectContaining({ phase: 'waiting', cause: 'connection-silent' }));
  });

  test('tells the end of each opened socket once, with its true code, before it dials the next', async () => {
    const { link, target, fake, clock, events, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    fake.last().end({ code: 1009 });
    await clock.advance(1_000);
    fake.last().open();
    await settle();
    link.reset('timeout');
    await clock.advance(1_000);
    expect(events).toEqual([
      'dialing',
      'authenticating',
      'catching-up',
      'ready',
      'closed 1 1009 true',
      'waiting',
      'dialing',
      'authenticating',
      'waiting',
      'closed 2 1006 false',
      'dialing',
    ]);
  });

  test('lays the end of a connection to the server only where the server ended it', async () => {
    const { link, target, fake, clock, blamed, becomeReady } = createLinkRig({ fraction: 0 });
    link.start(target);
    const ends: [() => void, isServersDoing: boolean][] = [
      [() => fake.last().end({ code: 1006 }), true],
      [() => link.reset('timeout'), false],
      [() => fake.last().end({ cause: 'connection-silent' }), false],
      [() => fake.last().end({ code: 1009, cause: 'invalid-reply' }), false],
    ];
    for (const [end, isServersDoing] of ends) {
      await becomeReady();
      end();
      await clock.advance(1_000);
      expect(blamed.at(-1)).toBe(isServersDoing);
    }
    // A line that has gone silent is given up after a while.
    await becomeReady();
    fake.last().pong();
    await clock.advance(26_000);
    expect(blamed).toEqual([true, false, false, false, false]);
  });

  test('never has two sockets: a socket that does not close is waited for one second, then abandoned', async () => {
    const { link, target, fake, clock, events, becomeReady } = createLinkRig({ fraction: 0 });
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    link.reset('timeout');
    await clock.advance(999);
    expect(fake.sockets).toHaveLength(1);
    await clock.advance(1);
    expect(fake.sockets).toHaveLength(2);
    expect(events.filter((event) => event.startsWith('closed'))).toEqual(['closed 1 1006 true']);
    fake.sockets[0]?.end({ code: 1000 });
    expect(events.filter((event) => event.startsWith('closed'))).toHaveLength(1);
  });

  test('gives up a dialer that reports nothing, and dials anew', async () => {
    const { link, target, fake, clock, states } = createLinkRig();
    link.start(target);
    await clock.advance(15_000);
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'connection-silent' });
    await clock.advance(250);
    expect(fake.sockets).toHaveLength(2);
  });

  test('stops for good: requests are cancelled, the socket is closed, nothing is dialed', async () => {
    const { link, target, fake, clock, becomeReady } = createLinkRig();
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

  test('stops within a second even when the socket does not close', async () => {
    const { link, target, fake, clock, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    let isStopped = false;
    void (async () => {
      await link.stop();
      isStopped = true;
    })();
    await clock.advance(999);
    expect(isStopped).toBe(false);
    await clock.advance(1);
    expect(isStopped).toBe(true);
  });

  test('stops during a log-in, a wait and a dialing alike', async () => {
    for (const reach of ['dialing', 'authenticating', 'waiting'] as const) {
      const { link, target, fake, clock } = createLinkRig();
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
    const { link, target, fake, clock, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    fake.holdCloses();
    link.start({ ...target, serverUrl: serverUrl('ws://127.0.0.1:2') });
    expect(link.state().phase).toBe('idle');
    expect(fake.sockets).toHaveLength(1);
    await clock.advance(1_000);
    expect(fake.last().url).toBe('ws://127.0.0.1:2');
  });

  test('survives listeners that throw or stop it at any step', async () => {
    for (const phase of ['dialing', 'authenticating', 'catching-up', 'ready', 'waiting']) {
      const { link, target, fake, clock, becomeReady, logged } = createLinkRig();
      link.onState((state) => {
        if (state.phase !== phase) return;
        void link.stop();
        throw new Error('secret words');
      });
      let logIns = 0;
      link.start({
        ...target,
        authenticate: (request) => {
          logIns += 1;
          return target.authenticate(request);
        },
      });
      if (phase !== 'dialing') await becomeReady();
      if (phase === 'waiting') fake.last().end();
      await clock.advance(60_000);
      expect(link.state().phase).toBe('idle');
      expect(clock.pendingTimers()).toBe(0);
      expect(logIns).toBe(phase === 'dialing' || phase === 'authenticating' ? 0 : 1);
      expect(logged.join()).not.toContain('secret');
    }
  });
});
