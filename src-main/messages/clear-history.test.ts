import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err, ok } from '../../src-shared/kernel/result.ts';
import { userId } from '../../src-shared/kernel/ids.ts';
import { decodeServerFrame } from '../../src-shared/protocol/codec.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';

/** The server forgets this conversation when it is told to, and says so. */
function letServerClear(rig: ScopeRig, beforeReply: () => void = () => {}): void {
  const { onRequest } = rig.link;
  rig.link.onRequest = (frame) => {
    if (frame.kind !== 'clear-messages') return onRequest(frame);
    rig.rows.length = 0;
    beforeReply();
    return ok({ kind: 'history-cleared', userId: frame.userId, targetId: frame.targetId });
  };
}
const asked = (rig: ScopeRig): string[] => rig.link.requests.map((frame) => frame.kind);
const removed = (rig: ScopeRig): string[] =>
  rig.store
    .look()
    .listRemoved({ peerId: anna, after: null, limit: 200, nowMs: rig.clock.nowMs() })
    .removed.map(({ message }) => message.text);

describe('clearing a history', () => {
  it('fetches what the server has, has it cleared there, and hides it here', async () => {
    const rig = await createScopeRig();
    rig.rows.push(wire(1, 'never seen here'), wire(2, 'hello'));
    letServerClear(rig);
    await rig.ready();
    expect(await rig.scope().clear(anna)).toEqual({ ok: true, value: undefined });
    expect(asked(rig).slice(-2)).toEqual(['load-messages', 'clear-messages']);
    expect(rig.shown()).toEqual([]);
    expect(removed(rig)).toEqual(['hello', 'never seen here']);
    await rig.restart();
    await rig.ready();
    expect(rig.shown()).toEqual([]);
  });

  it('leaves what arrives while the server clears', async () => {
    const rig = await createScopeRig();
    letServerClear(rig, () => rig.link.say({ kind: 'message-received', message: wire(9, 'just now') }));
    await rig.ready();
    rig.link.say({ kind: 'message-received', message: wire(1, 'old') });
    await settle();
    await rig.scope().clear(anna);
    await settle();
    expect(rig.shown()).toEqual(['just now:sent']);
  });

  it('needs a connection, and changes nothing without one', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.say({ kind: 'message-received', message: wire(1, 'hello') });
    await settle();
    await rig.lose();
    expect(await rig.scope().clear(anna)).toEqual(err(appError('offline')));
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('changes nothing here where the server does not answer', async () => {
    const rig = await createScopeRig();
    rig.rows.push(wire(1, 'hello'));
    await rig.ready();
    const { onRequest } = rig.link;
    rig.link.onRequest = (frame) => (frame.kind === 'clear-messages' ? err(appError('timeout')) : onRequest(frame));
    expect(await rig.scope().clear(anna)).toEqual(err(appError('timeout')));
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('is possible where the history cannot be read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.say({ kind: 'message-received', message: wire(1, 'hello') });
    await settle();
    rig.link.onRequest = (frame) =>
      frame.kind === 'clear-messages'
        ? ok({ kind: 'history-cleared', userId: me, targetId: anna })
        : err(appError('invalid-reply'));
    expect((await rig.scope().clear(anna)).ok).toBe(true);
    expect(rig.shown()).toEqual([]);
  });

  it('closes what was in doubt and sends what was waiting', async () => {
    const rig = await createScopeRig();
    letServerClear(rig);
    rig.link.onSend = () => {};
    await rig.ready();
    await rig.send('in doubt');
    await rig.lose();
    await rig.send('waiting');
    rig.conform();
    await rig.ready();
    // Before the grace is over, so that nobody has found out about the one in doubt.
    expect((await rig.scope().clear(anna)).ok).toBe(true);
    await rig.clock.advance(30_000);
    expect(rig.written()).toEqual(['in doubt', 'waiting']);
    expect(rig.shown()).toEqual(['waiting:sent']);
    rig.scope().publish(rig.store.look().bringBack({ peerId: anna, rowIds: null, nowMs: rig.clock.nowMs() }));
    await rig.clock.advance(30_000);
    expect(rig.shown()).toEqual(['in doubt:removed', 'waiting:sent']);
    expect(rig.written()).toEqual(['in doubt', 'waiting']);
  });
});

/** Anything but a clear: it lacks a field, has one too many that makes it a message, or names somebody else. */
const noClear = fc.oneof(
  fc.record(
    {
      userId: fc.oneof(fc.integer({ min: -1, max: 5 }), fc.string()),
      targetUserId: fc.constantFrom(userId(1), userId(2), userId(3)),
      id: fc.nat(9),
      senderId: fc.integer({ min: 1, max: 4 }),
      receiverId: fc.integer({ min: 1, max: 4 }),
      content: fc.string(),
      status: fc.constantFrom('sent', 'read', 'cleared'),
      type: fc.constantFrom('text', 'file', 'clear'),
    },
    { requiredKeys: ['content'] },
  ),
  fc.record({ userId: fc.constantFrom(0, 3, 4), targetUserId: fc.constantFrom(3, 4) }),
  fc.record({ userId: fc.constant(1) }),
  fc.record({ targetUserId: fc.constant(2) }),
  fc.array(fc.nat(), { maxLength: 2 }),
);
const frameType = fc.constantFrom('MESSAGE_RECEIVED_OTHER', 'MESSAGES_CLEARED', 'MESSAGES_LOADED', 'CONTACT_DELETED');

it('no frame but one with exactly my id and theirs hides a message', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(frameType, noClear), { maxLength: 20 }), async (frames) => {
      const rig = await createScopeRig();
      await rig.ready();
      rig.link.say({ kind: 'message-received', message: wire(1, 'kept') });
      rig.link.say({ kind: 'message-received', message: wire(2, 'kept too', { senderId: ben }) });
      await settle();
      const before = [...rig.messages(anna), ...rig.messages(ben)].map((message) => message.rowId);
      for (const [type, payload] of frames) {
        const decoded = decodeServerFrame(JSON.stringify({ type, payload }));
        if (decoded.ok) rig.link.say(decoded.value);
      }
      await settle();
      const after = new Set([...rig.messages(anna), ...rig.messages(ben)].map((message) => message.rowId));
      expect(before.filter((rowId) => !after.has(rowId))).toEqual([]);
      rig.scope().dispose();
    }),
    { numRuns: 60 },
  );
});

