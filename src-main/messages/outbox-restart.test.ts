import { describe, expect, it } from 'vitest';
import { appError } from '../../src-shared/kernel/app-error.ts';
import { err } from '../../src-shared/kernel/result.ts';
import { messageId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig } from '../testing/scope-rig.ts';
import { acknowledgeAll, earnTrust, loseEverything, numbers, sendAll, silence } from '../testing/send-scripts.ts';

describe('after a restart of the program', () => {
  it('sends what was queued, in order', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['a', 'b', 'c']);
    await rig.restart();
    await rig.ready();
    expect(rig.kept()).toEqual(['a', 'b', 'c']);
  });

  it('finds what was in flight on the server and sends it no second time', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('hello');
    await settle();
    await rig.restart();
    await rig.ready();
    await rig.clock.advance(3_500);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written()).toEqual(['hello']);
  });

  it('finds what was in flight, and shows it until then, although the disk is full', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('hello');
    await settle();
    rig.store.fail('markInDoubt', 'disk-full', 2);
    await rig.restart();
    expect(rig.shown()).toEqual(['hello:sending']);
    await rig.ready();
    await rig.clock.advance(20_000);
    expect(rig.shown()).toEqual(['hello:sent']);
    expect(rig.written()).toEqual(['hello']);
  });

  it('has the wide window at once where trust was earned before', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    await rig.lose();
    loseEverything(rig);
    await rig.restart();
    await sendAll(rig, numbers(20));
    await rig.ready();
    expect(rig.written()).toHaveLength(16);
  });
});

describe("after a restart of the store's process", () => {
  it('knows again what it did not hear of, and goes on with what it knows', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    await rig.send('in flight');
    await settle();
    rig.store.look().enqueueText({
      commandId: rig.newCommand(),
      peerId: ben,
      messageIds: [(rig.rows[0]!.id + 5_000) as never],
      text: 'unheard of',
      isSentAtOnce: false,
      nowMs: 0,
    });
    rig.store.tellRestarted();
    await settle();
    acknowledgeAll(rig);
    await settle();
    expect(rig.shown()).toEqual(['in flight:sent']);
    expect(rig.written()).toEqual(['in flight', 'unheard of']);
  });

  it('lets nothing overtake a message whose first answer was lost with the process', async () => {
    const rig = await createScopeRig();
    const command = rig.newCommand();
    // Committed, and never answered: the store's client asks again.
    await rig.store.store.enqueueText({
      commandId: command,
      peerId: anna,
      messageIds: [messageId(77)],
      text: 'first',
      isSentAtOnce: true,
      nowMs: 1,
    });
    await rig.ready();
    await rig.send('first', anna, command);
    await rig.send('second');
    await settle();
    expect(rig.written()).toEqual([]);
    rig.store.tellRestarted();
    await rig.clock.advance(10_000);
    expect(rig.written()).toEqual(['first', 'second']);
  });

  it('keeps in doubt what the store notes as in flight only after the connection was lost', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const { messageId: id, rowId } = await rig.send('hello');
    await settle();
    await rig.lose();
    // The process that died over it is asked again, between the two questions of the one that replaced it.
    rig.store.tellRestarted();
    await rig.store.store.markInFlight({ rowIds: [rowId] });
    await settle();
    rig.link.onSend = (frame) => {
      if (frame.kind !== 'send-message') return;
      rig.keep(frame);
      rig.acknowledge(id);
    };
    await rig.ready();
    await rig.clock.advance(20_000);
    expect(rig.shown()).toEqual(['hello:sent']);
  });

  it('sends what only it knows by now, in order, where an empty file is in the place of the old one', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['a', 'b']);
    rig.store.replaceDamaged();
    await settle();
    expect(rig.shown()).toEqual(['a:queued', 'b:queued']);
    await rig.ready();
    await settle();
    expect(rig.kept()).toEqual(['a', 'b']);
    expect(rig.shown()).toEqual(['a:sent', 'b:sent']);
  });

  it('tells an empty file in the place of the old one what was learnt about the server', async () => {
    const rig = await createScopeRig();
    await earnTrust(rig);
    const learnt = rig.store.look().getTraits({});
    expect(learnt).toMatchObject({ matchedAcks: 3 });
    rig.store.replaceDamaged();
    await settle();
    expect(rig.store.look().getTraits({})).toEqual(learnt);
  });

  it('asks the server for what was under way, where an empty file is in the place of the old one', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await rig.send('before');
    await settle();
    silence(rig);
    await rig.send('in flight');
    await settle();
    rig.store.replaceDamaged();
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['before:sent', 'in flight:sent']);
    expect(rig.written()).toEqual(['before', 'in flight']);
  });

  it('sends a file whose bytes are here, where an empty file is in the place of the old one', async () => {
    const rig = await createScopeRig();
    await rig.sendFile('notes.bin', new Uint8Array([1, 2, 3]));
    rig.store.replaceDamaged();
    await rig.ready();
    await settle();
    expect(rig.shown()).toEqual(['notes.bin:sent']);
    expect(rig.rows).toHaveLength(1);
  });

  it('takes nothing up again that was confirmed, or that the person deleted', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    const confirmed = await rig.send('confirmed');
    const deleted = await rig.send('deleted', ben);
    rig.store.look().markSent({ acks: [{ messageId: confirmed.messageId, serverId: null, timestampMs: null }] });
    rig.store.look().deleteMessage({ rowId: deleted.rowId, nowMs: 0 });
    rig.store.tellRestarted();
    await rig.clock.advance(20_000);
    expect(rig.written()).toEqual(['confirmed']);
    expect([rig.shown(), rig.shown(ben)]).toEqual([['confirmed:sent'], []]);
  });

  it('drops the timers of messages that are no longer there', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    silence(rig);
    const message = await rig.send('gone');
    await settle();
    rig.store.look().deleteMessage({ rowId: message.rowId, nowMs: 0 });
    rig.store.tellRestarted();
    await settle();
    await rig.clock.advance(20_000);
    expect(rig.link.resets).toEqual([]);
  });
});

