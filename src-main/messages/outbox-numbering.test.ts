import { describe, expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, cleo, createScopeRig, me, wire } from '../testing/scope-rig.ts';
import { loseEverything, numberByItself, numbers, sendAll } from '../testing/send-scripts.ts';

describe('a server with ids of its own', () => {
  it('shows by its content after a lost connection that it has the message', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = (frame) => {
      if (frame.kind === 'send-message') rig.keep(frame, 42);
    };
    await rig.send('hello');
    await rig.lose();
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.kept()).toEqual(['hello']);
  });

  it('does not bring back what was deleted on its way', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = (frame) => {
      if (frame.kind === 'send-message') rig.keep(frame, 42);
    };
    const { rowId } = await rig.send('hello');
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    await rig.scope().history.load(anna);
    expect(rig.kept()).toEqual(['hello']);
    expect(rig.shown()).toEqual([]);
    // What is written anew in the same words is another one.
    numberByItself(rig, 42);
    await rig.send('hello');
    await rig.clock.advance(1_000);
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('does not bring back what was deleted before its ack when it tells that it was read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { rowId, messageId } = await rig.send('hello');
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    rig.acknowledge(messageId);
    await settle();
    const read = wire(42, 'hello', { senderId: me, receiverId: anna, status: 'read' });
    rig.link.say({ kind: 'message-received', message: read });
    await settle();
    expect(rig.shown()).toEqual([]);
  });

  it('does not bring back what was deleted on its way when all it tells is that it was read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { rowId } = await rig.send('hello');
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    rig.acknowledge(42);
    const read = wire(42, 'hello', { senderId: me, receiverId: anna, status: 'read' });
    rig.rows.push(read);
    rig.link.say({ kind: 'message-received', message: read });
    await settle();
    expect(rig.shown()).toEqual([]);
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual([]);
  });

  it('takes the words for those of what was not deleted, as far as they go', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { rowId } = await rig.send('hello');
    rig.scope().publish(await rig.scope().store.deleteMessage({ rowId, nowMs: 1 }));
    // The server never got that one, and gets the next.
    rig.link.onSend = (frame) => {
      if (frame.kind !== 'send-message') return;
      rig.keep(frame, 43);
      rig.acknowledge(frame.messageId);
    };
    await sendAll(rig, ['hello']);
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual(['hello:sent']);
    // Another device of mine says the same later.
    rig.keep({ messageId: 44, senderId: me, receiverId: anna, content: 'hello' });
    await rig.scope().history.load(anna);
    expect(rig.shown()).toEqual(['hello:sent', 'hello:sent']);
  });

  it('does not hold up other conversations while one message is in doubt', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    await rig.send('lost');
    await rig.lose();
    numberByItself(rig);
    await sendAll(rig, numbers(5), ben);
    await sendAll(rig, numbers(5), cleo);
    await rig.ready();
    // Nothing of the ten is in doubt, and the grace of the one is not over.
    await rig.clock.advance(3_000);
    expect(rig.shown()).toEqual(['lost:sending']);
    for (const peer of [ben, cleo]) expect(rig.shown(peer).every((shown) => shown.endsWith(':sent'))).toBe(true);
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['lost:sent']);
    expect(rig.kept()).toHaveLength(11);
    expect(rig.link.resets).toEqual([]);
  });

  it('is no longer judged by content once it was seen to keep our ids', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['known']);
    await rig.scope().history.load(anna);
    expect(rig.store.look().getTraits({}).keepsIds).toBe(true);
    loseEverything(rig);
    await rig.send('ok');
    await rig.lose();
    // The same words from another device of mine.
    rig.rows.push(wire(9, 'ok', { senderId: rig.messages()[0]!.senderId, receiverId: anna }));
    rig.conform();
    await rig.ready();
    await rig.clock.advance(4_000);
    expect(rig.kept()).toEqual(['known', 'ok', 'ok']);
  });
});
