import { describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok, type Result } from '../../src-shared/kernel/result.ts';
import { userId } from '../../src-shared/kernel/ids.ts';
import type { ServerFrame } from '../../src-shared/protocol/frames.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, cleo, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';
import { sendAll } from '../testing/send-scripts.ts';

/** The people whose history was asked for, in order. */
const asked = (rig: ScopeRig): number[] =>
  rig.link.requests.flatMap((frame) => (frame.kind === 'load-messages' ? [frame.targetId] : []));

/** Histories are answered when the test says so. */
function holdHistories(rig: ScopeRig): { answer: (rows?: Parameters<typeof wire>[0][]) => Promise<void> } {
  const waiting: ((reply: Result<ServerFrame>) => void)[] = [];
  const { onRequest } = rig.link;
  rig.link.onRequest = (frame) =>
    frame.kind === 'load-messages' ? new Promise((resolve) => waiting.push(resolve)) : onRequest(frame);
  return {
    answer: async (ids = []) => {
      const messages = ids.map((id) => wire(id, `text ${id}`));
      waiting.shift()?.(ok({ kind: 'messages-loaded', messages, droppedRows: 0 }));
      await settle();
    },
  };
}

describe('the catch-up after a log-in', () => {
  it('loads every conversation once: the one on screen, then by last activity, then contacts never written to', async () => {
    const rig = await createScopeRig();
    rig.server.contacts = [{ userId: cleo, username: 'cleo', online: true, avatar: '' }];
    for (const [id, senderId, timestampMs] of [
      [1, anna, 1],
      [2, ben, 2],
      [3, userId(9), 3],
    ] as const)
      rig.link.say({ kind: 'message-received', message: wire(id, 'hi', { senderId, timestampMs }) });
    await settle();
    rig.scope().setViewed(anna);
    await rig.scope().catchUp();
    rig.link.setState({ phase: 'catching-up', epoch: 1 });
    await rig.scope().catchUp();
    await rig.ready();
    expect(asked(rig)).toEqual([anna, 9, ben, cleo]);
    await rig.lose();
    await rig.ready();
    expect(asked(rig)).toHaveLength(8);
  });

  it('stops with the connection, and begins anew on the next', async () => {
    const rig = await createScopeRig();
    for (let id = 10; id < 15; id += 1)
      rig.link.say({ kind: 'message-received', message: wire(id, 'hi', { senderId: userId(id) }) });
    await settle();
    const histories = holdHistories(rig);
    await rig.ready();
    await histories.answer();
    expect(asked(rig)).toHaveLength(2);
    await rig.lose();
    await histories.answer();
    expect(asked(rig)).toHaveLength(2);
    await rig.ready();
    expect(asked(rig)).toHaveLength(3);
  });

  it('of two hundred conversations does not hold up what is sent', async () => {
    const rig = await createScopeRig();
    for (let id = 10; id < 210; id += 1)
      rig.link.say({ kind: 'message-received', message: wire(id, 'hi', { senderId: userId(id) }) });
    await rig.send('written offline', ben);
    holdHistories(rig);
    await rig.ready();
    expect(asked(rig)).toHaveLength(1);
    await sendAll(rig, ['written now']);
    expect(rig.kept()).toEqual(['written offline', 'written now']);
    expect([...rig.shown(ben), ...rig.shown(anna)]).toEqual(['written offline:sent', 'written now:sent']);
  });

  it('goes on where one history cannot be kept', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['a'], anna);
    await sendAll(rig, ['b'], ben);
    rig.store.fail('mergeHistory', 'store-unavailable');
    await rig.ready();
    expect(asked(rig)).toEqual([anna, ben]);
  });

  it('gives up on a history that could not be read three times in a row', async () => {
    const rig = await createScopeRig();
    rig.link.say({ kind: 'message-received', message: wire(1, 'hi') });
    await settle();
    const { onRequest } = rig.link;
    rig.link.onRequest = (frame) =>
      frame.kind === 'load-messages' ? err(appError('invalid-reply')) : onRequest(frame);
    for (let round = 0; round < 5; round += 1) {
      await rig.ready();
      await rig.lose();
    }
    expect(asked(rig)).toHaveLength(3);
  });
});

