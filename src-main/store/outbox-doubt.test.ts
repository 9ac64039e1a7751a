import { describe, expect, it } from 'vitest';
import { commandId, messageId } from '../../src-shared/kernel/ids.ts';
import { ackOf, anna, fromMe, merge, messagesOf, openTestStore, wire, write } from './testing/test-store.ts';

const dayMs = 24 * 60 * 60 * 1_000;

it('the same command is the same message, however far the clock jumped in between', () => {
  const store = openTestStore();
  const send = (nowMs: number) =>
    store.enqueueText({
      commandId: commandId('00000000-0000-4000-8000-00000000abcd'),
      peerId: anna,
      messageIds: [messageId(1), messageId(2)],
      text: 'once',
      isSentAtOnce: false,
      nowMs,
    }).message;
  const first = send(1_000);
  write(store, 'another', 3, { nowMs: 1_000 + 3_650 * dayMs });
  expect(send(2_000).rowId).toBe(first.rowId);
});

describe('a message in doubt on a server with ids of its own', () => {
  it('is found by the history although the server pushed it first, under an id never heard of', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'ok', 1, { isSentAtOnce: true });
    store.markInDoubt({});
    const pushed = store.applyPushed({ messages: [fromMe(901, 'ok', { status: 'read' })], nowMs: 1 });
    expect(pushed.messages).toEqual([]);
    expect(merge(store, [fromMe(901, 'ok', { status: 'read' })], true).unboundInDoubt).toEqual([]);
    expect(messagesOf(store)).toMatchObject([{ rowId, state: 'read' }]);
  });

  it('does not keep another device’s other words out', () => {
    const store = openTestStore();
    write(store, 'ok', 1, { isSentAtOnce: true });
    store.applyPushed({ messages: [fromMe(902, 'from the other device')], nowMs: 1 });
    expect(messagesOf(store).map(({ text }) => text)).toEqual(['ok', 'from the other device']);
  });
});

it('what was acknowledged is found in a history of one second that does not tell which end is the newest', () => {
  const store = openTestStore();
  store.applyPushed({ messages: [wire(105, 'hi', { timestampMs: 9_000 })], nowMs: 1 });
  const { rowId } = write(store, 'hello', 1, { isSentAtOnce: true });
  store.markSent({ acks: [ackOf(1)] });
  const newestFirst = [fromMe(106, 'hello', { timestampMs: 9_000 }), wire(105, 'hi', { timestampMs: 9_000 })];
  merge(store, newestFirst, true);
  expect(messagesOf(store).filter(({ senderId }) => senderId === 1)).toMatchObject([{ rowId, failure: null }]);
});

it('a history that shows my messages under my own ids is matched by nothing else', () => {
  const store = openTestStore();
  write(store, 'one', 1, { isSentAtOnce: true });
  store.markSent({ acks: [ackOf(1)] });
  const doubt = write(store, 'ok', 2, { isSentAtOnce: true });
  store.markInDoubt({});
  // The second one was written on another device of mine.
  const report = merge(store, [wire(800, 'hello'), fromMe(1, 'one'), fromMe(801, 'ok')], true);
  expect(report).toMatchObject({ isAnchored: true, unboundInDoubt: [doubt.rowId] });
});
