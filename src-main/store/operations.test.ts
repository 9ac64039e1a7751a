import { describe, expect, it } from 'vitest';
import { messageId, userId } from '../../src-shared/kernel/ids.ts';
import {
  ackOf,
  anna,
  ben,
  fromMe,
  me,
  merge,
  messagesOf,
  newCommandId,
  noRow,
  openTestStore,
  textsOf,
  wire,
  write,
} from './testing/test-store.ts';

const contact = (
  id: number,
  username: string,
  avatar = '',
): Parameters<ReturnType<typeof openTestStore>['upsertContact']>[0]['contact'] => ({
  userId: userId(id),
  username,
  online: true,
  avatar,
});

describe('people', () => {
  it('are exactly those of the snapshot, and former contacts stay known by name', () => {
    const store = openTestStore();
    store.replaceContacts({ contacts: [contact(2, 'Anna'), contact(3, 'Ben')], untouched: [], nowMs: 1 });
    const changes = store.replaceContacts({ contacts: [contact(2, 'Anna B.')], untouched: [], nowMs: 2 });
    expect(changes.people).toEqual([
      { userId: 2, username: 'Anna B.', avatar: '', isContact: true, isBlocked: false },
      { userId: 3, username: 'Ben', avatar: '', isContact: false, isBlocked: false },
    ]);
    expect(store.replaceContacts({ contacts: [contact(2, 'Anna B.')], untouched: [], nowMs: 3 }).people).toEqual([]);
    expect(store.getOverview({}).people).toHaveLength(2);
  });

  it('whose change is under way are left as they are by a snapshot', () => {
    const store = openTestStore();
    store.upsertContact({ contact: contact(2, 'Anna'), nowMs: 1 });
    const changes = store.replaceContacts({ contacts: [contact(3, 'Ben')], untouched: [anna, ben], nowMs: 2 });
    expect(changes.people).toEqual([]);
    expect(store.getOverview({}).people.map((person) => person.userId)).toEqual([anna]);
  });
});

describe('conversations', () => {
  it('appear with a draft or a message and go when both are gone', () => {
    const store = openTestStore();
    expect(store.saveDraft({ peerId: anna, draft: { text: 'Hel', caret: 2 }, nowMs: 50 }).conversations).toMatchObject([
      { peerId: anna, draft: { text: 'Hel', caret: 2 }, lastMessage: null, activeAtMs: 50 },
    ]);
    const changes = store.saveDraft({ peerId: anna, draft: null, nowMs: 60 });
    expect(changes).toMatchObject({ conversations: [], removedConversations: [anna] });
    store.applyPushed({ messages: [wire(1, 'hello')], nowMs: 70 });
    expect(store.getOverview({}).conversations).toMatchObject([
      { peerId: anna, unreadCount: 1, lastMessage: { text: 'hello' }, activeAtMs: 1_000 },
    ]);
  });

  it('count as unread what is theirs, visible and not read', () => {
    const store = openTestStore();
    const pushed = store.applyPushed({
      messages: [wire(1, 'a'), wire(2, 'b'), wire(3, 'c', { status: 'read' }), fromMe(4, 'd')],
      nowMs: 1,
    });
    expect(pushed.conversations[0]?.unreadCount).toBe(2);
    const [first, second] = pushed.messages;
    const read = store.markRead({ peerId: anna, rowIds: [first?.rowId ?? noRow, noRow] });
    expect(read.conversations[0]?.unreadCount).toBe(1);
    expect(read.messages.map((message) => message.state)).toEqual(['read']);
    const deleted = store.deleteMessage({ rowId: second?.rowId ?? noRow, nowMs: 2 });
    expect(deleted.conversations[0]?.unreadCount).toBe(0);
  });
});

