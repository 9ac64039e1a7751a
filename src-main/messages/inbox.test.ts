import { describe, expect, it } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import { settle } from '../connection/testing/fake-clock.ts';
import { anna, ben, createScopeRig, me, wire, type ScopeRig } from '../testing/scope-rig.ts';
import { sendAll } from '../testing/send-scripts.ts';

const push = (rig: ScopeRig, id: number, content: string, rest: Parameters<typeof wire>[2] = {}): void =>
  rig.link.say({ kind: 'message-received', message: wire(id, content, rest) });
const countOf = (rig: ScopeRig, name: string): number => rig.store.calls.filter((call) => call === name).length;

describe('pushed messages', () => {
  it('of a burst go into the store in a few transactions, in order', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    for (let id = 1; id <= 1_000; id += 1) push(rig, id, `m${id}`);
    await settle();
    expect(countOf(rig, 'applyPushed')).toBeLessThanOrEqual(7);
    expect(rig.messages().map((message) => message.text)).toEqual(
      Array.from({ length: 200 }, (_, index) => `m${801 + index}`),
    );
  });

  it('that do not concern me are ignored, and counted', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'not for me', { receiverId: ben });
    rig.link.say({
      kind: 'messages-loaded',
      messages: [wire(2, 'neither', { senderId: ben, receiverId: anna }), wire(3, 'for me')],
      droppedRows: 0,
    });
    await settle();
    expect(rig.shown()).toEqual(['for me:sent']);
    expect(rig.shown(ben)).toEqual([]);
    const logged = (): string[] => rig.logged.filter((line) => line.includes('foreign-messages-ignored'));
    expect(logged()).toHaveLength(1);
    await rig.clock.advance(60_000);
    push(rig, 4, 'not for me', { receiverId: ben });
    expect(logged()[1]).toContain('"times":2');
  });

  it('of which more come than the store can take make the server wait, and none is lost', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    const release = rig.store.hold();
    for (let id = 1; id <= 5_000; id += 1) push(rig, id, `m${id}`);
    // The first batch is with the store already.
    expect(rig.link.holds).toEqual([]);
    for (let id = 5_001; id <= 5_002; id += 1) push(rig, id, `m${id}`);
    expect(rig.link.holds).toEqual([true]);
    release();
    await expect.poll(() => rig.shown().length).toBe(200);
    await expect.poll(() => rig.messages().at(-1)?.text).toBe('m5002');
    expect(rig.link.holds).toEqual([true, false]);
  });

  it('that come twice are one, and another text under the same id is another message', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'hello');
    push(rig, 1, 'hello');
    push(rig, 1, 'something else');
    await settle();
    expect(rig.shown()).toEqual(['hello:sent', 'something else:sent']);
  });

  it('of my own from another device stand on my side of the conversation', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'from my phone', { senderId: me, receiverId: anna });
    await settle();
    expect(rig.messages()).toMatchObject([{ senderId: me, peerId: anna, state: 'sent' }]);
  });

  it('say that mine were read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['hello']);
    const [row] = rig.rows;
    rig.link.say({ kind: 'message-received', message: { ...row!, status: 'read' } });
    await settle();
    expect(rig.shown()).toEqual(['hello:read']);
  });

  it('of a stranger open a conversation with a person who has no name', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'hi', { senderId: userId(77) });
    await settle();
    const lists = rig.told.filter((one) => one.channel === 'contacts:changed');
    expect(lists.at(-1)?.event).toMatchObject([{ userId: 77, username: '', isContact: false, presence: 'unknown' }]);
  });

  it('that could not be kept are fetched from the server when the store works again', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.rows.push(wire(1, 'lost'), wire(2, 'kept'));
    rig.store.fail('applyPushed', 'disk-full');
    push(rig, 1, 'lost');
    await settle();
    push(rig, 2, 'kept');
    await settle();
    expect(rig.failures).toEqual(['disk-full']);
    rig.store.fail('mergeHistory', 'disk-full');
    await rig.clock.advance(1_000);
    const told = rig.told.filter((one) => one.channel === 'messages:upserted').flatMap((one) => one.event);
    expect(told.map((message) => message.text)).toEqual(['lost', 'kept']);
    const last = told[0];
    expect(rig.told.filter((one) => one.channel === 'conversations:upserted').at(0)?.event).toMatchObject([
      { peerId: anna, unreadCount: 1, lastMessage: { text: 'lost' } },
    ]);
    await rig.clock.advance(20_000);
    // What was shown without being kept makes room for what is kept.
    expect(rig.told.filter((one) => one.channel === 'messages:removed').map((one) => one.event)).toEqual([
      [{ peerId: anna, rowId: last?.rowId }],
    ]);
    expect(
      rig
        .messages()
        .map((message) => message.text)
        .sort(),
    ).toEqual(['kept', 'lost']);
  });
});

