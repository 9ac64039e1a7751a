import { describe, expect, test } from 'vitest';
import { messageId } from '../../src-shared/kernel/ids.ts';
import { createLinkRig } from './testing/link-rig.ts';

describe('a link whose other side says too much, or what cannot be read,', () => {
  test('counts unreadable frames and goes on, but closes after more than twenty in a minute', async () => {
    const { link, target, fake, clock, becomeReady, states } = createLinkRig();
    link.start(target);
    await becomeReady();
    const { events } = fake.last();
    for (let index = 0; index < 100; index += 1) events.frame(Buffer.from('{"type":"FROM_THE_FUTURE","payload":{}}'));
    for (let index = 0; index < 19; index += 1) events.frame(Buffer.from('not json'));
    events.binary();
    expect(link.state().phase).toBe('ready');
    fake.last().pong();
    await clock.advance(15_000);
    fake.last().pong();
    expect(link.counters()).toEqual({ 'unknown-type': 100, 'not-json': 19, binary: 1 });
    events.frame(Buffer.from('{"type":"CONTACTS_LOADED","payload":7}'));
    expect(states.at(-1)).toMatchObject({ phase: 'waiting', cause: 'invalid-reply' });
    expect(fake.sockets[0]?.closedWith()).toBe(1002);
  });

  test('bears no more frames with many bad rows, each of which costs time, and takes the good rows of those it bears', async () => {
    const { link, target, fake, becomeReady, pushed } = createLinkRig();
    link.start(target);
    await becomeReady();
    const bad = ',{}'.repeat(101);
    const frames = [
      `{"type":"MESSAGES_LOADED","payload":[{}${bad}]}`,
      `{"type":"CONTACTS_LOADED","payload":{"contacts":[{"contactId":7}${bad}]}}`,
    ];
    for (let index = 0; index < 20; index += 1) fake.last().events.frame(Buffer.from(frames[index % 2] ?? ''));
    expect(link.state().phase).toBe('ready');
    expect(pushed).toHaveLength(20);
    expect(pushed[1]).toMatchObject({ contacts: [{ userId: 7 }] });
    // A few of them in a frame are nothing.
    fake.last().events.frame(Buffer.from('{"type":"MESSAGES_LOADED","payload":[{},{},{}]}'));
    expect(link.state().phase).toBe('ready');
    fake.last().events.frame(Buffer.from(frames[0] ?? ''));
    expect(fake.sockets[0]?.closedWith()).toBe(1002);
  });

  test('lets the other side wait that sends faster than can be read, and takes all it sent', async () => {
    const { link, target, fake, clock, becomeReady, pushed } = createLinkRig();
    link.start(target);
    await becomeReady();
    const say = (count: number): void => {
      for (let index = 0; index < count; index += 1)
        fake.last().say({ kind: 'message-acknowledged', messageId: messageId(index + 1) });
    };
    say(19_000);
    expect(fake.last().isPaused()).toBe(false);
    // What the system had read already.
    say(5_000);
    expect(fake.last().isPaused()).toBe(true);
    expect(pushed).toHaveLength(24_000);
    await clock.advance(2_000);
    expect(fake.last().isPaused()).toBe(false);
    expect(link.state().phase).toBe('ready');
    say(4_000);
    expect(fake.last().isPaused()).toBe(true);
  });

  test('lets it wait also for what is done with what came, until that goes on or the connection ends', async () => {
    const { link, target, fake, becomeReady } = createLinkRig();
    link.start(target);
    await becomeReady();
    link.setHeld(true);
    link.setHeld(true);
    expect(fake.last().isPaused()).toBe(true);
    link.setHeld(false);
    expect(fake.last().isPaused()).toBe(false);
    link.setHeld(true);
    link.reset('timeout');
    expect(fake.last().isPaused()).toBe(false);
  });
});
