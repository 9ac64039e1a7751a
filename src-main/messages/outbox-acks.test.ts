import { describe, expect, it } from 'vitest';
import { messageId, type RowId } from '../../src-shared/kernel/ids.ts';
import type { Changes } from '../store/operations.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { bytesOf } from '../connection/testing/file-source.ts';
import { anna, ben, createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';
import {
  acknowledgeAll,
  earnTrust,
  loseEverything,
  numberByItself,
  numbers,
  sendAll,
  silence,
} from '../testing/send-scripts.ts';

describe('acks', () => {
  it('bind by id in any order', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    silence(rig);
    await sendAll(rig, numbers(16));
    for (const row of rig.rows.toReversed()) rig.acknowledge(row.id);
    await settle();
    expect(rig.shown().every((shown) => shown.endsWith(':sent'))).toBe(true);
  });

  it('may come several times', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await sendAll(rig, ['a', 'b']);
    for (let count = 0; count < 3; count += 1) acknowledgeAll(rig);
    await settle();
    // The repeats of the first are no acks of the second.
    expect(rig.shown()).toEqual(['a:sent', 'b:sending']);
  });

  it('may come late, for a message in doubt, and spare it the search', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { messageId: id } = await rig.send('hello');
    await rig.lose();
    await rig.ready();
    rig.acknowledge(id);
    await rig.clock.advance(20_000);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written()).toEqual(['hello']);
  });

  it('for what the history has shown already are not taken for the next message', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    const first = await rig.send('first');
    await settle();
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual(['first:sent']);
    loseEverything(rig);
    await rig.send('second');
    await settle();
    rig.acknowledge(first.messageId);
    await settle();
    expect(rig.shown()).toEqual(['first:sent', 'second:sending']);
  });

  it('for a message of an earlier run are not taken for the one in flight', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    const { messageId: id } = await rig.send('earlier');
    await settle();
    await rig.restart();
    await rig.ready();
    loseEverything(rig);
    await rig.send('later');
    rig.acknowledge(id);
    await settle();
    expect(rig.shown()).toEqual(['earlier:sent', 'later:sending']);
  });

  it('of a server with ids of its own, late for one in doubt, are not taken for the one in flight', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = (frame) => {
      if (frame.kind === 'send-message' && frame.content === 'first') rig.keep(frame, 501);
    };
    await rig.send('first');
    await rig.lose();
    await rig.ready();
    await rig.send('second', ben);
    rig.acknowledge(501);
    await settle();
    expect(rig.shown(ben)).toEqual(['second:sending']);
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['first:sent']);
  });

  it.each<[string, (rig: ScopeRig, rowId: RowId) => Promise<Changes>]>([
    ['deleted', (rig, rowId) => rig.scope().store.deleteMessage({ rowId, nowMs: 1 })],
    ['cleared', (rig) => rig.scope().store.applyCleared({ peerId: anna, by: 'me', nowMs: 1 })],
  ])('of a server with ids of its own, for one that was %s in flight, mean no other', async (_how, remove) => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = (frame) => {
      if (frame.kind === 'send-message' && frame.content === 'first') rig.keep(frame, 501);
    };
    const { rowId } = await rig.send('first');
    rig.scope().publish(await remove(rig, rowId));
    await sendAll(rig, ['second'], ben);
    rig.acknowledge(501);
    await settle();
    expect(rig.shown(ben)).toEqual(['second:sending']);
    // The next connection cannot acknowledge what was written on the last one.
    await rig.lose();
    numberByItself(rig);
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown(ben)).toEqual(['second:sent']);
    expect(rig.link.resets).toEqual([]);
  });

  it('that could not be noted are not taken for a message that was sent later', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('first');
    await settle();
    rig.store.fail('markSent', 'disk-full', 2);
    rig.acknowledge(501);
    await settle();
    await rig.lose();
    await rig.ready();
    await rig.clock.advance(4_000);
    await rig.send('second', ben);
    await rig.clock.advance(3_000);
    expect(rig.shown(ben)).toEqual(['second:sending']);
  });

  it('that nothing is known of count for nothing where several are in flight', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    loseEverything(rig);
    await sendAll(rig, ['a', 'b']);
    rig.acknowledge(77);
    await settle();
    expect(rig.shown()).toEqual(['a:sending', 'b:sending']);
  });

  it('bring the server time, and an id of its own', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { messageId: id } = await rig.send('hello');
    rig.link.say({ kind: 'message-acknowledged', messageId: id, id: messageId(5), timestampMs: 123_000 });
    await settle();
    expect(rig.messages()[0]).toMatchObject({ state: 'sent', atMs: 123_000 });
    // The server tells of it under its own id: no second message.
    rig.link.say({
      kind: 'message-received',
      message: wire(5, 'hello', { senderId: rig.messages()[0]!.senderId, receiverId: anna }),
    });
    await settle();
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('that the store could not note are offered to it again', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.store.fail('markSent', 'disk-full', 2);
    await sendAll(rig, ['a']);
    expect(rig.shown()).toEqual(['a:sending']);
    await rig.clock.advance(4_000);
    expect(rig.shown()).toEqual(['a:sent']);
    expect(rig.link.resets).toEqual([]);
  });

  it('that come late while the store cannot note the next try keep that from being made', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { messageId: id } = await rig.send('hello');
    const { markInFlight } = rig.store.store;
    let isFailing = true;
    Object.assign(rig.store.store, {
      markInFlight: (input: Parameters<typeof markInFlight>[0]) => {
        if (isFailing) rig.acknowledge(id);
        if (isFailing) rig.store.fail('markInFlight', 'disk-full');
        isFailing = false;
        return markInFlight(input);
      },
    });
    rig.store.fail('markSent', 'disk-full', 4);
    await rig.restart();
    await rig.ready();
    await rig.clock.advance(3_600);
    // Another one to be sent makes the outbox look again.
    await rig.sendFile('a.bin', bytesOf(100), ben);
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written().filter((text) => text === 'hello')).toEqual(['hello']);
  });

  it('teach nothing about ids where the server names only its own', async () => {
    const rig = await createScopeRig();
    numberByItself(rig);
    await rig.ready();
    await sendAll(rig, numbers(6));
    expect(rig.kept()).toEqual(numbers(6));
    expect(rig.shown().every((shown) => shown.endsWith(':sent'))).toBe(true);
    expect(rig.store.look().getTraits({})).toEqual({ matchedAcks: 0, keepsIds: false, maxFileBytes: null });
  });

  it('that a numbering server repeats are not taken for the next message', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    await rig.send('first');
    await settle();
    rig.acknowledge(7);
    rig.acknowledge(7);
    await settle();
    await rig.send('second', ben);
    await settle();
    rig.acknowledge(7);
    await settle();
    expect([...rig.shown(), ...rig.shown(ben)]).toEqual(['first:sent', 'second:sending']);
  });
});