describe('writing a text', () => {
  it('commits message, outbox row and emptied draft together, once for each command', () => {
    const store = openTestStore();
    store.saveDraft({ peerId: anna, draft: { text: 'hi', caret: 2 }, nowMs: 1 });
    const input = {
      commandId: newCommandId(),
      peerId: anna,
      messageIds: [messageId(70)],
      text: 'hi',
      isSentAtOnce: false,
      nowMs: 2,
    };
    const first = store.enqueueText(input);
    expect(first.message).toMatchObject({ messageId: 70, senderId: me, state: 'queued', text: 'hi', failure: null });
    expect(first.changes.conversations).toMatchObject([{ draft: null, lastMessage: { text: 'hi' } }]);
    const second = store.enqueueText({ ...input, messageIds: [messageId(71)] });
    expect(second.message).toEqual(first.message);
    expect(second.changes.messages).toEqual([]);
    const { rowId } = first.message;
    expect(store.getOutbox({})).toEqual([
      { rowId, peerId: anna, messageId: 70, kind: 'text', text: 'hi', attachment: null, state: 'queued', attempts: 0 },
    ]);
  });

  it('takes the first id that names no message of mine, whoever it went to', () => {
    const store = openTestStore();
    write(store, 'one', 70, { peerId: ben });
    store.markSent({ acks: [{ messageId: messageId(70), serverId: messageId(71), timestampMs: null }] });
    const ids = [70, 71, 72].map(messageId);
    const input = { commandId: newCommandId(), peerId: anna, messageIds: ids, text: 'x', isSentAtOnce: true, nowMs: 1 };
    expect(store.enqueueText(input).message).toMatchObject({ messageId: 72, state: 'sending' });
    expect(store.getOutbox({})).toMatchObject([{ state: 'in-flight', attempts: 1 }]);
  });

  it('replaces what the database cannot hold', () => {
    const store = openTestStore();
    expect(write(store, 'a\0b\uD800', 1).text).toBe('a\uFFFDb\uFFFD');
  });
});

describe('the outbox', () => {
  it('goes from queued through in flight and in doubt back to queued, with the same id', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'one', 70);
    write(store, 'two', 71, { peerId: ben });
    expect(store.markInFlight({ rowIds: [rowId] }).messages).toMatchObject([{ state: 'sending' }]);
    store.markInDoubt({});
    expect(store.getOutbox({}).map((item) => [item.text, item.state])).toEqual([
      ['one', 'in-doubt'],
      ['two', 'queued'],
    ]);
    expect(store.requeue({ rowIds: [rowId] }).messages).toMatchObject([{ state: 'queued', messageId: 70 }]);
    expect(store.getOutbox({})[0]).toMatchObject({ state: 'queued', attempts: 1 });
  });

  it('lets go of a message at its ack, and late or repeated acks do no harm', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'one', 70, { isSentAtOnce: true });
    const acked = store.markSent({ acks: [{ messageId: messageId(70), serverId: null, timestampMs: 777 }, ackOf(99)] });
    expect(acked.changes.messages).toMatchObject([{ rowId, state: 'sent', atMs: 777 }]);
    expect(acked.unmatched).toEqual([99]);
    expect(store.getOutbox({})).toEqual([]);
    expect(store.markSent({ acks: [ackOf(70)] })).toMatchObject({ changes: { messages: [] }, unmatched: [] });
    expect(store.markInFlight({ rowIds: [rowId] }).messages).toEqual([]);
    expect(store.park({ rowId, reason: 'poison' }).messages).toEqual([]);
    expect(store.getMessage({ rowId })?.state).toBe('sent');
    store.applyPushed({ messages: [fromMe(70, 'one', { status: 'read' })], nowMs: 1 });
    store.markSent({ acks: [{ messageId: messageId(70), serverId: messageId(4), timestampMs: null }] });
    expect(store.getMessage({ rowId })?.state).toBe('read');
  });

  it('keeps a parked message out of the queue until it is retried, then has the server asked for it first', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'refused', 70, { isSentAtOnce: true });
    write(store, 'later', 71);
    store.park({ rowId, reason: 'refused' });
    expect(store.retry({ rowId }).message).toMatchObject({ state: 'sending', failure: null, messageId: 70 });
    expect(store.getOutbox({})).toMatchObject([
      { text: 'later', state: 'queued' },
      { text: 'refused', state: 'in-doubt', attempts: 1 },
    ]);
    // Its place tells what the server had before it.
    expect(textsOf(store)).toEqual(['refused', 'later']);
    expect(store.retry({ rowId }).changes.messages).toEqual([]);
  });

  it('puts a parked message that was never written to a socket last when it is retried', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'too large', 70);
    write(store, 'later', 71);
    expect(store.park({ rowId, reason: 'too-large' }).messages).toMatchObject([
      { state: 'failed', failure: 'too-large' },
    ]);
    expect(store.getOutbox({}).map((item) => item.text)).toEqual(['later']);
    expect(store.retry({ rowId }).message).toMatchObject({ state: 'queued', failure: null, messageId: 70 });
    expect(store.getOutbox({}).map((item) => item.text)).toEqual(['later', 'too large']);
    expect(textsOf(store)).toEqual(['later', 'too large']);
    expect(store.retry({ rowId }).changes.messages).toEqual([]);
    expect(store.retry({ rowId: noRow }).message).toBeNull();
  });

  it('forgets a deleted message, and no history brings it back', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'oops', 70, { isSentAtOnce: true });
    expect(store.deleteMessage({ rowId, nowMs: 1 })).toMatchObject({
      removedMessages: [{ peerId: anna, rowId }],
      conversations: [{ peerId: anna, lastMessage: null, unreadCount: 0 }],
    });
    expect(store.getOutbox({})).toEqual([]);
    merge(store, [fromMe(70, 'oops'), wire(2, 'what?')]);
    expect(textsOf(store)).toEqual(['what?']);
    store.deleteMessage({ rowId: messagesOf(store)[0]?.rowId ?? noRow, nowMs: 40 * 86_400_000 });
    merge(store, [fromMe(70, 'oops'), wire(2, 'what?')]);
    expect(textsOf(store)).toEqual([]);
  });
});

