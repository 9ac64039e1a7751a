import { describe, expect, test } from 'vitest';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import type { ServerFrame, WireContact } from '../../src-shared/protocol/frames.ts';
import { createLanes } from './lanes.ts';
import type { LaneFrame } from './link.ts';
import { createFakeClock, settle } from './testing/fake-clock.ts';

const me = userId(1);
const ann = userId(2);
const ben = userId(3);
const contact = (id: typeof ann): WireContact => ({ userId: id, username: 'x', online: true, avatar: '' });
const loaded: ServerFrame = { kind: 'messages-loaded', messages: [], droppedRows: 0 };
const loadOf = (targetId: typeof ann): LaneFrame => ({ kind: 'load-messages', userId: me, targetId });

function setUp() {
  const clock = createFakeClock();
  const written: LaneFrame[] = [];
  const line = { isReceiving: false };
  let timeouts = 0;
  const lanes = createLanes({
    clock,
    write: (frame) => {
      written.push(frame);
      return Promise.resolve(true);
    },
    isReceiving: () => line.isReceiving,
    onTimeout: () => {
      timeouts += 1;
    },
  });
  return { clock, written, lanes, line, timeouts: () => timeouts };
}

describe('lanes', () => {
  test('ask for one thing at a time where replies look alike, and in order', async () => {
    const { lanes, written } = setUp();
    const first = lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    const second = lanes.request({ kind: 'load-messages', userId: me, targetId: ben });
    expect(written).toEqual([loadOf(ann)]);
    expect(lanes.take(loaded)).toBe(true);
    expect(await first).toEqual({ ok: true, value: loaded });
    expect(written).toEqual([loadOf(ann), loadOf(ben)]);
    lanes.take(loaded);
    expect((await second).ok).toBe(true);
  });

  test('do not hold each other up', () => {
    const { lanes, written } = setUp();
    void lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    void lanes.request({ kind: 'load-contacts', userId: me });
    void lanes.request({ kind: 'add-contact', userId: me, targetId: ben });
    void lanes.request({ kind: 'clear-messages', userId: me, targetId: ben });
    expect(written).toHaveLength(4);
  });

  test('join identical loads that wait, but never one that was asked before', async () => {
    const { lanes, written } = setUp();
    const early = lanes.request({ kind: 'load-contacts', userId: me });
    const late = lanes.request({ kind: 'load-contacts', userId: me });
    const later = lanes.request({ kind: 'load-contacts', userId: me });
    expect(later).toBe(late);
    expect(late).not.toBe(early);
    const older: ServerFrame = { kind: 'contacts-loaded', contacts: [] };
    const newer: ServerFrame = { kind: 'contacts-loaded', contacts: [contact(ann)] };
    lanes.take(older);
    lanes.take(newer);
    expect(await early).toEqual({ ok: true, value: older });
    expect(await later).toEqual({ ok: true, value: newer });
    expect(written).toHaveLength(2);
  });

  test('fail as rejected, with the words of the server', async () => {
    const { lanes } = setUp();
    const reply = lanes.request({ kind: 'log-in', username: 'ann', password: 'x' });
    expect(lanes.take({ kind: 'log-in-failed', error: 'wrong password' })).toBe(true);
    expect(await reply).toEqual({ ok: false, error: { code: 'rejected', serverText: 'wrong password' } });
  });

  test('take a contact added by someone else for a push, and wait on for their own', async () => {
    const { lanes } = setUp();
    const reply = lanes.request({ kind: 'add-contact', userId: me, targetId: ann });
    expect(lanes.take({ kind: 'contact-added', contact: contact(ben) })).toBe(false);
    expect(lanes.take({ kind: 'contact-added', contact: contact(ann) })).toBe(true);
    expect((await reply).ok).toBe(true);
  });

  test('leave every reply that nobody asked for to the pushes', () => {
    const { lanes } = setUp();
    const unasked: ServerFrame[] = [
      loaded,
      { kind: 'contacts-loaded', contacts: [] },
      { kind: 'contact-deleted' },
      { kind: 'log-in-failed', error: '' },
      { kind: 'history-cleared', userId: ann, targetId: me },
      { kind: 'message-acknowledged', messageId: messageId(5) },
    ];
    for (const frame of unasked) expect(lanes.take(frame)).toBe(false);
  });

  test('know a cleared history by the pair it names', async () => {
    const { lanes } = setUp();
    const reply = lanes.request({ kind: 'clear-messages', userId: me, targetId: ann });
    expect(lanes.take({ kind: 'history-cleared', userId: ann, targetId: me })).toBe(false);
    expect(lanes.take({ kind: 'history-cleared', userId: me, targetId: ann })).toBe(true);
    expect((await reply).ok).toBe(true);
  });

  test('count fifteen seconds from the turn of a request, not from its asking', async () => {
    const { clock, lanes, timeouts } = setUp();
    const first = lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    const second = lanes.request({ kind: 'load-messages', userId: me, targetId: ben });
    await clock.advance(14_000);
    lanes.take(loaded);
    await clock.advance(14_999);
    expect((await first).ok).toBe(true);
    expect(timeouts()).toBe(0);
    await clock.advance(1);
    expect(await second).toEqual({ ok: false, error: { code: 'timeout' } });
    expect(timeouts()).toBe(1);
  });

  test('take no sleep of ours for silence: the reply may lie unread', async () => {
    const { lanes, clock, timeouts } = setUp();
    const reply = lanes.request(loadOf(ann));
    await settle();
    await clock.jump(3_600_000);
    expect(timeouts()).toBe(0);
    lanes.take(loaded);
    expect(await reply).toMatchObject({ ok: true });
    void lanes.request(loadOf(ann));
    await settle();
    await clock.jump(3_600_000);
    await clock.advance(15_000);
    expect(timeouts()).toBe(1);
  });

  test('wait on while a long reply is arriving', async () => {
    const { clock, lanes, line, timeouts } = setUp();
    const reply = lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    line.isReceiving = true;
    await clock.advance(60_000);
    expect(timeouts()).toBe(0);
    line.isReceiving = false;
    await clock.advance(15_000);
    expect(timeouts()).toBe(1);
    expect(await reply).toMatchObject({ ok: false });
  });

  test('fail a request whose reply cannot be read, and go on with the next', async () => {
    const { lanes, written } = setUp();
    const first = lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    void lanes.request({ kind: 'load-messages', userId: me, targetId: ben });
    lanes.takeUnreadable('MESSAGES_LOADED');
    expect(await first).toEqual({ ok: false, error: { code: 'invalid-reply' } });
    expect(written).toHaveLength(2);
    lanes.takeUnreadable('CONTACTS_LOADED');
    lanes.takeUnreadable('MESSAGE_RECEIVED_OTHER');
  });

  test('end all at once, and leave no timer behind', async () => {
    const { clock, lanes } = setUp();
    const asked = lanes.request({ kind: 'load-messages', userId: me, targetId: ann });
    const waiting = lanes.request({ kind: 'load-messages', userId: me, targetId: ben });
    await settle();
    lanes.failAll('invalid-reply', 'offline');
    expect(await asked).toEqual({ ok: false, error: { code: 'invalid-reply' } });
    expect(await waiting).toEqual({ ok: false, error: { code: 'offline' } });
    expect(clock.pendingTimers()).toBe(0);
  });
});
