import { describe, expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig } from '../testing/scope-rig.ts';
import { acknowledgeAll, earnTrust, loseEverything, numbers, sendAll, silence } from '../testing/send-scripts.ts';

describe('sending', () => {
  it('commits and writes a text in one step where the line is free, and shows it as sent after the ack', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.store.calls.length = 0;
    const message = await rig.send('hello');
    expect(message.state).toBe('sending');
    await settle();
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.store.calls).not.toContain('markInFlight');
  });

  it('keeps what is written offline as queued and sends it in order once connected', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['a', 'b', 'c']);
    expect(rig.shown()).toEqual(['a:queued', 'b:queued', 'c:queued']);
    await rig.ready();
    expect(rig.kept()).toEqual(['a', 'b', 'c']);
    expect(rig.shown()).toEqual(['a:sent', 'b:sent', 'c:sent']);
  });

  it('has one message in flight until three acks carried our ids, then sixteen', async () => {
    const rig = await createScopeRig();
    silence(rig);
    await rig.ready();
    await sendAll(rig, numbers(30));
    expect(rig.written()).toEqual(['n1']);
    for (let count = 1; count <= 3; count += 1) {
      acknowledgeAll(rig);
      await settle();
    }
    expect(rig.written()).toEqual(numbers(19));
    acknowledgeAll(rig);
    await settle();
    expect(rig.written()).toEqual(numbers(30));
  });

  it('never has more in flight than the window, however texts and acks cross', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    loseEverything(rig);
    const release = rig.store.hold();
    const sends = numbers(40).map((text, index) => rig.send(text, index % 2 === 0 ? anna : ben));
    rig.acknowledge(99);
    release();
    await Promise.all(sends);
    await settle();
    expect(rig.written()).toHaveLength(16);
  });

  it('keeps the order of a conversation while the store is slow', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    const release = rig.store.hold();
    const sends = numbers(5).map((text) => rig.send(text));
    await settle();
    expect(rig.written()).toEqual([]);
    release();
    await Promise.all(sends);
    await settle();
    expect(rig.kept()).toEqual(numbers(5));
  });

  it('queues a text whose connection was lost and replaced while the store was slow, behind what is in doubt', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    loseEverything(rig);
    await rig.send('first');
    await settle();
    const release = rig.store.hold();
    const second = rig.send('second');
    await rig.lose();
    await rig.ready();
    release();
    await second;
    await settle();
    expect(rig.written()).toEqual(['first']);
    rig.conform();
    await rig.clock.advance(4_000);
    expect(rig.kept()).toEqual(['first', 'second']);
  });

  it('refuses a text that cannot be committed, and writes nothing', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.store.fail('enqueueText', 'disk-full');
    await expect(rig.send('hello')).rejects.toMatchObject({ code: 'disk-full' });
    await settle();
    expect(rig.written()).toEqual([]);
    await rig.send('again');
    await settle();
    expect(rig.shown()).toEqual(['again:sent']);
  });

  it('tries again by itself when the store could not note that messages go out', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['a', 'b']);
    rig.store.fail('markInFlight', 'disk-full');
    await rig.ready();
    expect(rig.written()).toEqual([]);
    await rig.clock.advance(5_000);
    expect(rig.shown()).toEqual(['a:sent', 'b:sent']);
  });
});

