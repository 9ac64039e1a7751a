import { describe, expect, it } from 'vitest';
import { anna, ben, merge, messagesOf, openTestStore, textsOf, wire, write } from './testing/test-store.ts';

describe('reading', () => {
  it('is told again until a load confirms it', () => {
    const store = openTestStore();
    const { messages } = store.applyPushed({ messages: [wire(5, 'a'), wire(6, 'b')], nowMs: 1 });
    store.markRead({ peerId: anna, rowIds: messages.map((message) => message.rowId) });
    expect(store.getUnconfirmedReads({})).toEqual([5, 6]);
    merge(store, [wire(5, 'a', { status: 'read' }), wire(6, 'b')]);
    expect(store.getUnconfirmedReads({})).toEqual([6]);
    expect(messagesOf(store).map((message) => message.state)).toEqual(['read', 'read']);
  });

  it('has no effect on rows of other conversations or of mine', () => {
    const store = openTestStore();
    const { messages } = store.applyPushed({ messages: [wire(5, 'a')], nowMs: 1 });
    const mine = write(store, 'b', 70);
    const rowIds = [...messages.map((message) => message.rowId), mine.rowId];
    expect(store.markRead({ peerId: ben, rowIds }).messages).toEqual([]);
    expect(store.markRead({ peerId: anna, rowIds: [mine.rowId] }).messages).toEqual([]);
  });
});

describe('a cleared history', () => {
  it('of mine hides all but what is still to be sent, and stays hidden', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    const doubtful = write(store, 'in doubt', 70, { isSentAtOnce: true });
    write(store, 'queued', 71);
    store.markInDoubt({});
    const changes = store.applyCleared({ peerId: anna, by: 'me', nowMs: 1 });
    expect(changes).toMatchObject({ reordered: [anna], removedMessages: [{ rowId: doubtful.rowId }] });
    expect(store.getOutbox({}).map((item) => item.text)).toEqual(['queued']);
    // `old` was never known here: it stands before what was cleared.
    merge(store, [wire(9, 'old'), wire(1, 'a'), wire(2, 'b'), wire(3, 'new')]);
    expect(textsOf(store)).toEqual(['queued', 'new']);
  });

  it('of the other side leaves mine, with a note', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    const changes = store.applyCleared({ peerId: anna, by: 'peer', nowMs: 1 });
    expect(changes.conversations).toMatchObject([{ clearedByPeerAt: messagesOf(store)[0]?.position }]);
    expect(textsOf(store)).toEqual(['a']);
  });
});

describe('damage', () => {
  it('hides a row whose seal does not verify until the next history brings it back', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'pay 100'), wire(3, 'c')]);
    store.store.context.db.run("UPDATE messages SET text = 'pay 900' WHERE message_id = 2");
    expect(textsOf(store)).toEqual(['a', 'c']);
    merge(store, [wire(1, 'a'), wire(2, 'pay 100'), wire(3, 'c')]);
    expect(textsOf(store)).toEqual(['a', 'pay 100', 'c']);
  });
});