describe('a cleared history', () => {
  it('of mine hides what came before it and not what comes after', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'before');
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
    push(rig, 2, 'after');
    await settle();
    expect(rig.shown()).toEqual(['after:sent']);
  });

  it('of theirs leaves mine, with a note', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'before');
    rig.link.say({ kind: 'history-cleared', userId: anna, targetId: me });
    await settle();
    expect(rig.shown()).toEqual(['before:sent']);
    const conversations = await rig.scope().conversations();
    expect(conversations[0]?.clearedByPeerAt).not.toBeNull();
  });

  it('is cleared once the store works again, and nothing that came after it', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'before');
    await settle();
    rig.store.fail('applyCleared', 'disk-full', 2);
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
    await settle();
    expect(rig.failures).toEqual(['disk-full']);
    push(rig, 2, 'after');
    await settle();
    rig.rows.push(wire(2, 'after'));
    await rig.clock.advance(10_000);
    expect(rig.shown()).toEqual(['after:sent']);
    rig.link.say({ kind: 'history-cleared', userId: anna, targetId: me });
    await settle();
    expect(countOf(rig, 'applyCleared')).toBe(4);
  });

  it('is cleared before what comes next, where nothing could even be read', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'before');
    await settle();
    rig.store.fail('applyCleared', 'store-unavailable');
    rig.store.fail('getLastPosition', 'store-unavailable');
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
    push(rig, 2, 'after');
    await settle();
    expect(rig.shown()).toEqual(['after:sent']);
  });

  it('between others, with myself or with nobody I know changes nothing', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    push(rig, 1, 'before');
    await settle();
    rig.link.say({ kind: 'history-cleared', userId: anna, targetId: ben });
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: me });
    rig.link.say({ kind: 'history-cleared', userId: userId(77), targetId: me });
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: userId(77) });
    await settle();
    expect(countOf(rig, 'applyCleared')).toBe(0);
  });

  it('keeps what is still to be sent', async () => {
    const rig = await createScopeRig();
    await sendAll(rig, ['queued']);
    rig.link.say({ kind: 'history-cleared', userId: me, targetId: anna });
    await settle();
    expect(rig.shown()).toEqual(['queued:queued']);
    await rig.ready();
    expect(rig.kept()).toEqual(['queued']);
  });
});

describe('read marks', () => {
  it('go to the server at once, and again after each log-in until a history confirms them', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    rig.rows.push(wire(1, 'one'), wire(2, 'two'));
    push(rig, 1, 'one');
    push(rig, 2, 'two');
    await settle();
    await rig.scope().readMarks.mark(
      anna,
      rig.messages().map((message) => message.rowId),
    );
    const marks = (): number[] => rig.link.sent.filter((one) => one.kind === 'mark-read').map((one) => one.messageId);
    expect(marks()).toEqual([1, 2]);
    await rig.lose();
    await rig.ready();
    expect(marks()).toEqual([1, 2, 1, 2]);
    for (const [index, row] of rig.rows.entries()) rig.rows[index] = { ...row, status: 'read' };
    await rig.scope().history.load(anna);
    await rig.lose();
    await rig.ready();
    expect(marks()).toHaveLength(4);
  });

  it('made offline are told after the next log-in; those of other people and of mine are not', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    await sendAll(rig, ['mine']);
    push(rig, 1, 'theirs');
    push(rig, 2, 'from ben', { senderId: ben });
    await settle();
    await rig.lose();
    const rowIds = [...rig.messages(), ...rig.messages(ben)].map((message) => message.rowId);
    await rig.scope().readMarks.mark(anna, rowIds);
    rig.link.sent.length = 0;
    await rig.ready();
    expect(rig.link.sent).toEqual([{ kind: 'mark-read', messageId: 1 }]);
    expect((await rig.scope().conversations()).find((one) => one.peerId === ben)?.unreadCount).toBe(1);
  });
});

describe('many read marks', () => {
  it('go out in small lots, each once, and messages do not wait for them', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    for (let id = 1; id <= 100; id += 1) push(rig, id, `text ${id}`);
    await settle();
    const rowIds = rig.messages().map((message) => message.rowId);
    await rig.scope().readMarks.mark(anna, rowIds);
    await settle();
    expect(rig.link.sent).toHaveLength(20);
    await sendAll(rig, ['mine']);
    expect(rig.written()).toEqual(['mine']);
    await rig.clock.advance(1_000);
    const marks = rig.link.sent.flatMap((frame) => (frame.kind === 'mark-read' ? [frame.messageId] : []));
    expect(marks).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it('that a connection took with it are told on the next', async () => {
    const rig = await createScopeRig();
    await rig.ready();
    for (let id = 1; id <= 50; id += 1) push(rig, id, `text ${id}`);
    await settle();
    await rig.scope().readMarks.mark(
      anna,
      rig.messages().map((message) => message.rowId),
    );
    await settle();
    await rig.lose();
    await rig.clock.advance(1_000);
    expect(rig.link.sent).toHaveLength(20);
    rig.link.sent.length = 0;
    await rig.ready();
    await rig.clock.advance(1_000);
    expect(rig.link.sent).toHaveLength(50);
  });
});

it('an account that was closed writes nothing more, whatever was under way', async () => {
  const rig = await createScopeRig();
  await rig.ready();
  const release = rig.store.hold();
  push(rig, 1, 'first');
  await settle();
  push(rig, 2, 'second');
  rig.scope().dispose();
  release();
  await settle();
  expect(rig.messages().map((message) => message.text)).toEqual(['first']);
  await rig.clock.advance(120_000);
  expect(rig.clock.pendingTimers()).toBe(0);
});
