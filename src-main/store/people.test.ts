import { describe, expect, it } from 'vitest';
import { userId } from '../../src-shared/kernel/ids.ts';
import type { WireContact } from '../../src-shared/protocol/frames.ts';
import { anna, merge, messagesOf, openTestStore, textsOf, wire, write } from './testing/test-store.ts';

const contact = (id: number, username: string): WireContact => ({
  userId: userId(id),
  username,
  online: true,
  avatar: '',
});

describe('a stranger who wrote', () => {
  it('is among the people known, by id alone', () => {
    const store = openTestStore();
    store.applyPushed({ messages: [wire(1, 'hello')], nowMs: 1 });
    expect(store.getOverview({}).people).toEqual([
      { userId: anna, username: '', avatar: '', isContact: false, isBlocked: false },
    ]);
  });
});

describe('someone who is no contact any more', () => {
  it('keeps the name, and the history stays', () => {
    const store = openTestStore();
    store.upsertContact({ contact: contact(anna, 'Anna'), nowMs: 1 });
    store.applyPushed({ messages: [wire(1, 'hello')], nowMs: 1 });
    expect(store.removeContact({ userId: anna }).people).toMatchObject([{ username: 'Anna', isContact: false }]);
    expect(store.removeContact({ userId: anna }).people).toEqual([]);
    expect(textsOf(store)).toEqual(['hello']);
  });
});

describe('someone who is blocked', () => {
  it('has no conversation in the list, and what they write is kept', () => {
    const store = openTestStore();
    store.applyPushed({ messages: [wire(1, 'hello')], nowMs: 1 });
    expect(store.setBlocked({ userId: anna, isBlocked: true })).toMatchObject({
      people: [{ userId: anna, isBlocked: true, isContact: false }],
      removedConversations: [anna],
    });
    const pushed = store.applyPushed({ messages: [wire(2, 'answer me')], nowMs: 2 });
    expect(pushed).toMatchObject({ conversations: [], removedConversations: [anna] });
    merge(store, [wire(1, 'hello'), wire(2, 'answer me'), wire(3, 'please')]);
    expect(store.getOverview({}).conversations).toEqual([]);
    expect(textsOf(store)).toEqual(['hello', 'answer me', 'please']);
    expect(store.setBlocked({ userId: anna, isBlocked: false }).conversations).toMatchObject([
      { peerId: anna, unreadCount: 3, lastMessage: { text: 'please' } },
    ]);
  });

  it('does not learn what I read, now or later', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'hello'), wire(2, 'again')]);
    const [first, second] = messagesOf(store).map((message) => message.rowId);
    store.markRead({ peerId: anna, rowIds: first === undefined ? [] : [first] });
    store.setBlocked({ userId: anna, isBlocked: true });
    expect(store.markRead({ peerId: anna, rowIds: second === undefined ? [] : [second] }).messages).toEqual([]);
    expect(store.getUnconfirmedReads({})).toEqual([]);
    store.setBlocked({ userId: anna, isBlocked: false });
    expect(store.getUnconfirmedReads({})).toEqual([1]);
  });

  it('stays blocked through snapshots and pushes', () => {
    const store = openTestStore();
    store.setBlocked({ userId: anna, isBlocked: true });
    store.upsertContact({ contact: contact(anna, 'Anna'), nowMs: 1 });
    store.replaceContacts({ contacts: [contact(anna, 'Anna B.')], untouched: [], nowMs: 2 });
    store.removeContact({ userId: anna });
    expect(store.getOverview({}).people).toEqual([
      { userId: anna, username: 'Anna B.', avatar: '', isContact: false, isBlocked: true },
    ]);
  });

  it('still gets what I had written before', () => {
    const store = openTestStore();
    write(store, 'queued', 70);
    store.setBlocked({ userId: anna, isBlocked: true });
    expect(store.getOutbox({})).toMatchObject([{ text: 'queued', state: 'queued' }]);
  });
});
