import { expect, it } from 'vitest';
import { fileName, sendFile } from './testing/files.ts';
import { anna, ben, messagesOf, openTestStore, textsOf, wire, write } from './testing/test-store.ts';

const outboxOf = (store: ReturnType<typeof openTestStore>, peerId = anna): string[] =>
  store
    .getOutbox({})
    .filter((item) => item.peerId === peerId)
    .map(({ text }) => text);

it('a file that waits goes before the first that waits, in the conversation and in the outbox, and texts stay with theirs', () => {
  const store = openTestStore();
  write(store, 'before', 101);
  sendFile(store, 1);
  write(store, 'about the first', 102);
  store.applyPushed({ messages: [wire(900, 'an answer')], nowMs: 1 });
  sendFile(store, 2, { peerId: ben });
  const third = sendFile(store, 3);
  write(store, 'after', 103);
  const { order, changes } = store.sendFirst({ rowId: third.rowId });
  const expected = ['before', fileName(3), fileName(1), 'about the first', 'after'];
  expect(outboxOf(store)).toEqual(expected);
  expect(textsOf(store).filter((text) => text !== 'an answer')).toEqual(expected);
  expect(order).toEqual(
    store
      .getOutbox({})
      .filter(({ peerId }) => peerId === anna)
      .map(({ rowId }) => rowId),
  );
  expect(changes.messages.map(({ text }) => text).toSorted()).toEqual(
    [fileName(1), fileName(3), 'about the first'].toSorted(),
  );
  // Nothing else is where it was not: not the answer, and nothing of another person.
  expect(textsOf(store).indexOf('an answer')).toBe(3);
  expect(outboxOf(store, ben)).toEqual([fileName(2)]);
});

it('what is under way or in doubt stays before it', () => {
  const store = openTestStore();
  const first = sendFile(store, 1);
  store.markInFlight({ rowIds: [first.rowId] });
  sendFile(store, 2);
  const third = sendFile(store, 3);
  store.sendFirst({ rowId: third.rowId });
  expect(outboxOf(store)).toEqual([fileName(1), fileName(3), fileName(2)]);
  store.markInDoubt({});
  const fourth = sendFile(store, 4);
  store.sendFirst({ rowId: fourth.rowId });
  expect(outboxOf(store)).toEqual([fileName(1), fileName(4), fileName(3), fileName(2)]);
  expect(textsOf(store)).toEqual(outboxOf(store));
});

it('nothing is moved that is first already, is no file, or does not wait', () => {
  const store = openTestStore();
  const first = sendFile(store, 1);
  const text = write(store, 'text', 101);
  const parked = sendFile(store, 2);
  store.park({ rowId: parked.rowId, reason: 'cancelled' });
  const before = messagesOf(store);
  for (const { rowId } of [first, text, parked]) {
    const { order, changes } = store.sendFirst({ rowId });
    expect([order, changes.messages]).toEqual([[], []]);
  }
  expect(messagesOf(store)).toEqual(before);
});

it('what comes later is behind everything, also after that', () => {
  const store = openTestStore();
  sendFile(store, 1);
  store.sendFirst({ rowId: sendFile(store, 2).rowId });
  sendFile(store, 3);
  expect(outboxOf(store)).toEqual([fileName(2), fileName(1), fileName(3)]);
  expect(textsOf(store)).toEqual(outboxOf(store));
});