describe('retry and delete', () => {
  it('sends a failed message again under its id when the person asks, once for two clicks', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => rig.link.lose(1009);
    const message = await rig.send('big');
    await settle();
    expect(rig.shown()).toEqual(['big:too-large']);
    await rig.ready();
    silence(rig);
    await Promise.all([rig.scope().outbox.retry(message.rowId), rig.scope().outbox.retry(message.rowId)]);
    await rig.clock.advance(5_000);
    acknowledgeAll(rig);
    await settle();
    expect(rig.shown()).toEqual(['big:sent']);
    expect(rig.written()).toEqual(['big', 'big']);
    expect(new Set(rig.link.sent.map((frame) => frame.messageId)).size).toBe(1);
  });

  it('asks the server before it sends again: what had arrived after all is not sent twice', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = (frame) => {
      if (frame.kind === 'send-message') rig.keep(frame);
      rig.link.lose(1008);
    };
    const message = await rig.send('kept, then thrown out');
    await settle();
    expect(rig.shown()).toEqual(['kept, then thrown out:refused']);
    const answers = rig.link.onRequest;
    rig.link.onRequest = () => err(appError('rejected', 'not now'));
    await rig.ready();
    rig.link.onRequest = answers;
    await rig.scope().outbox.retry(message.rowId);
    await rig.clock.advance(5_000);
    expect(rig.shown()).toEqual(['kept, then thrown out:sent']);
    expect(rig.written()).toHaveLength(1);
  });

  it('looks for a second one too that is asked for while the first is being looked for', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.link.onSend = () => rig.link.lose(1008);
    const first = await rig.send('first');
    await settle();
    await rig.ready();
    const second = await rig.send('second');
    await settle();
    expect(rig.shown()).toEqual(['first:refused', 'second:refused']);
    rig.conform();
    await rig.ready();
    await rig.clock.advance(3_500);
    const merges = (): number => rig.store.calls.filter((name) => name === 'mergeHistory').length;
    const before = merges();
    await rig.scope().outbox.retry(first.rowId);
    for (let turn = 0; merges() === before && turn < 1_000; turn += 1) await Promise.resolve();
    await rig.scope().outbox.retry(second.rowId);
    await settle();
    expect(rig.shown()).toEqual(['first:sent', 'second:sent']);
    expect(rig.kept()).toEqual(['first', 'second']);
  });

  it('says not-found for a message that is gone', async () => {
    const rig = await createScopeRig();
    expect(await rig.scope().outbox.retry(99 as never)).toEqual({ ok: false, error: { code: 'not-found' } });
  });

  it('goes on with the next one when the person deletes the one in doubt', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    loseEverything(rig);
    const stuck = await rig.send('stuck');
    await rig.send('next');
    await rig.lose();
    silence(rig);
    await rig.ready();
    const { store, publish } = rig.scope();
    publish(await store.deleteMessage({ rowId: stuck.rowId, nowMs: 0 }));
    await settle();
    expect(rig.kept()).toEqual(['next']);
  });
});
