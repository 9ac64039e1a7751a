import { describe, expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig, type ScopeRig } from '../testing/scope-rig.ts';
import { earnTrust, loseEverything, numbers, sendAll } from '../testing/send-scripts.ts';

/** A server that ends the connection when it meets this text, and conforms otherwise. */
function fallOver(rig: ScopeRig, text: string, code: number): void {
  rig.conform();
  const { onSend } = rig.link;
  rig.link.onSend = (frame) => {
    // What was written behind it on this connection is lost with it.
    if (rig.link.link.state().phase !== 'ready') return;
    if (frame.kind === 'send-message' && frame.content === text) rig.link.lose(code);
    else onSend(frame);
  };
}

/** Connects again and waits out the grace, `rounds` times. */
async function comeBack(rig: ScopeRig, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await rig.ready();
    await rig.clock.advance(3_500);
  }
}

describe('a message that the server closes the connection on', () => {
  it.each([
    [1009, 'too-large'],
    [1003, 'refused'],
    [1007, 'refused'],
    [1008, 'refused'],
  ])('is parked at once for code %i, as %s, and the others go on', async (code, reason) => {
    const rig = await createScopeRig();
    fallOver(rig, 'BOOM', code);
    await sendAll(rig, ['before', 'BOOM', 'after']);
    await rig.ready();
    expect(rig.shown()).toEqual(['before:sent', `BOOM:${reason}`, 'after:queued']);
    await rig.ready();
    expect(rig.shown()).toEqual(['before:sent', `BOOM:${reason}`, 'after:sent']);
    expect(rig.written()).toEqual(['before', 'BOOM', 'after']);
  });

  it('is found among sixteen by sending those one at a time', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    fallOver(rig, 'BOOM', 1009);
    await rig.lose();
    await sendAll(rig, [...numbers(5), 'BOOM', 'n7', 'n8'], anna);
    await sendAll(rig, ['other'], ben);
    await comeBack(rig, 3);
    expect(rig.shown().filter((shown) => !shown.endsWith(':sent'))).toEqual(['BOOM:too-large']);
    expect(rig.kept().filter((text) => text !== 'other')).toEqual([...numbers(5), 'n7', 'n8']);
    expect(rig.shown(ben)).toEqual(['other:sent']);
  });

  it('is parked as poison after three connections that ended over it without a word', async () => {
    const rig = await createScopeRig();
    fallOver(rig, 'BOOM', 1006);
    await sendAll(rig, ['BOOM', 'after']);
    await comeBack(rig, 3);
    expect(rig.shown()).toEqual(['BOOM:sending', 'after:queued']);
    await comeBack(rig, 1);
    expect(rig.shown()).toEqual(['BOOM:poison', 'after:sent']);
    expect(rig.written()).toEqual(['BOOM', 'BOOM', 'BOOM', 'after']);
  });

  it('is not to blame where the server goes away and says so', async () => {
    const rig = await createScopeRig();
    fallOver(rig, 'innocent', 1001);
    await sendAll(rig, ['innocent']);
    await comeBack(rig, 5);
    rig.conform();
    await rig.lose();
    await comeBack(rig, 1);
    expect(rig.shown()).toEqual(['innocent:sent']);
  });

  it('is not to blame where it was we who gave the connection up, however often', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    await rig.send('innocent');
    for (let round = 0; round < 4; round += 1) {
      rig.link.link.reset('connection-silent');
      await settle();
      await comeBack(rig, 1);
    }
    expect(rig.shown()).toEqual(['innocent:sending']);
    rig.conform();
    await rig.lose();
    await comeBack(rig, 1);
    expect(rig.shown()).toEqual(['innocent:sent']);
  });

  it('is sent, not failed, where the server took it each time before it fell over', async () => {
    const rig = await createScopeRig();
    rig.link.onSend = (frame) => {
      if (frame.kind !== 'send-message') return;
      if (rig.kept().length === 0) rig.keep(frame);
      rig.link.lose(1006);
    };
    await sendAll(rig, ['hello']);
    await comeBack(rig, 2);
    await settle();
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.kept()).toEqual(['hello']);
  });
});