describe('pushed messages', () => {
  it('are known by sender and id: again is nothing new, and their state only goes forward', () => {
    const store = openTestStore();
    store.applyPushed({ messages: [wire(5, 'hi', { status: 'read' })], nowMs: 1 });
    expect(store.applyPushed({ messages: [wire(5, 'hi')], nowMs: 2 }).messages).toEqual([]);
    store.applyPushed({ messages: [wire(5, 'hi', { senderId: ben })], nowMs: 3 });
    expect(messagesOf(store).map((message) => message.state)).toEqual(['read']);
    expect(textsOf(store, ben)).toEqual(['hi']);
  });

  it('under a known id with another content are other messages', () => {
    const store = openTestStore();
    store.applyPushed({ messages: [wire(5, 'hi'), wire(5, 'ho'), wire(5, 'hi'), wire(5, 'ho')], nowMs: 1 });
    expect(textsOf(store)).toEqual(['hi', 'ho']);
  });

  it('that do not concern me are dropped', () => {
    const store = openTestStore();
    const changes = store.applyPushed({ messages: [wire(5, 'hi', { receiverId: ben })], nowMs: 1 });
    expect(changes).toMatchObject({ messages: [], conversations: [] });
  });

  it('of mine bring an outbox row home, and the read state of what I sent', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'one', 70, { isSentAtOnce: true });
    const changes = store.applyPushed({ messages: [fromMe(70, 'one', { status: 'read' })], nowMs: 1 });
    expect(changes.messages).toMatchObject([{ rowId, state: 'read' }]);
    expect(store.getOutbox({})).toEqual([]);
  });

  it('of mine under an unknown id are the acknowledged row with that content on servers with ids of their own', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'one', 70, { isSentAtOnce: true });
    store.markSent({ acks: [ackOf(70)] });
    const changes = store.applyPushed({ messages: [fromMe(4, 'one', { status: 'read' })], nowMs: 1 });
    expect(changes.messages).toMatchObject([{ rowId, state: 'read' }]);
    store.setTraits({ matchedAcks: 3, keepsIds: true, maxFileBytes: null });
    write(store, 'two', 71, { isSentAtOnce: true });
    store.markSent({ acks: [ackOf(71)] });
    store.applyPushed({ messages: [fromMe(5, 'two')], nowMs: 1 });
    expect(textsOf(store)).toEqual(['one', 'two', 'two']);
  });

  it('with a file show its cleaned name and size, and a new description of it is no new message', () => {
    const store = openTestStore();
    const file = (url: string): string => JSON.stringify({ name: '../a.pdf', size: 12, mime: 'application/pdf', url });
    store.applyPushed({ messages: [wire(5, file('/files/x'), { type: 'file' })], nowMs: 1 });
    store.applyPushed({ messages: [wire(5, file('/files/y'), { type: 'file' })], nowMs: 1 });
    expect(messagesOf(store)).toMatchObject([{ kind: 'file', text: 'a.pdf', sizeBytes: 12 }]);
  });

  it('in great number are reported as a page to be asked for again', () => {
    const store = openTestStore();
    const messages = Array.from({ length: 201 }, (_, i) => wire(i + 1, `m${i}`));
    expect(store.applyPushed({ messages, nowMs: 1 })).toMatchObject({ messages: [], reordered: [anna] });
  });
});

describe('traits', () => {
  it('are kept', () => {
    const store = openTestStore();
    expect(store.getTraits({})).toEqual({ matchedAcks: 0, keepsIds: false, maxFileBytes: null });
    const traits = { matchedAcks: 2, keepsIds: true, maxFileBytes: 5_000_000_000 };
    store.setTraits(traits);
    expect(store.getTraits({})).toEqual(traits);
  });
});
