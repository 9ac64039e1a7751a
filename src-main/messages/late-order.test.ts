import { describe, expect, it } from 'vitest';
import { settle } from '../connection/testing/fake-clock.ts';
import { createScopeRig, wire, type ScopeRig } from '../testing/scope-rig.ts';
import { loseEverything, sendAll } from '../testing/send-scripts.ts';

const loads = (rig: ScopeRig): number => rig.link.requests.filter((frame) => frame.kind === 'load-messages').length;
const texts = (rig: ScopeRig): string[] => rig.messages().map((message) => message.text);

describe('the order of what goes out while something comes in', () => {
  it('is the server’s own half a minute after the last message is through', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['old']);
    rig.link.onSend = () => {};
    const { messageId: id } = await rig.send('mine');
    // The server had hers first, and says so first.
    const hers = wire(9, 'hers', { timestampMs: rig.clock.nowMs() });
    rig.rows.push(hers);
    rig.link.say({ kind: 'message-received', message: hers });
    await settle();
    rig.keep(rig.link.sent.findLast((frame) => frame.messageId === id) as Parameters<typeof rig.keep>[0]);
    rig.acknowledge(id);
    await settle();
    expect(texts(rig)).toEqual(['old', 'mine', 'hers']);
    await rig.clock.advance(30_000);
    expect(texts(rig)).toEqual(['old', 'hers', 'mine']);
    const before = loads(rig);
    await rig.clock.advance(120_000);
    expect(loads(rig)).toBe(before);
  });

  it('is asked for once more after a message was sent again, and once only for many', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    await sendAll(rig, ['a', 'b']);
    await rig.lose();
    rig.conform();
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.kept()).toEqual(['a', 'b']);
    const before = loads(rig);
    await rig.clock.advance(60_000);
    expect(loads(rig)).toBe(before + 1);
  });

  it('is left to the next log-in where the connection has ended meanwhile', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => {};
    const { messageId: id } = await rig.send('mine');
    rig.link.say({ kind: 'message-received', message: wire(9, 'hers') });
    await settle();
    rig.acknowledge(id);
    await settle();
    await rig.lose();
    const before = loads(rig);
    await rig.clock.advance(60_000);
    expect(loads(rig)).toBe(before);
  });

  it('is asked for by nobody once the account is closed', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => {};
    const { messageId: id } = await rig.send('mine');
    rig.link.say({ kind: 'message-received', message: wire(9, 'hers') });
    await settle();
    await rig.clock.advance(5_000);
    rig.acknowledge(id);
    await settle();
    const before = loads(rig);
    rig.scope().dispose();
    await rig.clock.advance(60_000);
    expect(loads(rig)).toBe(before);
  });
});