describe('the files of a history that is cleared', () => {
  const day = 24 * 60 * 60 * 1_000;

  it('stay on this computer while they can be brought back, then go, but what another conversation has too', async () => {
    const rig = await createScopeRig();
    letServerClear(rig);
    await rig.ready();
    const [shared, onlyHers] = [Buffer.from('sent to both'), Buffer.from('sent to her')];
    await rig.sendFile('shared.txt', shared);
    await rig.sendFile('hers.txt', onlyHers);
    await rig.sendFile('shared.txt', shared, ben);
    await settle();
    expect(rig.shown()).toEqual(['shared.txt:sent', 'hers.txt:sent']);
    await rig.scope().clear(anna);
    await rig.lose();
    const kept = (): string[] => [...rig.blobs.kept.values()].map((bytes) => Buffer.from(bytes).toString());
    await rig.clock.advance(29 * day);
    expect(kept()).toEqual(['sent to both', 'sent to her']);
    expect(removed(rig)).toEqual(['hers.txt', 'shared.txt']);
    await rig.clock.advance(3 * day);
    expect(removed(rig)).toEqual([]);
    // It is looked for once a week, and forgotten where two looks say the same.
    await rig.clock.advance(11 * day);
    expect(kept()).toEqual(['sent to both']);
    expect(rig.messages(ben)).toMatchObject([{ text: 'shared.txt', attachment: { source: 'here' } }]);
  });
});
