import { describe, expect, it } from 'vitest';
import { messageId } from '../../src-shared/kernel/ids.ts';
import type { WireMessage } from '../../src-shared/protocol/frames.ts';
import {
  ackOf,
  anna,
  ben,
  fromMe,
  merge,
  messagesOf,
  openTestStore,
  textsOf,
  wire,
  write,
} from './testing/test-store.ts';

describe('a history', () => {
  it('never deletes by absence', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    merge(store, []);
    merge(store, [wire(2, 'b')]);
    expect(textsOf(store)).toEqual(['a', 'b']);
  });

  it('files rows of another pair under the pair they name', () => {
    const store = openTestStore();
    const report = merge(store, [wire(1, 'a'), wire(2, 'stray', { senderId: ben })]);
    expect(textsOf(store)).toEqual(['a']);
    expect(textsOf(store, ben)).toEqual(['stray']);
    expect(new Set(report.changes.conversations.map((conversation) => conversation.peerId))).toEqual(
      new Set([anna, ben]),
    );
  });

  it('binds a row in doubt by its id, whatever the server made of the text', () => {
    const store = openTestStore();
    const { rowId } = write(store, ' hi ', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    const report = merge(store, [fromMe(70, 'hi')]);
    expect(report).toMatchObject({ isAnchored: true, unboundInDoubt: [] });
    expect(report.changes.messages).toMatchObject([{ rowId, state: 'sent', text: ' hi ' }]);
    expect(store.getOutbox({})).toEqual([]);
    expect(textsOf(store)).toEqual([' hi ']);
  });

  it('always hands over what left the outbox, even when the page is to be asked for again', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'mine', 9_000, { isSentAtOnce: true });
    const history = Array.from({ length: 500 }, (_, i) => wire(i + 1, `m${i}`));
    const { changes } = merge(store, [...history, fromMe(9_000, 'mine')]);
    expect(changes).toMatchObject({ reordered: [anna], messages: [{ rowId, state: 'sent' }] });
  });

  it('hands over each of many that left the outbox at once', () => {
    const store = openTestStore();
    const ids = Array.from({ length: 250 }, (_, i) => 9_000 + i);
    for (const id of ids) write(store, `mine ${id}`, id, { isSentAtOnce: true });
    const { changes } = merge(
      store,
      ids.map((id) => fromMe(id, `mine ${id}`)),
    );
    expect(changes.reordered).toEqual([anna]);
    expect(changes.messages.map((message) => message.state)).toEqual(ids.map(() => 'sent'));
  });

  it('binds by content only where it may: confirmed rows first, then rows in doubt, in order', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    const [acked, first, second] = [70, 71, 72].map((id) => write(store, 'ok', id, { isSentAtOnce: true }));
    store.markSent({ acks: [ackOf(70)] });
    store.markInDoubt({});
    const history = [wire(1, 'a'), fromMe(2, 'ok'), fromMe(3, 'ok')];
    const report = merge(store, history, true);
    expect(report).toMatchObject({ isAnchored: true, unboundInDoubt: [second?.rowId] });
    expect(store.getMessage({ rowId: acked?.rowId ?? first!.rowId })?.state).toBe('sent');
    expect(textsOf(store)).toEqual(['a', 'ok', 'ok', 'ok']);
    // The ids are learnt: the same again binds nothing more.
    expect(merge(store, history, true).unboundInDoubt).toEqual([second?.rowId]);
    expect(textsOf(store)).toHaveLength(4);
  });

  it('does not take an older entry with the same words for a row in doubt', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), wire(2, 'b')]);
    const { rowId } = write(store, 'ok', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    const report = merge(store, [fromMe(9, 'ok', { timestampMs: null }), wire(1, 'a'), wire(2, 'b')], true);
    expect(report).toMatchObject({ isAnchored: true, unboundInDoubt: [rowId] });
  });

  it('binds the same words in the order of writing, wherever the rows stand by now', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    const first = write(store, 'ok', 70, { isSentAtOnce: true });
    const second = write(store, 'ok', 71, { isSentAtOnce: true });
    store.markInDoubt({});
    // As an earlier version may have left them.
    const place = 'UPDATE messages SET position = ? WHERE row_id = ?';
    store.store.context.db.run(place, [first.position - 1, second.rowId]);
    expect(messagesOf(store).map(({ rowId }) => rowId)).toEqual([expect.anything(), second.rowId, first.rowId]);
    const report = merge(store, [wire(1, 'a'), fromMe(9, 'ok')], true);
    expect(store.getMessage({ rowId: first.rowId })?.state).toBe('sent');
    expect(report.unboundInDoubt).toEqual([second.rowId]);
  });

  it('finds an acknowledged row before something that came later and was laid down before it', () => {
    const store = openTestStore();
    merge(store, [fromMe(1, 'a')]);
    for (const id of [70, 71]) write(store, `m${id}`, id, { isSentAtOnce: true });
    store.applyPushed({ messages: [wire(6, 'came meanwhile')], nowMs: 5_000 });
    store.markSent({ acks: [ackOf(70), ackOf(71)] });
    store.applyPushed({ messages: [fromMe(13, 'from elsewhere')], nowMs: 5_000 });
    const asked = [fromMe(1, 'a'), wire(6, 'came meanwhile'), fromMe(9, 'm70')];
    const confirmedSince = [71, 13].map((id) => messageId(id));
    store.mergeHistory({ peerId: anna, messages: asked, mayMatchContent: true, confirmedSince, nowMs: 9_000 });
    const texts = ['a', 'came meanwhile', 'm70', 'm71', 'from elsewhere'];
    merge(store, [...asked, fromMe(12, 'm71'), fromMe(13, 'from elsewhere')], true);
    expect(textsOf(store)).toEqual(texts);
    expect(messagesOf(store).map((message) => message.failure)).toEqual(texts.map(() => null));
  });

  it('finds a row in doubt in a history that comes newest first and is all of one second', () => {
    const store = openTestStore();
    const at = (id: number, text: string): WireMessage => fromMe(id, text, { timestampMs: 5_000 });
    for (const id of [70, 71, 72]) write(store, `m${id}`, id, { isSentAtOnce: true });
    store.markSent({ acks: [ackOf(70), ackOf(71)] });
    merge(store, [at(902, 'm71'), at(901, 'm70')], true);
    store.markInDoubt({});
    expect(merge(store, [at(903, 'm72'), at(902, 'm71'), at(901, 'm70')], true).unboundInDoubt).toEqual([]);
    expect(textsOf(store)).toEqual(['m70', 'm71', 'm72']);
  });

  it('binds nothing by content where the server keeps our ids', () => {
    const store = openTestStore();
    const { rowId } = write(store, 'ok', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    expect(merge(store, [fromMe(9, 'ok')]).unboundInDoubt).toEqual([rowId]);
    expect(textsOf(store)).toHaveLength(2);
  });

  it('proves absence only beside a row known older than the doubt, or where nothing is known', () => {
    const fresh = openTestStore();
    write(fresh, 'first', 70, { isSentAtOnce: true });
    fresh.markInDoubt({});
    expect(merge(fresh, []).isAnchored).toBe(true);

    const store = openTestStore();
    merge(store, [wire(1, 'a')]);
    write(store, 'mine', 70, { isSentAtOnce: true });
    store.markInDoubt({});
    expect(merge(store, []).isAnchored).toBe(false);
    expect(merge(store, [wire(5, 'later')]).isAnchored).toBe(false);
    expect(merge(store, [wire(1, 'a'), wire(5, 'later')]).isAnchored).toBe(true);
  });

  it('marks acknowledged rows that it lacks after a row it has, and takes the mark back when they are there again', () => {
    const store = openTestStore();
    const history = [fromMe(1, 'a'), fromMe(2, 'b'), wire(3, 'c')];
    merge(store, history);
    const failures = (): (string | null)[] => messagesOf(store).map((message) => message.failure);
    merge(store, [fromMe(1, 'a')]);
    expect(failures()).toEqual([null, 'not-on-server', null]);
    expect(messagesOf(store)[1]?.state).toBe('sent');
    merge(store, history);
    expect(failures()).toEqual([null, null, null]);
    // The newest part only: what is older than it says nothing.
    merge(store, [wire(3, 'c')]);
    expect(failures()).toEqual([null, null, null]);
    merge(store, []);
    expect(failures()).toEqual([null, null, null]);
  });

  it('that reuses ids for other contents adds rows and overwrites none', () => {
    const store = openTestStore();
    merge(store, [wire(1, 'a'), fromMe(2, 'b')]);
    merge(store, [wire(1, 'x'), fromMe(2, 'y')]);
    merge(store, [wire(1, 'x'), fromMe(2, 'y')]);
    expect(textsOf(store).toSorted()).toEqual(['a', 'b', 'x', 'y']);
  });

  it('adopts the server’s time once', () => {
    const store = openTestStore();
    write(store, 'mine', 70, { isSentAtOnce: true, nowMs: 5 });
    merge(store, [fromMe(70, 'mine', { timestampMs: 900 })]);
    merge(store, [fromMe(70, 'mine', { timestampMs: 901 })]);
    expect(messagesOf(store)[0]?.atMs).toBe(900);
  });
});