describe('without an ack', () => {
  it('resets the connection after ten seconds, asks the server, and finds the message there', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('hello');
    await rig.clock.advance(9_999);
    expect(rig.link.resets).toEqual([]);
    await rig.clock.advance(1);
    expect(rig.link.resets).toEqual(['timeout']);
    expect(rig.shown()).toEqual(['hello:sending']);
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written()).toEqual(['hello']);
  });

  it('gives its time once more after a sleep or a standstill: the ack may lie unread', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    const { messageId } = await rig.send('hello');
    await rig.clock.jump(3_600_000);
    expect(rig.link.resets).toEqual([]);
    rig.acknowledge(messageId);
    await settle();
    expect(rig.shown()).toEqual(['hello:sent']);
    await rig.send('silence');
    await rig.clock.jump(3_600_000);
    await rig.clock.advance(10_000);
    expect(rig.link.resets).toEqual(['timeout']);
  });

  it('waits for one that may stand behind a long history, and resets the connection where it did not', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('hello');
    rig.link.heldUpAtMs = Infinity;
    await rig.clock.advance(60_000);
    expect(rig.link.resets).toEqual([]);
    // The history is through. What is behind it has its time from the next look on.
    rig.link.heldUpAtMs = rig.clock.monotonicMs() - 1;
    await rig.clock.advance(10_000);
    expect(rig.link.resets).toEqual(['timeout']);
  });

  it('waits out the grace after a lost connection, then sends what is proven absent under the same id', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { messageId } = await rig.send('hello');
    await rig.lose();
    await rig.ready();
    await rig.clock.advance(3_499);
    expect(rig.written()).toEqual(['hello']);
    await rig.clock.advance(1);
    expect(rig.written()).toEqual(['hello', 'hello']);
    expect(rig.link.sent.map((frame) => frame.messageId)).toEqual([messageId, messageId]);
  });

  it('begins the search anew on each connection, also when the last search was still waiting', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    await rig.send('hello');
    await rig.lose();
    await rig.ready();
    await rig.clock.advance(2_000);
    await rig.lose();
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.written()).toEqual(['hello', 'hello']);
  });

  it('holds up its own conversation and no other', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    loseEverything(rig);
    await rig.send('a1');
    await rig.lose();
    silence(rig);
    await sendAll(rig, ['a2'], anna);
    await sendAll(rig, ['b1'], ben);
    await rig.ready();
    expect(rig.kept()).toEqual(['b1']);
    acknowledgeAll(rig);
    await rig.clock.advance(3_500);
    acknowledgeAll(rig);
    await settle();
    expect(rig.kept()).toEqual(['b1', 'a1', 'a2']);
  });

  it('goes on with others while a server never acknowledges one, and parks that one after three rounds', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    rig.link.onSend = (frame) => {
      if (frame.kind !== 'send-message' || frame.receiverId === anna) return;
      rig.keep(frame);
      rig.acknowledge(frame.messageId);
    };
    await rig.send('never', anna);
    const startedMs = rig.clock.monotonicMs();
    for (let round = 1; round <= 3; round += 1) {
      await rig.send(`other ${round}`, ben);
      await rig.clock.advance(10_000);
      await rig.ready();
      await rig.clock.advance(3_500);
    }
    expect(rig.shown(anna)).toEqual(['never:no-answer']);
    expect(rig.clock.monotonicMs() - startedMs).toBeLessThan(60_000);
    expect(rig.shown(ben)).toEqual(['other 1:sent', 'other 2:sent', 'other 3:sent']);
    expect(rig.written().filter((text) => text === 'never')).toHaveLength(3);
  });

  it('asks three times where the answer proves nothing, then leaves it to the person', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['old']);
    loseEverything(rig);
    await rig.send('new');
    await rig.lose();
    rig.rows.length = 0;
    await rig.ready();
    await rig.clock.advance(3_500 + 2 * 5_000);
    expect(rig.shown()).toEqual(['old:sent', 'new:no-answer']);
    expect(rig.written()).toEqual(['old', 'new']);
  });

  it('keeps looking when the store fails in the middle of it', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('hello');
    await rig.lose();
    rig.store.fail('mergeHistory', 'store-unavailable', 2);
    await rig.ready();
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('resets a connection whose socket takes nothing and never ends', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.takes = false;
    await rig.send('hello');
    await rig.clock.advance(10_000);
    expect(rig.link.resets).toEqual(['timeout']);
    rig.link.takes = true;
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('does not blame a message that was never written', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['hello']);
    for (let round = 1; round <= 4; round += 1) {
      const release = rig.store.hold();
      rig.link.ready();
      await settle();
      rig.link.lose(1009);
      release();
      await settle();
    }
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written()).toEqual(['hello']);
  });
});