describe('a conversation over whose history the connection ends', () => {
  /** The server says nothing about Anna's history, and the link gives the connection up over it. */
  function fallSilentOverAnna(rig: ScopeRig): void {
    const { onRequest } = rig.link;
    rig.link.onRequest = (frame) => {
      if (frame.kind !== 'load-messages' || frame.targetId !== anna) return onRequest(frame);
      rig.link.lose();
      return err(appError('timeout'));
    };
  }

  it('is loaded after all others, and left alone for five minutes after the third time', async () => {
    const rig = await createScopeRig();
    rig.link.say({ kind: 'message-received', message: wire(1, 'hi', { senderId: ben, timestampMs: 1 }) });
    rig.link.say({ kind: 'message-received', message: wire(2, 'hi', { timestampMs: 2 }) });
    await settle();
    fallSilentOverAnna(rig);
    for (let round = 0; round < 4; round += 1) await rig.ready();
    expect(asked(rig)).toEqual([anna, ben, anna, ben, anna, ben]);
    await rig.clock.advance(300_000);
    await rig.lose();
    await rig.ready();
    expect(asked(rig).slice(6)).toEqual([ben, anna]);
  });

  it('does not keep what is in doubt there waiting for ever', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => rig.link.lose();
    await sendAll(rig, ['lost']);
    rig.conform();
    fallSilentOverAnna(rig);
    for (let round = 0; round < 4; round += 1) {
      await rig.ready();
      await rig.clock.advance(3_500);
    }
    expect(rig.shown()).toEqual(['lost:no-answer']);
    await rig.ready();
    await sendAll(rig, ['next'], ben);
    expect(rig.shown(ben)).toEqual(['next:sent']);
  });

  it('nor where it cannot be read: the connection stays up and the message is left to the person', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => rig.link.lose();
    await sendAll(rig, ['lost']);
    const { onRequest } = rig.link;
    rig.link.onRequest = (frame) => {
      if (frame.kind !== 'load-messages') return onRequest(frame);
      rig.link.lose();
      return err(appError('invalid-reply'));
    };
    for (let round = 0; round < 5; round += 1) {
      await rig.ready();
      await rig.clock.advance(3_500);
    }
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['lost:no-answer']);
    expect(rig.link.link.state().phase).toBe('ready');
    expect(asked(rig)).toHaveLength(3);
  });
});

describe('looking again', () => {
  it('happens when a conversation is opened, when its person writes and on focus, at most every 30 s', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.scope().setViewed(anna);
    await settle();
    expect(asked(rig)).toEqual([anna]);
    rig.scope().setViewed(anna);
    rig.link.say({ kind: 'message-received', message: wire(1, 'hi') });
    rig.scope().onFocus();
    await settle();
    expect(asked(rig)).toEqual([anna]);
    await rig.clock.advance(30_000);
    rig.link.say({ kind: 'message-received', message: wire(2, 'you there?') });
    await settle();
    expect(asked(rig)).toEqual([anna, anna]);
    await rig.clock.advance(30_000);
    rig.scope().onFocus();
    await settle();
    expect(asked(rig)).toEqual([anna, anna, anna]);
  });

  it('does not happen for a conversation that is not on screen, nor offline', async () => {
    const rig = await createScopeRig();
    rig.scope().setViewed(anna);
    rig.scope().onFocus();
    await settle();
    expect(asked(rig)).toEqual([]);
    await rig.ready();
    const before = asked(rig).length;
    rig.link.say({ kind: 'message-received', message: wire(2, 'hi', { senderId: ben }) });
    await settle();
    expect(asked(rig)).toHaveLength(before);
  });

  it('shows that mine were read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['hello']);
    rig.rows[0] = { ...rig.rows[0]!, status: 'read' };
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual(['hello:read']);
  });
});

describe('a history that is older than what was confirmed meanwhile', () => {
  it('does not call a message missing whose ack came while it was on its way', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.say({ kind: 'message-received', message: wire(1, 'text 1') });
    await settle();
    const histories = holdHistories(rig);
    const load = rig.scope().history.load(anna);
    await sendAll(rig, ['mine']);
    rig.link.say({ kind: 'message-received', message: wire(5, 'from my phone', { senderId: me, receiverId: anna }) });
    await histories.answer([1]);
    await load;
    expect(rig.shown()).toEqual(['text 1:sent', 'mine:sent', 'from my phone:sent']);
  });

  it('calls it missing where the ack was there before', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.say({ kind: 'message-received', message: wire(1, 'text 1') });
    await sendAll(rig, ['mine']);
    const histories = holdHistories(rig);
    const load = rig.scope().history.load(anna);
    await histories.answer([1]);
    await load;
    expect(rig.shown()).toEqual(['text 1:sent', 'mine:not-on-server']);
  });
});

it('everything is loaded again after the store was replaced, since it may have begun a new file', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  await sendAll(rig, ['hello']);
  await rig.scope().history.load(anna);
  const before = asked(rig).length;
  rig.store.tellRestarted();
  await settle();
  expect(asked(rig).slice(before)).toEqual([anna]);
});

describe('what they have read', () => {
  /** Anna is on screen, and has just read my message: no push says so. */
  async function readByAnna(): Promise<ScopeRig> {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['mine']);
    await rig.scope().history.load(anna);
    rig.scope().setViewed(anna);
    rig.rows[0] = { ...rig.rows[0]!, status: 'read' };
    const theirs = wire(5, 'theirs', { timestampMs: rig.clock.nowMs() });
    rig.rows.push(theirs);
    rig.link.say({ kind: 'message-received', message: theirs });
    await settle();
    expect(rig.shown()).toEqual(['mine:sent', 'theirs:sent']);
    return rig;
  }

  it('shows on screen as soon as its history may be loaded again', async () => {
    const rig = await readByAnna();
    const before = asked(rig).length;
    await rig.clock.advance(30_000);
    expect(rig.shown()).toEqual(['mine:read', 'theirs:sent']);
    expect(asked(rig).slice(before)).toEqual([anna]);
  });

  it('is not asked for where somebody else is on screen by then', async () => {
    const rig = await readByAnna();
    rig.scope().setViewed(null);
    const before = asked(rig).length;
    await rig.clock.advance(60_000);
    expect(asked(rig).slice(before)).toEqual([]);
  });
});
